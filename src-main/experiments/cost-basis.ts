/** How far expected times can be trusted: what they were corrected by, and by how much they may still be off. */
import { productCount } from '#shared/domain/model-size';
import { builtInDatasets } from '#shared/domain/datasets';
import { costFactors, expectedGradientMs, type CostFactors } from './estimate';

/** Where the rate of this machine comes from, the best first. */
export type CostSource = 'tasks' | 'benchmark' | 'none';

/** Expected times of tasks as this machine keeps them. */
export interface CostBasis {
  readonly factors: CostFactors;
  readonly source: CostSource;
  /** Finished tasks that the factors rest on. */
  readonly tasks: number;
  /** A task of a kind takes between its expected time divided and multiplied by this, most of the time; at least 1. */
  readonly doubt: (kind: string) => number;
  /** Whether tasks of that kind were measured. */
  readonly knows: (kind: string) => boolean;
}

export interface MeasuredTask {
  readonly kind: string;
  readonly expectedMs: number;
  readonly measuredMs: number;
}

/** Neighbours of a measured kind: the machine is known, the kind is not. */
const doubtOfKinds = 2;
/** The machine is not known: processors differ by about this much. */
const doubtOfMachines = 3;
/** What a single finished task may be off by, as a standard deviation of the logarithm. */
const singleTaskSpread = 0.5;
/** Other programs use the machine too. */
const leastDoubt = 1.1;

/** Nothing is known of this machine: the expected times stand as they are. */
export const unknownMachine: CostBasis = {
  factors: () => 1,
  source: 'none',
  tasks: 0,
  doubt: () => doubtOfMachines,
  knows: () => false,
};

/**
 * The basis that finished tasks give.
 *
 * Definition: of a kind with n tasks, doubt = exp(sqrt(s^2 + 0.25 / n)), s the standard deviation of ln(measured / expected), at least
 * 1.1; of a kind without, 2.
 */
export function basisOfTasks(measured: readonly MeasuredTask[]): CostBasis {
  const doubts = new Map(
    [...Map.groupBy(measured, ({ kind }) => kind)].map(([kind, rows]) => [kind, doubtOf(rows)]),
  );
  return {
    factors: costFactors(measured),
    source: 'tasks',
    tasks: measured.length,
    doubt: (kind) => doubts.get(kind) ?? doubtOfKinds,
    knows: (kind) => doubts.has(kind),
  };
}

function doubtOf(rows: readonly MeasuredTask[]): number {
  const logs = rows
    .filter(({ expectedMs, measuredMs }) => expectedMs > 0 && measuredMs > 0)
    .map(({ expectedMs, measuredMs }) => Math.log(measuredMs / expectedMs));
  if (logs.length === 0) return doubtOfKinds;
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const variance = logs.length > 1 ? squares / (logs.length - 1) : 0;
  const doubt = Math.exp(Math.sqrt(variance + singleTaskSpread ** 2 / logs.length));
  return Math.max(leastDoubt, doubt);
}

/** The network of `engines --benchmark`: 64-128-128-10 on batches of 64 digits. */
const benchmarkBatch = 64;

/** The basis that `engines --benchmark` gives: one factor for all kinds, from the rate of small training steps. */
export function basisOfBenchmark(stepsPerSecond: number): CostBasis {
  const [digits] = builtInDatasets;
  if (!digits || !(stepsPerSecond > 0)) return unknownMachine;
  const model = {
    family: 'mlp',
    width: 128,
    depth: 2,
    activation: 'relu',
    norm: 'none',
    initialisation: 'fan-in-uniform',
    dropout: 0,
  } as const;
  const expectedMs = expectedGradientMs(productCount(model, digits), benchmarkBatch);
  const factor = 1000 / stepsPerSecond / expectedMs;
  return {
    ...unknownMachine,
    factors: () => factor,
    source: 'benchmark',
    doubt: () => doubtOfKinds,
  };
}
