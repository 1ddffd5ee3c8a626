/** Plans an experiment: which tasks its spec makes, what each reads, and the id that makes equal work recognisable. */
import { createHash } from 'node:crypto';
import { metricsOfCell, type Addition } from '#shared/domain/additions';
import { expandCells, type Cell, type RunSettings } from '#shared/domain/cells';
import { seedBlocks, seedPairs } from '#shared/domain/seed-pairs';
import type { DatasetSpec } from '#shared/domain/dataset-spec';
import type { DatasetFacts, SampleOrder } from '#shared/domain/datasets';
import type { MetricDefinition } from '#shared/domain/metric-definition';
import type { ImportedFile } from '#shared/domain/imported-weights';
import { metricOf, pairsOfMetric, type MetricSpec } from '#shared/domain/metric-registry';
import type { ExperimentSpec } from '#shared/domain/spec';
import { withNeededTrajectory } from '#shared/domain/trajectory';
import type { NewTask } from '../store/task-table';
import { canonicalJson } from '#shared/domain/canonical-json';

export interface PlannedTask extends NewTask {
  /** Executor that it was planned for. */
  readonly engine: string;
  readonly settings: RunSettings;
  /** The data that it reads. */
  readonly data: PlannedData;
  /** Order in which it takes training samples. */
  readonly sampleOrder: SampleOrder;
  /** The metric that it measures; absent for trainings. */
  readonly metric?: MetricSpec;
  /** Of a training that was done elsewhere: the file that it came from, and the artifact with its weights. */
  readonly imported?: ImportedFile;
  /** Position in `reads` where the second block of runs begins: only pairs across it are measured. Absent for every pair. */
  readonly split?: number;
}

/** A data set as it is when the plan is made. */
export interface PlannedData {
  readonly facts: DatasetFacts;
  /** SHA-256 of all that its samples depend on, the spec's settings apart. */
  readonly digest: string;
}

export interface Plan {
  readonly cells: readonly Cell[];
  /** Trainings of a cell in the order of its seeds, then its measurements in the order of the spec's metrics and of what was added. */
  readonly tasks: readonly PlannedTask[];
}

export interface PlanSurroundings {
  /** Executor that will run it: another executor's numbers are other numbers. */
  readonly engine: string;
  /** The data set of a spec's settings. */
  readonly dataOf: (settings: DatasetSpec) => PlannedData;
  /** Metrics added beside the spec: their tasks are those that the spec would have made. */
  readonly additions?: readonly Addition[];
}

/**
 * The task graph of a spec.
 *
 * A task's id is the SHA-256 of the canonical JSON of everything its result depends on: kind, version of its definition, executor,
 * and for a training its settings, seed and the data's digest, for a measurement its settings and the ids of the trainings it reads.
 * Nothing else enters: not the experiment's name, its axes, or what else it measures. Seeds inside a pair or a
 * cell are in rising order, so that the order in the spec does not matter.
 * @param spec - checked
 * @throws what `dataOf` throws
 */
export function planExperiment(spec: ExperimentSpec, surroundings: PlanSurroundings): Plan {
  const cells = expandCells(spec).map((cell) => withNeededRecords(cell, spec.metrics));
  // Cells with other fractions have other training samples: all are then measured on what the smallest has too.
  const isMixed = cells.some((cell) => cell.settings.dataset.fraction !== 1);
  const sampleOrder = isMixed ? 'shuffled' : 'file';
  const { engine, dataOf, additions = [] } = surroundings;
  const tasks: PlannedTask[] = [];
  for (const cell of cells) {
    const data = dataOf(cell.settings.dataset);
    const trainings = spec.seeds.map((seed, i) => {
      const imported = spec.imported?.files[i];
      return imported
        ? importTask(cell, imported, { engine, data })
        : trainTask(cell, seed, { engine, data });
    });
    tasks.push(...trainings);
    for (const metric of metricsOfCell({ spec, additions }, cell.index)) {
      for (const subject of subjectsOf(metric, trainings))
        tasks.push(metricTask(cell, metric, subject, { engine, data, sampleOrder }));
    }
  }
  return { cells, tasks };
}

function withNeededRecords(cell: Cell, metrics: readonly MetricSpec[]): Cell {
  const training = withNeededTrajectory(cell.settings.training, metrics);
  return { ...cell, settings: { ...cell.settings, training } };
}

function trainTask(
  cell: Cell,
  seed: number,
  { engine, data }: { engine: string; data: PlannedData },
): PlannedTask {
  const { settings } = cell;
  const dependsOn = { engine, settings: identitySettings(settings), seed, data: data.digest };
  const hashed = hashSpec('train', dependsOn);
  return {
    kind: 'train',
    ...hashed,
    engine,
    reads: [],
    cell: cell.index,
    seeds: [seed],
    settings,
    data,
    sampleOrder: 'file',
  };
}

/**
 * Stands where a training would: loads the weights and evaluates them. What they were trained with is not known, so that the model, the
 * data and the weights alone are its identity.
 */
function importTask(
  { index, settings }: Cell,
  imported: ImportedFile,
  { engine, data }: { engine: string; data: PlannedData },
): PlannedTask {
  const { dataset, model } = identitySettings(settings) as Pick<RunSettings, 'dataset' | 'model'>;
  const { seed, weights } = imported;
  const dependsOn = { engine, settings: { dataset, model }, seed, data: data.digest, weights };
  return {
    kind: 'train',
    ...hashSpec('train', dependsOn),
    engine,
    reads: [],
    cell: index,
    seeds: [seed],
    settings,
    data,
    sampleOrder: 'file',
    imported,
  };
}

