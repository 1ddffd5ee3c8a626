/** How measurements run in a worker: reads the weights, calls the metric, keeps its files. Runs that diverged are null with that reason. */
import { decodeWeights } from '#main/checkpoints/weights-file';
import type { ModelWeights } from '#main/metrics/context';
import { divergedReason } from '#main/metrics/diverged';
import { loadMeasure } from '#main/metrics/load-measure';
import type { Measured, Measure, TrainedModel, TrajectoryModel } from '#main/metrics/measure';
import { readArtifact } from '#main/store/artifacts';
import { readTrajectory } from '#main/store/trajectory';
import { metricOf, type MetricSpec } from '#shared/domain/metric-registry';
import type { ScalarMeasurement, Subject } from '#shared/domain/measurement';
import { PhasescapeError } from '#shared/errors';
import type { MeasureJob, MeasureTask, TrainedRun } from './job';
import { storeWeights, type TaskOutcome, type TaskSurroundings } from './task-surroundings';

/** Measures the tasks of a job, each as it would be alone. @returns an outcome for each, in order */
export async function runMeasurements(
  around: TaskSurroundings,
  { metric, tasks }: MeasureJob,
): Promise<TaskOutcome[]> {
  const { measure } = await loadMeasure(metric.name);
  if (measure.subject === 'all-pairs') return compareAll(around, { measure, metric, tasks });
  const sound = tasks.filter(({ runs }) => runs.every((run) => !run.diverged));
  const models = sound.map(({ runs }) => runs.map((run) => trainedModel(around, run)));
  const measured = sound.length === 0 ? [] : await measureEach(around, { measure, metric }, models);
  return tasks.map((task) => {
    const found = measured[sound.indexOf(task)];
    return found ? outcomeOf(around, task, found) : outcomeOfDiverged(around, task, metric);
  });
}

type Asked<M> = { readonly measure: M; readonly metric: MetricSpec };

async function measureEach(
  around: TaskSurroundings,
  { measure, metric }: Asked<Exclude<Measure<MetricSpec>, { subject: 'all-pairs' }>>,
  models: readonly (readonly TrainedModel[])[],
): Promise<readonly Measured[]> {
  const at = (position: number) => (runs: readonly TrainedModel[]) => {
    const run = runs[position];
    if (run) return run;
    throw new PhasescapeError(
      'internal',
      `${metric.name}: must read ${position + 1} runs or more, got ${runs.length}; this is a defect, please report it`,
    );
  };
  switch (measure.subject) {
    case 'run':
      return measure.measure(around, models.map(at(0)), metric);
    case 'pair':
      return measure.measure(
        around,
        models.map((runs) => [at(0)(runs), at(1)(runs)] as const),
        metric,
      );
    case 'three-runs': {
      const results: Measured[] = [];
      for (const runs of models) {
        const three = [at(0)(runs), at(1)(runs), at(2)(runs)] as const;
        results.push(await measure.measure(around, three, metric));
      }
      return results;
    }
    default:
      return measure satisfies never;
  }
}

async function compareAll(
  around: TaskSurroundings,
  {
    measure,
    metric,
    tasks,
  }: Asked<Extract<Measure<MetricSpec>, { subject: 'all-pairs' }>> & {
    readonly tasks: readonly MeasureTask[];
  },
): Promise<TaskOutcome[]> {
  const outcomes: TaskOutcome[] = [];
  for (const task of tasks) {
    const models = task.runs.map((run) => ({
      seed: run.seed,
      weights: run.diverged ? null : readWeights(around, run, 'final'),
    }));
    const across = task.split === undefined ? {} : { split: task.split };
    const measured = await measure.measure(around, models, { settings: metric, ...across });
    outcomes.push(outcomeOf(around, task, measured));
  }
  return outcomes;
}

function trainedModel(around: TaskSurroundings, run: TrainedRun): TrainedModel {
  return {
    seed: run.seed,
    weights: readWeights(around, run, 'final'),
    initial: () => readWeights(around, run, 'initial'),
    trajectory: () => trajectoryOf(around, run),
  };
}

function readWeights(
  { artifactsFolder, context: { network } }: TaskSurroundings,
  run: TrainedRun,
  role: 'initial' | 'final',
): ModelWeights {
  const bytes = readArtifact(artifactsFolder, run.weights);
  return split(decodeWeights(bytes, [...network.parameters, ...network.statistics], role), network);
}

/** Parameters and statistics of one vector, as artifacts hold them. */
function split(flat: Float32Array, { parameterCount }: { parameterCount: number }): ModelWeights {
  return { theta: flat.subarray(0, parameterCount), statistics: flat.subarray(parameterCount) };
}

function trajectoryOf(
  { artifactsFolder, context: { network } }: TaskSurroundings,
  run: TrainedRun,
): readonly TrajectoryModel[] {
  if (run.trajectory === undefined)
    throw new PhasescapeError(
      'internal',
      `seed ${run.seed}: must have recorded its weights along the training, got none; this is a defect, please report it`,
    );
  const { points, weightsAt } = readTrajectory(artifactsFolder, run.trajectory);
  const layout = [...network.parameters, ...network.statistics];
  return points.map((point) => ({
    step: point.step,
    epoch: point.epoch,
    weights: () => split(decodeWeights(weightsAt(point), layout, 'weights'), network),
  }));
}

function outcomeOf(
  around: TaskSurroundings,
  { taskId }: MeasureTask,
  { measurements, vectors = {}, steps = 0 }: Measured,
): TaskOutcome {
  const { parameters } = around.context.network;
  const artifacts = Object.entries(vectors).map(([name, held]) =>
    storeWeights(around, name, parameters, held),
  );
  return { taskId, status: 'done', measurements, artifacts, steps };
}

function outcomeOfDiverged(
  { context }: TaskSurroundings,
  { taskId, runs }: MeasureTask,
  metric: MetricSpec,
): TaskOutcome {
  const definition = metricOf(metric);
  const seeds = runs.map((run) => run.seed) as [number, number];
  const [seed] = seeds;
  const subject: Subject =
    definition.subject === 'pair' ? { kind: 'pair', seeds } : { kind: 'run', seed };
  const reason = divergedReason(runs.filter((run) => run.diverged).map((run) => run.seed));
  const count = metric['samples'];
  const samples =
    typeof count === 'number'
      ? `first ${count} training samples`
      : `all ${context.train.labels.length} training samples`;
  const measurements = definition.scalars.map(({ name }): ScalarMeasurement => ({
    kind: 'scalar',
    name,
    subject,
    value: null,
    reason,
    error: null,
    samples,
  }));
  return { taskId, status: 'done', measurements, artifacts: [], steps: 0 };
}
