/** The settings of every cell as columns: for tables of runs, which show, filter and group by them. */
import { canonicalJson } from '#shared/domain/canonical-json';
import { expandCells } from '#shared/domain/cells';
import { toldSettings } from '#shared/domain/imported-rules';
import type { ExperimentSpec, Scalar } from '#shared/domain/spec';

/** The settings of an experiment. */
export interface CellSettings {
  /** Paths of every setting that some cell has, those of the axes first, then in the order of the spec. */
  readonly paths: readonly string[];
  /** The value in each cell by the cell's index; null in cells that do not have the setting. Undefined for another path. */
  column(path: string): readonly (Scalar | null)[] | undefined;
}

/** Experiments whose columns are kept: expanding ten thousand cells takes longer than a question may. */
const kept = 4;
const known = new Map<string, CellSettings>();

/** The settings of a checked spec, cell by cell. Cost: expands the grid once, then remembers the last few. */
export function cellSettings(spec: ExperimentSpec): CellSettings {
  const { axes, dataset, imported, model, optimizer, training } = spec;
  const isImported = imported !== undefined;
  const key = canonicalJson({ axes, dataset, model, optimizer, training, isImported });
  const found = known.get(key);
  if (found) return found;
  const oldest = known.keys().next();
  if (known.size >= kept && !oldest.done) known.delete(oldest.value);
  const made = readSettings(spec);
  known.set(key, made);
  return made;
}

function readSettings(spec: ExperimentSpec): CellSettings {
  const cells = expandCells(spec);
  const columns = new Map<string, (Scalar | null)[]>(
    spec.axes.map(({ path }) => [path, cells.map(() => null)]),
  );
  for (const { index, settings } of cells) {
    for (const [path, value] of leaves(toldSettings(spec, settings))) {
      let column = columns.get(path);
      if (!column) columns.set(path, (column = cells.map(() => null)));
      column[index] = value;
    }
  }
  return { paths: [...columns.keys()], column: (path) => columns.get(path) };
}

/** Every scalar below an object with its dotted path; a list counts as its JSON. */
function* leaves(group: object, before = ''): Generator<[string, Scalar]> {
  for (const [key, value] of Object.entries(group) as [string, unknown][]) {
    const path = `${before}${key}`;
    if (Array.isArray(value)) yield [path, JSON.stringify(value)];
    else if (typeof value === 'object' && value !== null) yield* leaves(value, `${path}.`);
    else if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
      yield [path, value];
  }
}
