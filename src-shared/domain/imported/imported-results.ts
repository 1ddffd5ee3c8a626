/** An imported table as the results of an experiment: what diagrams, figures and tables read. */
import { labelCell } from '../cell-phase';
import type { PhaseThresholds } from '../phases';
import type { CellResult, DetailedCellMetric, DetailedCellsResult } from '../results';
import { findScalar } from '../scalars';
import type { Scalar } from '../spec';
import type { ImportedNumber, ImportedRow, ImportedTable, TableChoice } from './imported-table';

/** Why a cell has no number. */
const emptyInTable = 'the imported table has no number here';
const notInTable = 'the imported table has no such row';

export interface ImportedResultsOptions {
  /** Name of the experiment. */
  readonly name: string;
  readonly choice: TableChoice;
  readonly thresholds: PhaseThresholds;
}

/**
 * Every cell of the grid that the two axes span, the load varying slowest, with the table's means.
 *
 * Only what the table says is there: medians, quartiles and single values are null, n is null where it was not given. The standard error
 * is sd / sqrt(n) for scalars of runs; of pairs, which share seeds, it is unknown. A cell without a row has no number. Never throws.
 */
export function importedResults(
  table: ImportedTable,
  { name, choice, thresholds }: ImportedResultsOptions,
): DetailedCellsResult {
  const rowOf = new Map(table.rows.map((row) => [keyOf(row.load, row.temperature), row]));
  const cells = table.loads.flatMap((load) =>
    table.temperatures.map((temperature) => ({
      axes: { [choice.load]: load, [choice.temperature]: temperature },
      row: rowOf.get(keyOf(load, temperature)),
    })),
  );
  return {
    experiment: name,
    axes: [
      { path: choice.load, role: 'load', values: table.loads },
      { path: choice.temperature, role: 'temperature', values: table.temperatures },
    ],
    scalars: choice.metrics.map((metric) => metric.name),
    cells: cells.map(({ axes, row }, index): CellResult<DetailedCellMetric> => {
      const metrics = Object.fromEntries(
        choice.metrics.map((metric) => [metric.name, importedMetric(metric.name, row)]),
      );
      const { phase, reason } = labelCell({ metrics }, thresholds);
      return {
        index,
        axes,
        n: row ? row.n : 0,
        diverged: 0,
        metrics,
        phase,
        phaseReason: reason,
      };
    }),
  };
}

const keyOf = (load: Scalar, temperature: Scalar) => JSON.stringify([load, temperature]);

function importedMetric(name: string, row: ImportedRow | undefined): DetailedCellMetric {
  const over = findScalar(name)?.over === 'pair' ? 'pairs' : 'seeds';
  const number = row?.metrics[name];
  const quartiles = { lowerQuartile: null, median: null, upperQuartile: null } as const;
  const unknown = { over, isImported: true, ...quartiles } as const;
  if (!number) {
    const reasons = [row ? emptyInTable : notInTable];
    const missing = { count: 1, of: 1, awaited: 0, reasons };
    const nothing = { values: [null], errors: [null], errorsOver: [null], reasons, missing };
    return { ...unknown, mean: null, sd: null, se: null, n: 0, ...nothing };
  }
  const { mean, sd, n } = number;
  const se = over === 'seeds' ? standardError(number) : null;
  return { ...unknown, mean, sd, se, n, values: [], errors: [], errorsOver: [], reasons: [] };
}

/** sd / sqrt(n); null where one of them is unknown. */
function standardError({ sd, n }: ImportedNumber): number | null {
  return sd === null || n === null || n < 2 ? null : sd / Math.sqrt(n);
}
