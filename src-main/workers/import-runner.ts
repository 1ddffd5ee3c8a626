/** How weights that were trained elsewhere become runs in a worker: they are read, evaluated, and nothing is trained. */
import { decodeWeights } from '#main/checkpoints/weights-file';
import { evaluateModels, stackModels, type ModelWeights } from '#main/metrics/context';
import { readArtifact } from '#main/store/artifacts';
import type { ScalarMeasurement, Subject } from '#shared/domain/measurement';
import { PhasescapeError } from '#shared/errors';
import type { TrainTask } from './job';
import type { TaskOutcome, TaskSurroundings } from './task-surroundings';

type Imported = NonNullable<TrainTask['imported']>;

/**
 * Loss and accuracy of imported weights over all training and test samples, batch norm with the running averages of the file: the numbers
 * that a training ends with. There is no curve.
 * @param tasks - each with `imported`
 * @throws PhasescapeError `not-found` naming the file to import again, where the weights are gone
 */
export async function evaluateImported(
  around: TaskSurroundings,
  tasks: readonly TrainTask[],
): Promise<TaskOutcome[]> {
  const { context } = around;
  const loaded = tasks.map((task) => loadImported(around, task.imported as Imported));
  const trainCount = context.train.labels.length;
  const ranges = [
    [0, trainCount],
    [trainCount, context.all.labels.length],
  ] as const;
  const means = await evaluateModels(context, stackModels(loaded.map(({ weights }) => weights)), {
    samples: context.all,
    ranges,
  });
  return tasks.map(({ taskId, seed, imported }, i) => {
    const [train, test] = means[i] ?? [];
    const subject: Subject = { kind: 'run', seed };
    const scalar = (name: string, value: number | null | undefined): ScalarMeasurement => {
      const part = name.startsWith('train') ? context.train : context.test;
      const samples = `all ${part.labels.length} ${name.startsWith('train') ? 'training' : 'test'} samples`;
      const base = { kind: 'scalar', name, subject, samples, error: null } as const;
      return value === null || value === undefined
        ? { ...base, value: null, reason: 'the loss is not finite' }
        : { ...base, value };
    };
    const { weights: hash } = imported as Imported;
    return {
      taskId,
      status: 'done',
      measurements: [
        scalar('trainLoss', train?.loss),
        scalar('trainAccuracy', train?.accuracy),
        scalar('testLoss', test?.loss),
        scalar('testAccuracy', test?.accuracy),
      ],
      artifacts: [{ name: 'weights', hash, sizeBytes: loaded[i]?.sizeBytes ?? 0 }],
      steps: 0,
    };
  });
}

function loadImported(
  { artifactsFolder, context: { network } }: TaskSurroundings,
  { file, sha256, weights }: Imported,
): { readonly weights: ModelWeights; readonly sizeBytes: number } {
  let bytes: Uint8Array;
  try {
    bytes = readArtifact(artifactsFolder, weights);
  } catch (cause) {
    throw new PhasescapeError(
      'not-found',
      `weights imported from ${file}: must be in the project, got ${cause instanceof Error ? cause.message : String(cause)}; import the file with SHA-256 ${sha256} again under the same name`,
      { cause },
    );
  }
  const flat = decodeWeights(bytes, [...network.parameters, ...network.statistics], 'final');
  return {
    weights: {
      theta: flat.subarray(0, network.parameterCount),
      statistics: flat.subarray(network.parameterCount),
    },
    sizeBytes: bytes.byteLength,
  };
}
