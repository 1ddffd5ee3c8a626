/** The phase diagram as text: load from left to right, hot (small batch) at the top. */
import { mainScore } from '#shared/domain/problem-scalars';
import type { CellResult, CellsResult } from '#shared/domain/results';
import type { Scalar } from '#shared/domain/spec';

type AxisOfResult = CellsResult['axes'][number];

/**
 * A table of phases with the mean test accuracy under each, of problems the mean relative error on the test grid.
 *
 * The axis with role load is across and that with role temperature down; a batch size grows downwards, anything else (learning rate, weight
 * decay) grows upwards, so that hot is always at the top. Values of further axes head a table of their own.
 */
export function phaseGrid(results: CellsResult): string {
  const { axes, cells } = results;
  const across = axes.find((axis) => axis.role === 'load') ?? axes[0];
  const down = axes.find((axis) => axis.role === 'temperature' && axis !== across);
  const others = axes.filter((axis) => axis !== across && axis !== down);
  const groups = Map.groupBy(cells, (cell) =>
    others.map((axis) => `${axis.path} = ${String(cell.axes[axis.path])}`).join(', '),
  );
  return [...groups]
    .map(([title, members]) => {
      const lines = oneGrid(members, { across, down, score: mainScore(cells) });
      return [...(title === '' ? [] : [title]), ...lines].join('\n');
    })
    .join('\n\n');
}

function oneGrid(
  cells: readonly CellResult[],
  {
    across,
    down,
    score,
  }: {
    across: AxisOfResult | undefined;
    down: AxisOfResult | undefined;
    score: ReturnType<typeof mainScore>;
  },
): string[] {
  const columns: readonly (Scalar | null)[] = across ? sorted(across.values) : [null];
  const rising: readonly (Scalar | null)[] = down ? sorted(down.values) : [null];
  const rows = down && !down.path.endsWith('batchSize') ? rising.toReversed() : rising;
  const at = (column: Scalar | null, row: Scalar | null) =>
    cells.find(
      (cell) =>
        (!across || cell.axes[across.path] === column) && (!down || cell.axes[down.path] === row),
    );
  const label = (value: Scalar | null) => (value === null ? '' : String(value));
  const labelWidth = Math.max(...rows.map((row) => label(row).length), 0) + 1;
  const width = 11;
  const pad = (text: string) => text.padStart(Math.floor((width + text.length) / 2)).padEnd(width);
  const lines: string[] = [];
  if (down) lines.push(`${down.path} (hot at the top)`);
  for (const row of rows) {
    const found = columns.map((column) => at(column, row));
    lines.push(
      `${label(row).padStart(labelWidth)} | ${found.map((c) => pad(c?.phase ?? '')).join('')}`.trimEnd(),
    );
    lines.push(
      `${' '.repeat(labelWidth)} | ${found.map((c) => pad(percent(c, score))).join('')}`.trimEnd(),
    );
  }
  lines.push(`${' '.repeat(labelWidth)} +${'-'.repeat(columns.length * width + 1)}`);
  if (across) {
    lines.push(
      `${' '.repeat(labelWidth)}   ${columns.map((c) => pad(label(c))).join('')}`.trimEnd(),
    );
    lines.push(
      `${' '.repeat(labelWidth)}   ${across.path}; under each phase the mean ${scoreWords[score]} in %`,
    );
  }
  return lines;
}

const scoreWords = {
  testAccuracy: 'test accuracy',
  testRelativeError: 'relative error on the test grid',
} as const;

function percent(cell: CellResult | undefined, score: keyof typeof scoreWords): string {
  const mean = cell?.metrics[score]?.mean;
  if (mean === null || mean === undefined) return '-';
  const inPercent = 100 * mean;
  // Errors are small where training went well.
  return score === 'testRelativeError' && inPercent < 10
    ? String(Number(inPercent.toPrecision(2)))
    : inPercent.toFixed(1);
}

function sorted(values: readonly Scalar[]): Scalar[] {
  return values.every((value) => typeof value === 'number')
    ? [...values].sort((a, b) => a - b)
    : [...values];
}
