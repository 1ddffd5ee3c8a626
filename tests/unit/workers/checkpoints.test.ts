import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeWeights } from '#main/checkpoints/weights-file';
import { digitsDigest } from '#main/datasets/catalogue';
import { readArtifact } from '#main/store/artifacts';
import { readTrajectory } from '#main/store/trajectory';
import { createJobExecutor, type JobExecutor } from '#main/workers/execute-job';
import type { Job, TaskResult, WorkerReport } from '#main/workers/job';
import { trainings } from '../../fixtures/work';
import type { RunSettings } from '#shared/domain/cells';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';
import { quickSettings, resourcesFolder } from '../metrics/cell-context';

interface Bench {
  readonly engine: string;
  readonly executor: JobExecutor;
  readonly artifacts: string;
  readonly checkpoints: string;
}

async function bench(engine = 'onnx-cpu'): Promise<Bench> {
  const folder = temporaryFolder();
  const artifacts = join(folder, 'artifacts');
  const checkpoints = join(folder, 'checkpoints');
  mkdirSync(artifacts);
  const executor = await createJobExecutor({
    engine,
    artifactsFolder: artifacts,
    checkpointsFolder: checkpoints,
    resourcesFolder,
    registryFolder: join(folder, 'datasets'),
  });
  return { engine, executor, artifacts, checkpoints };
}

/** The id of the training of a seed, as long as a hash. */
const idOf = (seed: number) => `${'0'.repeat(63)}${seed}`;

/** Trains; `pauseAt`: asked to put down once so many epochs were told. */
async function execute(
  { engine, executor }: Bench,
  settings: RunSettings,
  { seeds, pauseAt = Infinity }: { seeds: readonly number[]; pauseAt?: number },
): Promise<{ results: TaskResult[]; reports: WorkerReport[] }> {
  const reports: WorkerReport[] = [];
  const job: Job = {
    jobId: 'job',
    engine,
    settings,
    sampleOrder: 'file',
    expectedMs: 1,
    dataDigest: digitsDigest(resourcesFolder),
    ...trainings(seeds, idOf),
  };
  let asked = 0;
  await executor.execute(
    job,
    (report) => reports.push(report),
    () => ++asked > pauseAt,
  );
  return { results: reports.flatMap((r) => (r.kind === 'task-done' ? [r.result] : [])), reports };
}

/** What a result says, without when and how long. */
const numbers = ({ measurements, artifacts, status, steps }: TaskResult) => ({
  measurements,
  artifacts,
  status,
  steps,
});
const byTask = (results: readonly TaskResult[]) =>
  results.toSorted((a, b) => (a.taskId < b.taskId ? -1 : 1)).map(numbers);
const notes = (reports: readonly WorkerReport[]) =>
  reports.flatMap((report) => (report.kind === 'note' ? [report.message] : []));

const sgd: ExperimentSpecInput['optimizer'] = {
  name: 'sgd',
  learningRate: 0.05,
  momentum: 0.9,
  schedule: { name: 'cosine' },
};
/** Everything that a training carries: optimiser states, batch norm, noise, a stop rule's memory, kept weights, a smaller last batch. */
const cases: readonly (readonly [string, (spec: ExperimentSpecInput) => void])[] = [
  ['momentum and a schedule', (spec) => (spec.optimizer = sgd)],
  [
    'dropout',
    (spec) => {
      spec.model = { family: 'mlp', width: 5, dropout: 0.3 };
    },
  ],
  ['Adam', (spec) => (spec.optimizer = { name: 'adam', learningRate: 0.01 })],
  [
    'Entropy-SGD with its noise',
    (spec) =>
      (spec.optimizer = { name: 'entropy-sgd', learningRate: 0.1, innerSteps: 3, noise: 0.01 }),
  ],
  [
    'batch norm and a smaller last batch',
    (spec) => {
      spec.model = { family: 'mlp', width: 5, norm: 'batch' };
      spec.training.dropLast = false;
    },
  ],
  [
    'early stopping that keeps the best weights',
    (spec) => {
      spec.optimizer = { ...sgd, learningRate: 0.4 };
      spec.training = {
        ...spec.training,
        stop: { name: 'early-stop', patience: 2 },
        weights: 'early-stop',
      };
    },
  ],
  ['a trajectory by steps', (spec) => (spec.training.trajectory = { name: 'steps', every: 4 })],
];

