/** The lines of the table of runs: runs one below another, or groups with the runs of those that are unfolded. */
import type { RunGroup } from '#shared/contract/run-views';
import type { Scalar } from '#shared/domain/spec';

/** A line of the table by its position. */
export type TableItem =
  | { readonly kind: 'run'; readonly group: number | null; readonly index: number }
  | { readonly kind: 'group'; readonly group: number };

/** Where each line is. */
export interface TableLayout {
  readonly count: number;
  readonly itemAt: (line: number) => TableItem;
  /** Runs in sight by group (null without groups) when the lines from `first` to `last` are. */
  readonly ranges: (
    first: number,
    last: number,
  ) => readonly { readonly group: number | null; readonly first: number; readonly last: number }[];
}

/** Runs without groups. */
export function flatLayout(count: number): TableLayout {
  return {
    count,
    itemAt: (index) => ({ kind: 'run', group: null, index }),
    ranges: (first, last) => [{ group: null, first, last }],
  };
}

/** The key of a group's value: texts, numbers and none told apart. */
export function groupKey(value: Scalar | null): string {
  return JSON.stringify(value);
}

/** Groups, each followed by its runs where it is unfolded. */
export function groupedLayout(
  groups: readonly Pick<RunGroup, 'runs' | 'value'>[],
  unfolded: ReadonlySet<string>,
): TableLayout {
  const starts: number[] = [];
  let count = 0;
  for (const { runs, value } of groups) {
    starts.push(count);
    count += 1 + (unfolded.has(groupKey(value)) ? runs : 0);
  }
  const groupAt = (line: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    count,
    itemAt(line) {
      const group = groupAt(line);
      const within = line - (starts[group] ?? 0);
      return within === 0 ? { kind: 'group', group } : { kind: 'run', group, index: within - 1 };
    },
    ranges(first, last) {
      if (groups.length === 0) return [];
      const from = groupAt(first);
      const to = groupAt(last);
      return groups.slice(from, to + 1).flatMap(({ runs, value }, i) => {
        const start = (starts[from + i] ?? 0) + 1;
        const isIn = unfolded.has(groupKey(value)) && runs > 0;
        const range = {
          group: from + i,
          first: Math.max(0, first - start),
          last: Math.min(runs - 1, last - start),
        };
        return isIn && range.last >= range.first ? [range] : [];
      });
    },
  };
}
