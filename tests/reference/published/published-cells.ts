/** Reads the published table as the results of an experiment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelCell } from '#shared/domain/cell-phase';
import { defaultThresholds } from '#shared/domain/phases';
import type { CellMetric, CellsResult } from '#shared/domain/results';
import { noQuartiles } from '../../fixtures/no-quartiles';

export interface PublishedOptions {
  readonly leastBatch?: number;
  readonly leastWidth?: number;
  readonly withoutBatches?: readonly number[];
  /** Take the published standard deviations over 5 seeds in; without them every number stands alone. */
  readonly spread: boolean;
}

/** Seeds a cell in the published experiment. */
const seeds = 5;
/** Unordered pairs of them; the spread over pairs was not published. */
const pairs = 10;

/** The published cells; accuracies as fractions. */
export function publishedCells(options: PublishedOptions): CellsResult {
  const { leastBatch = 0, leastWidth = 0, withoutBatches = [], spread } = options;
  const [head = '', ...lines] = readFileSync(
    join(import.meta.dirname, 'resnet18-cifar10-width-batch.csv'),
    'utf8',
  )
    .trim()
    .split(/\r?\n/);
  const columns = head.split(',');
  const rows = lines
    .map((line) => {
      const fields = line.split(',');
      return (name: string): number | null => {
        const text = fields[columns.indexOf(name)] ?? '';
        return text === '' ? null : Number(text);
      };
    })
    .filter((row) => {
      const batch = row('batch_size') ?? 0;
      return (
        batch >= leastBatch && (row('width') ?? 0) >= leastWidth && !withoutBatches.includes(batch)
      );
    });
  const metric = (mean: number | null, sd: number | null, n: number): CellMetric => {
    if (mean === null)
      return {
        ...noQuartiles,
        mean: null,
        sd: null,
        se: null,
        n: 0,
      };
    return spread
      ? {
          ...noQuartiles,
          mean,
          sd,
          se: sd === null ? null : sd / Math.sqrt(n),
          n,
        }
      : {
          ...noQuartiles,
          mean,
          sd: null,
          se: null,
          n: 1,
        };
  };
  const scaled = (x: number | null, factor: number) => (x === null ? null : x * factor);
  const distinct = (name: string) =>
    [...new Set(rows.map((row) => row(name) ?? 0))].sort((a, b) => a - b);
  return {
    experiment: 'resnet18-cifar10',
    axes: [
      { path: 'model.width', role: 'load', values: distinct('width') },
      { path: 'training.batchSize', role: 'temperature', values: distinct('batch_size') },
    ],
    cells: rows.map((row, index) => {
      const metrics = {
        trainLoss: metric(row('train_loss'), row('train_loss_sd'), seeds),
        testAccuracy: metric(
          scaled(row('test_accuracy_percent'), 0.01),
          scaled(row('test_accuracy_percent_sd'), 0.01),
          seeds,
        ),
        hessianTopEigenvalue: metric(
          row('hessian_top_eigenvalue'),
          row('hessian_top_eigenvalue_sd'),
          seeds,
        ),
        hessianTrace: metric(row('hessian_trace'), row('hessian_trace_sd'), seeds),
        cka: metric(row('cka_softmax'), null, pairs),
        modeConnectivity: metric(row('mode_connectivity'), null, 1),
        weightDistance: metric(row('weight_distance_l2'), null, pairs),
      };
      const label = labelCell({ metrics }, defaultThresholds);
      return {
        index,
        axes: { 'model.width': row('width') ?? 0, 'training.batchSize': row('batch_size') ?? 0 },
        n: spread ? seeds : 1,
        diverged: 0,
        metrics,
        phase: label.phase,
        phaseReason: label.reason,
      };
    }),
  };
}
