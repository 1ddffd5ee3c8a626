/** Runs one job on one engine, inside a worker process. */
import { openEngine } from '#main/engine/engines';
import type { Executor } from '#main/engine/executor';
import { tensor } from '#main/engine/tensor';
import { openDataset, type Dataset, type Samples } from '#main/datasets/dataset';
import { makeTrainingData, oneHotRows } from '#main/datasets/training-data';
import type { SampleOrder } from '#shared/domain/datasets';
import type { CellContext, SampleTensors } from '#main/metrics/context';
import { makeNetwork } from '#main/metrics/model';
import type { RunSettings } from '#shared/domain/cells';
import { reportError } from '#shared/errors';
import type { Job, JobKind, JobTaskOf, WorkerReport, WorkerSettings } from './job';
import { taskRunners, type TaskOutcome, type TaskRunner } from './task-runners';

export interface JobExecutor {
  /** Executes every task of the job in order and reports each; never rejects: failures are reported per task. */
  execute(job: Job, report: (report: WorkerReport) => void): Promise<void>;
}

/**
 * Opens the engine and the data for a worker.
 * @throws PhasescapeError for an unknown engine; EngineUnavailableError when it cannot run here
 */
export async function createJobExecutor(settings: WorkerSettings): Promise<JobExecutor> {
  const executor = await openEngine(settings.engine);
  const contextOf = contextCache(executor, settings.resourcesFolder);
  const tasksOf = <K extends JobKind>(job: Job) => job.tasks as readonly JobTaskOf<K>[];

  return {
    async execute(job, report) {
      const started = performance.now();
      try {
        const runner = taskRunners[job.kind] as TaskRunner<JobKind>;
        const context = contextOf(job.settings, job.sampleOrder);
        const outcomes = await runner(
          { context, settings: job.settings, artifactsFolder: settings.artifactsFolder, report },
          tasksOf(job),
        );
        // The pack ran as one: its time is shared out evenly.
        const durationMs = (performance.now() - started) / job.tasks.length;
        for (const outcome of outcomes)
          reportOutcome(job, outcome, { durationMs, executor, report });
      } catch (error) {
        for (const { taskId } of job.tasks)
          report({ kind: 'task-failed', jobId: job.jobId, taskId, error: reportError(error) });
      }
      report({ kind: 'job-done', jobId: job.jobId });
    },
  };
}

function reportOutcome(
  job: Job,
  outcome: TaskOutcome,
  {
    durationMs,
    executor,
    report,
  }: { durationMs: number; executor: Executor; report: (report: WorkerReport) => void },
): void {
  report({
    kind: 'task-done',
    jobId: job.jobId,
    result: { ...outcome, engine: executor.stamp, durationMs },
  });
}

/** Contexts by settings: the data is read once, a network's tables once per data settings. */
function contextCache(
  executor: Executor,
  resourcesFolder: string,
): (settings: RunSettings, order: SampleOrder) => CellContext {
  const datasets = new Map<string, Dataset>();
  const tables = new Map<string, Omit<CellContext, 'executor' | 'network'>>();
  return ({ dataset: spec, model }, order) => {
    const dataset = datasets.get(spec.name) ?? openDataset(spec.name, resourcesFolder);
    datasets.set(spec.name, dataset);
    const key = JSON.stringify([spec, order]);
    const data = tables.get(key) ?? sampleTables(dataset, spec, order);
    tables.set(key, data);
    return { executor, network: makeNetwork(model, dataset.facts), ...data };
  };
}

function sampleTables(
  dataset: Dataset,
  spec: RunSettings['dataset'],
  order: SampleOrder,
): Omit<CellContext, 'executor' | 'network'> {
  const { inputs, classes, train, test, measured } = makeTrainingData(dataset, spec, order);
  const all: Samples = {
    inputs: joined(Float32Array, train.inputs, test.inputs),
    labels: joined(Int32Array, train.labels, test.labels),
    count: train.count + test.count,
  };
  const toTensors = (s: Samples): SampleTensors => ({
    x: tensor([s.count, inputs], s.inputs),
    targets: tensor([s.count, classes], oneHotRows(s.labels, classes)),
    labels: s.labels,
  });
  const isFileOrder = spec.fraction === 1 && order === 'file';
  return {
    inputs,
    classes,
    train: toTensors(train),
    test: toTensors(test),
    all: toTensors(all),
    measured: toTensors(measured),
    measuredOrder: isFileOrder ? '' : ' after the shuffle of the data fraction',
  };
}

function joined<T extends Float32Array | Int32Array>(
  kind: new (length: number) => T,
  a: T,
  b: T,
): T {
  const result = new kind(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}
