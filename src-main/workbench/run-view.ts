/** One run as its screen shows it, and its weights as a file. */
import type { ProcedureOutput } from '#shared/contract/procedures';
import { PhasescapeError } from '#shared/errors';
import { decodeSafetensors } from '../checkpoints/safetensors';
import { encodeNpz } from '../checkpoints/npz';
import { readArtifact } from '../store/artifacts';
import { listCheckpoints } from '../store/checkpoint-files';
import type { StoredExperiment } from '../store/experiment-table';
import type { StoredTask } from '../store/task-table';
import { readTrajectory } from '../store/trajectory';
import { describeTask, requireCell } from './cell-view';
import type { ExperimentDesk } from './experiment-desk';

/** Which model of an experiment. */
export interface RunPlace {
  readonly experimentId: string;
  readonly cell: number;
  readonly seed: number;
}

export const weightFormats = ['safetensors', 'npz'] as const;
export type WeightFormat = (typeof weightFormats)[number];

/** @throws PhasescapeError `not-found`; StoreError when results are not as they were written */
export function readRun(
  desk: ExperimentDesk,
  version: string,
  place: RunPlace,
): ProcedureOutput<'run.get'> {
  const experiment = desk.requireForScreens(place.experimentId);
  const { spec } = experiment;
  const { coordinates } = requireCell(spec, place.cell);
  const { tasks, states } = desk.tasksOfCell(place.experimentId, place.cell);
  const training = requireTraining(tasks, experiment, place);
  const own = tasks.filter((task) => task.seeds.includes(place.seed));
  desk.store.requireUnchangedTasks(
    experiment,
    own.map(({ id }) => id),
  );
  const told = desk.store.tasks.spec(training.id) as {
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly data?: string;
    readonly engine?: string;
  } | null;
  const artifacts = desk.store.results.artifactsOf([training.id]);
  const weights = artifacts.find(({ name }) => name === 'weights');
  const index = artifacts.find(({ name }) => name === 'trajectory')?.hash;
  const recorded =
    index === undefined ? [] : readTrajectory(desk.store.artifactsFolder, index).points;
  return {
    cell: place.cell,
    seed: place.seed,
    axes: Object.fromEntries(coordinates.map(({ path, value }) => [path, value])),
    settings: told?.settings ?? {},
    imported: spec.imported?.files.find(({ seed }) => seed === place.seed) ?? null,
    dataDigest: told?.data ?? null,
    plannedEngine: told?.engine ?? experiment.engine,
    steps: training.steps,
    hasCheckpoint: listCheckpoints(desk.store.checkpointsFolder).includes(training.id),
    versions: { phasescape: version, node: process.versions.node },
    weights: weights ? { hash: weights.hash, sizeBytes: weights.sizeBytes } : null,
    tensors: weights ? tensorsOf(desk, weights.hash) : [],
    trajectory: recorded.map(({ epoch, sizeBytes, step, trainLoss }) => ({
      step,
      epoch,
      trainLoss,
      sizeBytes,
    })),
    tasks: own.map((task) => describeTask(desk, task, states.get(task.id) ?? 'waiting')),
  };
}

/**
 * The weights of a run: as stored (`initial.<parameter>` and `final.<parameter>`), or those recorded after a step.
 * @param step - of the trajectory; null for the file with the initial and the final weights
 * @throws PhasescapeError `not-found` when there are none; StoreError or DataFormatError when the file is not as it was written
 */
export function exportWeights(
  desk: ExperimentDesk,
  place: RunPlace,
  { step, format }: { readonly step: number | null; readonly format: WeightFormat },
): { readonly name: string; readonly bytes: Uint8Array } {
  const experiment = desk.require(place.experimentId);
  requireCell(experiment.spec, place.cell);
  const tasks = desk.store.tasks.ofExperiment(experiment.id);
  const training = requireTraining(tasks, experiment, place);
  const artifacts = desk.store.results.artifactsOf([training.id]);
  const wanted = step === null ? 'weights' : `trajectory.${step}`;
  const found = artifacts.find(({ name }) => name === wanted);
  if (!found) {
    const why =
      step === null
        ? `weights: must have been trained, got a run that is ${training.state}; run the experiment first`
        : `weights after step ${step}: must have been recorded, got none; use a step of its trajectory`;
    throw new PhasescapeError('not-found', why);
  }
  const bytes = readArtifact(desk.store.artifactsFolder, found.hash);
  const stem = `${experiment.name}-cell-${place.cell}-seed-${place.seed}`;
  const name = `${stem}${step === null ? '' : `-step-${step}`}.${format}`;
  return {
    name,
    bytes: format === 'npz' ? encodeNpz(decodeSafetensors(bytes).tensors) : bytes,
  };
}

function requireTraining(
  tasks: readonly StoredTask[],
  { spec }: StoredExperiment,
  { cell, seed }: RunPlace,
): StoredTask {
  const found = tasks.find(
    (task) => task.kind === 'train' && task.cell === cell && task.seeds[0] === seed,
  );
  if (found) return found;
  throw new PhasescapeError(
    'not-found',
    `seed: must be one of the experiment, got ${seed}; use one of: ${spec.seeds.slice(0, 20).join(', ')}`,
  );
}

/** Names and shapes of the stored tensors; empty where the file is gone, which the export says. */
function tensorsOf(desk: ExperimentDesk, hash: string) {
  try {
    const { tensors } = decodeSafetensors(readArtifact(desk.store.artifactsFolder, hash));
    return tensors.map(({ name, shape }) => ({ name, shape: [...shape] }));
  } catch (error) {
    if (error instanceof PhasescapeError) return [];
    throw error;
  }
}
