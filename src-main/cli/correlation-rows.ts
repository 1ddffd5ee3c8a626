/** Correlations of metrics with the score, as `phasescape results --level correlations` prints them. */
import { correlationKinds } from '#shared/domain/correlation';
import {
  correlationLevel,
  correlationResamples,
  correlationTable,
} from '#shared/domain/correlation-table';
import { mainScore } from '#shared/domain/problem-scalars';
import type { CellsResult } from '#shared/domain/results';
import type { ResultTable } from './result-table';

/**
 * A row per metric and form, the strongest Spearman correlation first: coefficients over all cells with their intervals, and their
 * means within the values of each axis; JSON has those of every group.
 */
export function correlationRows(cells: CellsResult): ResultTable {
  const metrics = correlationTable(cells);
  const paths = cells.axes.length < 2 ? [] : cells.axes.map(({ path }) => path);
  return {
    json: {
      experiment: cells.experiment,
      score: mainScore(cells.cells),
      over: 'means of cells',
      level: correlationLevel,
      resamples: correlationResamples,
      metrics,
    },
    columns: [
      'metric',
      'form',
      'n',
      ...correlationKinds.flatMap((kind) => [
        kind,
        `${kind}Low`,
        `${kind}High`,
        ...paths.map((path) => `${kind}Within ${path}`),
      ]),
    ],
    rows: metrics.map(({ metric, form, n, coefficients, intervals, within }) => [
      metric,
      form,
      n,
      ...correlationKinds.flatMap((kind) => [
        coefficients[kind],
        intervals[kind]?.low ?? null,
        intervals[kind]?.high ?? null,
        ...within.map(({ means }) => means[kind]),
      ]),
    ]),
  };
}