const settingsOf = (change: (spec: ExperimentSpecInput) => void) =>
  quickSettings((spec) => {
    spec.training = { epochs: 8, batchSize: 16, checkpoints: { name: 'epochs', every: 1 } };
    change(spec);
  });

/** Epoch and step at which a training's checkpoint stands. */
function placeOf({ checkpoints }: Bench, seed: number): string[] | undefined {
  const bytes = readFileSync(join(checkpoints, idOf(seed)), 'latin1');
  return /"place":\{"epoch":(\d+),"step":(\d+)\}/.exec(bytes)?.slice(1);
}

describe('a training that is put down', () => {
  for (const engine of ['onnx-cpu', 'native-cpu', 'reference'])
    for (const [name, change] of engine === 'onnx-cpu' ? cases : cases.slice(0, 5))
      it(`goes on to the same bits, whatever it is packed with: ${name} (${engine})`, async () => {
        const settings = settingsOf(change);
        const seeds = engine === 'reference' ? [0, 1] : [0, 1, 2];
        const undisturbed = await execute(await bench(engine), settings, { seeds });
        const disturbed = await bench(engine);
        const first = await execute(disturbed, settings, { seeds, pauseAt: 3 });
        expect(first.reports.at(-1)).toEqual({ kind: 'withdrawn', jobId: 'job' });
        expect(first.results).toEqual([]);
        expect(readdirSync(disturbed.checkpoints)).toHaveLength(seeds.length);
        // One goes on alone and is put down again inside an epoch, so that the others are at another place.
        await execute(disturbed, settings, { seeds: [1], pauseAt: 0 });
        if (change === cases[0]?.[1]) expect(placeOf(disturbed, 1)).toEqual(['3', '1']);
        const rest = await execute(disturbed, settings, { seeds });
        expect(notes(rest.reports)).toEqual([]);
        expect(byTask(rest.results)).toEqual(byTask(undisturbed.results));
      });
});

describe('checkpoints', () => {
  it('change no number', async () => {
    const every = settingsOf((spec) => (spec.optimizer = sgd));
    const off = {
      ...every,
      training: { ...every.training, checkpoints: { name: 'off' } as const },
    };
    const folders = await bench();
    const without = await execute(folders, off, { seeds: [0] });
    expect(existsSync(folders.checkpoints)).toBe(false);
    const withThem = await execute(await bench(), every, { seeds: [0] });
    expect(byTask(withThem.results)).toEqual(byTask(without.results));
  });

  it('are written after every n-th epoch', async () => {
    const settings = settingsOf((spec) => {
      spec.training.checkpoints = { name: 'epochs', every: 3 };
    });
    const folders = await bench();
    await execute(folders, settings, { seeds: [0] });
    expect(placeOf(folders, 0)).toEqual(['6', '0']);
  });

  it('that are damaged are told and not used: the training begins anew', async () => {
    const settings = settingsOf(() => undefined);
    const undisturbed = await execute(await bench(), settings, { seeds: [0] });
    const folders = await bench();
    await execute(folders, settings, { seeds: [0], pauseAt: 3 });
    const path = join(folders.checkpoints, idOf(0));
    const bytes = readFileSync(path);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] as number) ^ 1;
    writeFileSync(path, bytes);
    const again = await execute(folders, settings, { seeds: [0] });
    expect(notes(again.reports)).toEqual([
      expect.stringMatching(/training of seed 0 begins anew: checkpoint .* must have the SHA-256/),
    ]);
    expect(byTask(again.results)).toEqual(byTask(undisturbed.results));
  });

  it('of another engine are not used', async () => {
    const settings = settingsOf(() => undefined);
    const undisturbed = await execute(await bench('native-cpu'), settings, { seeds: [0] });
    const folders = await bench();
    await execute(folders, settings, { seeds: [0], pauseAt: 3 });
    const other = await createJobExecutor({
      engine: 'native-cpu',
      artifactsFolder: folders.artifacts,
      checkpointsFolder: folders.checkpoints,
      resourcesFolder,
      registryFolder: temporaryFolder(),
    });
    const again = await execute({ ...folders, engine: 'native-cpu', executor: other }, settings, {
      seeds: [0],
    });
    expect(notes(again.reports)[0]).toMatch(/must be of this engine \(native-cpu .* onnx-cpu/);
    expect(byTask(again.results)).toEqual(byTask(undisturbed.results));
  });

  it('that cannot be written are told once, and the training goes on', async () => {
    const settings = settingsOf(() => undefined);
    const undisturbed = await execute(await bench(), settings, { seeds: [0] });
    const folders = await bench();
    writeFileSync(folders.checkpoints, 'a file in the place of the folder');
    const { reports, results } = await execute(folders, settings, { seeds: [0], pauseAt: 3 });
    expect(notes(reports)).toEqual([
      expect.stringMatching(/begins anew: .* got a file/),
      expect.stringMatching(
        /no checkpoint could be written, training goes on without: .* got a file/,
      ),
    ]);
    expect(byTask(results)).toEqual(byTask(undisturbed.results));
  });
});

