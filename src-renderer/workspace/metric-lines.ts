/** The numbers of a cell as lines of the inspector, those of runs apart from those of pairs. */
import { estimateOf } from '#shared/domain/cell-phase';
import type { CellResult } from '#shared/domain/results';
import { whyMissing } from '#shared/domain/missing-values';
import { hasProblemResults, scalarIn } from '#shared/domain/problem-scalars';
import { scalarDefinitions } from '#shared/domain/scalars';
import { counted, formatWithError } from '../charts/number-format';

export interface MetricLine {
  readonly name: string;
  readonly title: string;
  readonly definition: string;
  /** Mean and standard error. */
  readonly value: string;
  /** Null where it was imported and its count is not known. */
  readonly n: number | null;
  /** Why it is missing, or why some of the values behind it are; written once for lines in a row with the same reason. */
  readonly reason: string | null;
}

export interface MetricGroup {
  /** `Over 3 runs`. */
  readonly title: string;
  /** How many values most lines are over, null where that is not known; a line with another count says so. */
  readonly n: number | null;
  readonly lines: readonly MetricLine[];
}

/** Every scalar that the cell has a value of, in the order of the definitions. */
export function metricGroups(cell: CellResult): readonly MetricGroup[] {
  return (['run', 'pair'] as const).flatMap((over) => {
    const isProblem = hasProblemResults([cell]);
    const known = scalarDefinitions.map((scalar) => scalarIn(scalar.name, isProblem) ?? scalar);
    const lines = known.flatMap(({ name, title, unit, definition, ...rest }) => {
      const metric = cell.metrics[name];
      const reason = whyMissing(metric);
      // Nothing is there yet and nothing was refused: no line.
      const isAwaited = metric?.n === 0 && (metric.missing?.reasons ?? []).length === 0;
      if (!metric || isAwaited || rest.over !== over) return [];
      const { mean, se } = estimateOf(metric);
      const about = unit === '' ? definition : `${definition} In ${unit}.`;
      return [
        { name, title, definition: about, value: formatWithError(mean, se), n: metric.n, reason },
      ];
    });
    if (lines.length === 0) return [];
    const written = lines.map((line, i) =>
      line.reason === lines[i + 1]?.reason ? { ...line, reason: null } : line,
    );
    const counts = lines.flatMap((line) => (line.n === null || line.n === 0 ? [] : [line.n]));
    const isUnknown = counts.length === 0 && lines.some((line) => line.n === null);
    const n = isUnknown ? null : Math.max(0, ...counts);
    return [{ title: groupTitle(n, over), n, lines: written }];
  });
}

function groupTitle(n: number | null, over: 'run' | 'pair'): string {
  if (n === null) return `Over ${over}s, how many is not known`;
  return n === 0 ? `Of the ${over}s` : `Over ${counted(n, over)}`;
}