function metricTask(
  cell: Cell,
  metric: MetricSpec,
  { runs, split }: MetricSubject,
  { engine, data, sampleOrder }: { engine: string; data: PlannedData; sampleOrder: SampleOrder },
): PlannedTask {
  const sorted = bySeed(runs);
  const reads = sorted.map((run) => run.id);
  const seeds = sorted.flatMap((run) => run.seeds);
  const definition = metricOf(metric);
  const kind = definition.name;
  const isOrdered = definition.readsSamplesInOrder === true && sampleOrder === 'shuffled';
  const order = isOrdered ? { sampleOrder } : {};
  const across = split === undefined ? {} : { split };
  const dependsOn = {
    engine,
    metric: resultSettings(metric, definition),
    reads,
    ...order,
    ...across,
  };
  const hashed = hashSpec(kind, dependsOn);
  const { index, settings } = cell;
  return {
    kind,
    ...hashed,
    engine,
    reads,
    cell: index,
    seeds,
    settings,
    data,
    metric,
    sampleOrder,
    ...across,
  };
}

/**
 * Version of what a training computes, raised as those of metrics are: when its numbers change meaning or value for the same settings
 * (a mended formula, another random stream). Old results then stay what they were, and new work is planned.
 */
const trainingVersion = 1;

/** Settings that came after the first projects, with the value that stands for what was done before there was a choice. */
const laterSettings: {
  readonly [S in keyof RunSettings]?: Readonly<Record<string, unknown>>;
} = {
  dataset: { pixelNoise: 0 },
  model: { dropout: 0 },
  training: { compressibility: 0, weights: 'final', trajectory: { name: 'off' } },
};

/** Settings that change no number. */
const idleSettings: { readonly [S in keyof RunSettings]?: readonly string[] } = {
  training: ['checkpoints'],
};

/** Settings as they enter a task's identity: later ones only where they change something, so that finished work stays found. */
function identitySettings(settings: RunSettings): object {
  const sections = Object.entries(settings).map(([name, section]: [string, object]) => {
    const later = laterSettings[name as keyof RunSettings] ?? {};
    const idle = idleSettings[name as keyof RunSettings] ?? [];
    const told = Object.entries(section).filter(
      ([key, value]) =>
        !idle.includes(key) &&
        (!Object.hasOwn(later, key) || canonicalJson(later[key]) !== canonicalJson(value)),
    );
    return [name, Object.fromEntries(told)];
  });
  return Object.fromEntries(sections) as object;
}

/** The settings of a metric that its one result depends on; later ones only where they change something. */
function resultSettings(
  metric: MetricSpec,
  { planningSettings = [], laterSettings = {} }: MetricDefinition,
): object {
  const told = Object.entries(metric).filter(
    ([key, value]) =>
      !planningSettings.includes(key) &&
      (!Object.hasOwn(laterSettings, key) ||
        canonicalJson(laterSettings[key]) !== canonicalJson(value)),
  );
  return Object.fromEntries(told);
}

function hashSpec(kind: string, dependsOn: object): { id: string; spec: string } {
  const definition = kind === 'train' ? trainingVersion : metricOf({ name: kind }).version;
  const spec = canonicalJson({ kind, definition, ...dependsOn });
  return { id: createHash('sha256').update(spec).digest('hex'), spec };
}

interface SeededRun {
  readonly seeds: readonly number[];
}

const bySeed = <R extends SeededRun>(runs: readonly R[]) =>
  [...runs].sort((a, b) => (a.seeds[0] ?? 0) - (b.seeds[0] ?? 0));

/** The trainings that one task of a metric reads: one, a pair, or blocks of those of a cell. */
interface MetricSubject<R extends SeededRun = PlannedTask> {
  readonly runs: readonly R[];
  readonly split?: number;
}

/** What a metric reads in a cell with these trainings, one entry a task; none where there are too few. Never throws. */
export function subjectsOf<R extends SeededRun>(
  metric: MetricSpec,
  trainings: readonly R[],
): readonly MetricSubject<R>[] {
  const { subject } = metricOf(metric);
  switch (subject) {
    case 'run':
      return trainings.map((training) => ({ runs: [training] }));
    case 'pair':
      return seedPairs(trainings.length, pairsOfMetric(metric)).map((pair) => ({
        runs: pair.flatMap((position) => trainings[position] ?? []),
      }));
    case 'all-pairs':
      return pairBlocks(trainings);
    case 'three-runs':
      return trainings.length < 3 ? [] : [{ runs: trainings.slice(0, 3) }];
    default:
      return subject satisfies never;
  }
}

/** Every pair of a cell's runs once, in tasks of bounded cost. */
function pairBlocks<R extends SeededRun>(trainings: readonly R[]): MetricSubject<R>[] {
  const sorted = bySeed(trainings);
  return seedBlocks(sorted.length).map(([first, second]) => {
    const runs = sorted.slice(...first);
    return second ? { runs: [...runs, ...sorted.slice(...second)], split: runs.length } : { runs };
  });
}