describe('a trajectory', () => {
  const layout = [
    { name: 'fc1.weight', shape: [5, 64] },
    { name: 'fc3.bias', shape: [10] },
  ];
  const recorded = async (change: (spec: ExperimentSpecInput) => void) => {
    const folders = await bench();
    const { results } = await execute(folders, settingsOf(change), { seeds: [0] });
    const artifacts = results[0]?.artifacts ?? [];
    const index = artifacts.find(({ name }) => name === 'trajectory');
    return { folders, result: results[0] as TaskResult, artifacts, index };
  };

  it('has the initial weights, those chosen and the last, and the losses that the epochs have', async () => {
    const { artifacts, folders, index, result } = await recorded((spec) => {
      spec.training.trajectory = { name: 'list', epochs: [1, 5] };
    });
    const { points } = readTrajectory(folders.artifacts, index?.hash ?? '');
    // 144 samples in batches of 16.
    expect(points.map(({ epoch, step }) => [step, epoch])).toEqual([
      [0, 0],
      [9, 1],
      [45, 5],
      [72, 8],
    ]);
    const epochs = result.measurements.find((m) => m.kind === 'series' && m.name === 'training');
    const losses = epochs?.kind === 'series' ? epochs.columns['trainLoss'] : [];
    expect(points.map((point) => point.trainLoss)).toEqual([0, 1, 5, 8].map((i) => losses?.[i]));
    expect(artifacts.map(({ name }) => name)).toEqual([
      'weights',
      'trajectory',
      'trajectory.0',
      'trajectory.9',
      'trajectory.45',
      'trajectory.72',
    ]);
  });

  it('begins and ends with the weights that the training keeps', async () => {
    const { artifacts, folders, index } = await recorded((spec) => {
      spec.training.trajectory = { name: 'steps', every: 7 };
    });
    const { points, weightsAt } = readTrajectory(folders.artifacts, index?.hash ?? '');
    expect(points.map(({ step }) => step)).toEqual([0, 7, 14, 21, 28, 35, 42, 49, 56, 63, 70, 72]);
    const kept = readArtifact(folders.artifacts, artifacts[0]?.hash ?? '');
    for (const [point, role] of [
      [points[0], 'initial'],
      [points.at(-1), 'final'],
    ] as const)
      expect(decodeWeights(weightsAt(point as (typeof points)[0]), layout, 'weights')).toEqual(
        decodeWeights(kept, layout, role),
      );
  });

  it('has at each epoch the weights with which a shorter training ends', async () => {
    const { folders, index } = await recorded((spec) => {
      spec.training.trajectory = { name: 'steps', every: 9 };
    });
    const { points, weightsAt } = readTrajectory(folders.artifacts, index?.hash ?? '');
    expect(points).toHaveLength(9);
    for (const epochs of [1, 3, 8]) {
      const shorter = await recorded((spec) => {
        spec.training.epochs = epochs;
      });
      const final = readArtifact(shorter.folders.artifacts, shorter.artifacts[0]?.hash ?? '');
      expect(
        decodeWeights(weightsAt(points[epochs] as (typeof points)[0]), layout, 'weights'),
      ).toEqual(decodeWeights(final, layout, 'final'));
    }
  });

  it('changes no number of the training', async () => {
    const scalars = ({ measurements }: TaskResult) =>
      measurements.filter((m) => m.name !== 'trajectory');
    const { result } = await recorded(
      (spec) => (spec.training.trajectory = { name: 'steps', every: 5 }),
    );
    const without = await recorded(() => undefined);
    expect(scalars(result)).toEqual(scalars(without.result));
    expect(result.artifacts[0]).toEqual(without.result.artifacts[0]);
    expect(without.index).toBeUndefined();
  });
});
