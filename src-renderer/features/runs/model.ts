/** Sorting and filtering of the runs table. */
import type { RunResult } from '#shared/domain/results';
import { hasProblemResults, scalarIn } from '#shared/domain/problem-scalars';
import { scalarDefinitions } from '#shared/domain/scalars';
import { formatDigits, formatWithError } from '../../charts/number-format';

export interface RunSort {
  /** `cell`, `seed`, `state`, `engine`, `recorded` (weights along the training), an axis path, or a scalar name. */
  readonly by: string;
  readonly descending: boolean;
}

/** Scalars that some run has, in the order of their definitions. */
export function runColumns(runs: readonly RunResult[]) {
  const isOfProblems = hasProblemResults(runs);
  return scalarDefinitions
    .filter((d) => d.over === 'run' && runs.some((run) => d.name in run.metrics))
    .map((d) => scalarIn(d.name, isOfProblems) ?? d);
}

/** The value a run is sorted by; null sorts last either way. */
function keyOf(run: RunResult, by: string): number | string | null {
  if (by === 'cell') return run.cell;
  if (by === 'seed') return run.seed;
  if (by === 'state') return run.state;
  if (by === 'engine') return run.engine;
  const axis = run.axes[by];
  if (axis !== undefined) return typeof axis === 'boolean' ? String(axis) : axis;
  if (by === 'recorded') return run.trajectory?.weights ?? null;
  return run.metrics[by] ?? null;
}

/** The runs in order, equal ones as they were. */
export function sortRuns(runs: readonly RunResult[], sort: RunSort): readonly RunResult[] {
  const sign = sort.descending ? -1 : 1;
  return [...runs].sort((a, b) => {
    const x = keyOf(a, sort.by);
    const y = keyOf(b, sort.by);
    if (x === y) return 0;
    if (x === null) return 1;
    if (y === null) return -1;
    return sign * (x < y ? -1 : 1);
  });
}

/** A number of a run with its error, where it has one. */
export function runValueText(run: RunResult, name: string): string {
  const value = run.metrics[name] ?? null;
  if (value === null && run.reasons[name] !== undefined) return 'none';
  const error = run.errors[name] ?? null;
  return error !== null && error > 0 ? formatWithError(value, error) : formatDigits(value);
}

/** Parses `testAccuracy` and `-testAccuracy` (descending) from the address. */
export function parseSort(text: string): RunSort {
  return text.startsWith('-')
    ? { by: text.slice(1), descending: true }
    : { by: text, descending: false };
}

/** The sort after a click on a column: up, then down, then up. */
export function nextSort(sort: RunSort, by: string): string {
  return sort.by === by && !sort.descending ? `-${by}` : by;
}

/** The rows of a scrolled window, so that ten thousand rows cost as much as thirty. */
export function visibleRows(
  count: number,
  view: { readonly scrollTop: number; readonly height: number; readonly rowHeight: number },
): { readonly first: number; readonly last: number } {
  const spare = 8;
  const first = Math.max(0, Math.floor(view.scrollTop / view.rowHeight) - spare);
  const last = Math.min(count, Math.ceil((view.scrollTop + view.height) / view.rowHeight) + spare);
  return { first: Math.min(first, last), last };
}
