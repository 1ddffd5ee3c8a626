/** The numbers of a figure as CSV (RFC 4180): one row per cell. */
import { phaseOfCell } from '#shared/domain/cell-phase';
import type { Diagram } from '#shared/domain/diagram';
import type { CellsResult } from '#shared/domain/results';

/**
 * Axes, counts (empty where an imported table does not tell them), phase with its reason, and mean, sample standard deviation and n of every metric, not rounded; medians and quartiles where they
 * are drawn (quantiles of type 7, as in NumPy).
 * Cells stand in the order of the results; all slices of a third axis are there, every phase by the figure's thresholds.
 */
export function figureTable(results: CellsResult, diagram: Diagram): string {
  const quantiles = (['median', 'lowerQuartile', 'upperQuartile'] as const).filter((name) =>
    diagram.panels.some((panel) => panel.statistic === name),
  );
  const axes = results.axes.map((axis) => axis.path);
  const metrics = [...new Set(results.cells.flatMap((cell) => Object.keys(cell.metrics)))];
  const head = [
    ...axes,
    'n',
    'diverged',
    'phase',
    'phaseReason',
    ...metrics.flatMap((name) => [
      name,
      ...quantiles.map((quantile) => `${name}_${quantile}`),
      `${name}_sd`,
      `${name}_se`,
      `${name}_n`,
    ]),
  ];
  const rows = results.cells.map((cell) => {
    const { phase, reason } = phaseOfCell(cell, diagram.thresholds);
    return [
      ...axes.map((path) => cell.axes[path]),
      cell.n,
      cell.diverged,
      phase,
      reason,
      ...metrics.flatMap((name) => {
        const metric = cell.metrics[name];
        const drawn = quantiles.map((quantile) => metric?.[quantile]);
        return [metric?.mean, ...drawn, metric?.sd, metric?.se, metric ? metric.n : 0];
      }),
    ];
  });
  return [head, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('');
}

function field(value: string | number | boolean | null | undefined): string {
  const content = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(content) ? `"${content.replaceAll('"', '""')}"` : content;
}
