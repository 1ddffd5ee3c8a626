/** The grid: which cells and runs a spec makes, in one fixed order (the first axis varies slowest). */
import type { z } from 'zod';
import type { DatasetSpec } from './dataset-spec';
import { modelSchema, type ModelSpec } from './model-spec';
import { optimizerSchema, type OptimizerSpec } from './optimizer-spec';
import { trainingSchema, type ExperimentSpec, type Scalar, type TrainingSpec } from './spec';

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
  /**
   * The spec's settings with this cell's coordinates put in. A coordinate that names another kind, such as a stop rule, brings that
   * kind's defaults; settings that do not fit together stay as they are put, and are refused by the spec's check.
   */
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
  const sections = new Set(spec.axes.map(({ path }) => path.split('.')[0] ?? ''));
  return rows.map((row, index) => ({
    index,
    ...row,
    settings: withDefaults(row.settings, sections),
  }));
}

const schemas: Readonly<Record<string, z.ZodType>> = {
  model: modelSchema,
  optimizer: optimizerSchema,
  training: trainingSchema,
};

/** Settings as an older version wrote them, with the defaults of those that came since. Never throws. */
export function completeSettings(settings: RunSettings): RunSettings {
  return withDefaults(settings, new Set(Object.keys(schemas)));
}

/** Settings with the defaults of the sections that are varied. */
function withDefaults(settings: RunSettings, sections: ReadonlySet<string>): RunSettings {
  const completed = Object.entries(settings).map(([name, section]: [string, unknown]) => {
    const parsed = sections.has(name) ? schemas[name]?.safeParse(section) : undefined;
    return [name, parsed?.success === true ? parsed.data : section];
  });
  return Object.fromEntries(completed) as RunSettings;
}
