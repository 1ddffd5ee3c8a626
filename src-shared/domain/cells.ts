/** The grid: which cells and runs a spec makes, in one fixed order (the first axis varies slowest). */
import type { DatasetSpec } from './dataset-spec';
import type { ModelSpec } from './model-spec';
import type { OptimizerSpec } from './optimizer-spec';
import type { ExperimentSpec, Scalar, TrainingSpec } from './spec';

/** What one training depends on, besides its seed. */
export interface RunSettings {
  readonly dataset: DatasetSpec;
  readonly model: ModelSpec;
  readonly optimizer: OptimizerSpec;
  readonly training: TrainingSpec;
}

export interface Coordinate {
  readonly path: string;
  readonly value: Scalar;
}

export interface Cell {
  /** Position in the fixed order, 0-based. */
  readonly index: number;
  /** One coordinate per axis, in the spec's order. */
  readonly coordinates: readonly Coordinate[];
  /** The spec's settings with this cell's coordinates put in; not validated here. */
  readonly settings: RunSettings;
}

/** Reads a dotted path (`optimizer.learningRate`) from a plain object; undefined where it leads nowhere. */
export function readPath(root: unknown, path: string): unknown {
  let value: unknown = root;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** A copy of `root` with the value at a dotted path replaced; objects on the way are copied, the rest is shared. */
export function withPath<T>(root: T, path: string, value: unknown): T {
  const [key, ...rest] = path.split('.');
  if (key === undefined || key === '__proto__' || typeof root !== 'object' || root === null)
    return root;
  const child = (root as Record<string, unknown>)[key];
  return { ...root, [key]: rest.length === 0 ? value : withPath(child, rest.join('.'), value) };
}

/** Every cell of the grid in order; one cell without coordinates when there are no axes. Never throws. */
export function expandCells(
  spec: Pick<ExperimentSpec, 'axes' | 'dataset' | 'model' | 'optimizer' | 'training'>,
): Cell[] {
  const base: RunSettings = {
    dataset: spec.dataset,
    model: spec.model,
    optimizer: spec.optimizer,
    training: spec.training,
  };
  let rows: Omit<Cell, 'index'>[] = [{ coordinates: [], settings: base }];
  for (const axis of spec.axes) {
    rows = rows.flatMap((row) =>
      axis.values.map((value) => ({
        coordinates: [...row.coordinates, { path: axis.path, value }],
        settings: withPath(row.settings, axis.path, value),
      })),
    );
  }
  return rows.map((row, index) => ({ index, ...row }));
}

/** Pairs of positions in `seeds` to connect: `ring` joins each seed with the next and closes, `first` is the first two. */
export function seedPairs(
  count: number,
  pairs: 'ring' | 'first' | 'all',
): readonly (readonly [number, number])[] {
  if (count < 2) return [];
  if (pairs === 'first' || (pairs === 'ring' && count === 2)) return [[0, 1]];
  if (pairs === 'ring')
    return Array.from({ length: count }, (_, i) => [i, (i + 1) % count] as const);
  const all: [number, number][] = [];
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) all.push([i, j]);
  return all;
}

/** Most seeds whose pairs are one task: a task is lost with a crash, so it must not grow with the square of the seeds. */
export const largestSeedBlock = 16;

/** Half-open range of positions in the seeds of a cell, in rising order. */
type SeedRange = readonly [from: number, to: number];

/**
 * The blocks of seeds whose pairs are measured by one task each: every pair within one block, or every pair across two. Together each
 * unordered pair once; few seeds are one block. Never throws.
 */
export function seedBlocks(count: number): readonly (readonly [SeedRange, SeedRange?])[] {
  if (count < 2) return [];
  const blocks = Math.ceil(count / largestSeedBlock);
  const start = (block: number) => Math.round((block * count) / blocks);
  const ranges = Array.from({ length: blocks }, (_, i): SeedRange => [start(i), start(i + 1)]);
  return ranges.flatMap((range, i) => [
    [range] as const,
    ...ranges.slice(i + 1).map((other) => [range, other] as const),
  ]);
}

/** How many blocks `seedBlocks` gives, without making them. */
export function seedBlockCount(count: number): number {
  const blocks = count < 2 ? 0 : Math.ceil(count / largestSeedBlock);
  return (blocks * (blocks + 1)) / 2;
}
