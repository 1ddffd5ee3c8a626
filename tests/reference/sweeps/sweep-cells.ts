/** Reads the PyTorch sweep as the results of an experiment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelCell } from '#shared/domain/cell-phase';
import { defaultThresholds } from '#shared/domain/phases';
import type { CellMetric, CellsResult } from '#shared/domain/results';
import { noQuartiles } from '../../fixtures/no-quartiles';

/** Seeds a cell, and unordered pairs of them. */
const seeds = 3;

export function sweepCells(): CellsResult {
  const [head = '', ...lines] = readFileSync(join(import.meta.dirname, 'R1.csv'), 'utf8')
    .trim()
    .split('\n');
  const columns = head.split(',');
  const rows = lines.map((line) => {
    const fields = line.split(',');
    return (name: string) => Number(fields[columns.indexOf(name)]);
  });
  const distinct = (name: string) =>
    [...new Set(rows.map((row) => row(name)))].sort((a, b) => a - b);
  const over = (mean: number, sd: number): CellMetric => ({
    ...noQuartiles,
    mean,
    sd,
    se: sd / Math.sqrt(seeds),
    n: seeds,
  });
  const single = (mean: number): CellMetric => ({
    ...noQuartiles,
    mean,
    sd: null,
    se: null,
    n: 1,
  });
  return {
    experiment: 'digits-width-batch',
    axes: [
      { path: 'model.width', role: 'load', values: distinct('width') },
      { path: 'training.batchSize', role: 'temperature', values: distinct('batch') },
    ],
    cells: rows.map((row, index) => {
      const metrics = {
        trainLoss: over(row('train_loss_mean'), row('train_loss_sd')),
        trainAccuracy: over(row('train_acc_mean'), row('train_acc_sd')),
        testLoss: over(row('test_loss_mean'), row('test_loss_sd')),
        testAccuracy: over(row('test_acc_mean'), row('test_acc_sd')),
        hessianTopEigenvalue: over(row('eig_mean'), row('eig_sd')),
        hessianTrace: over(row('trace_mean'), row('trace_sd')),
        cka: over(row('cka_mean'), row('cka_sd')),
        weightDistance: over(row('l2_mean'), row('l2_sd')),
        modeConnectivity: single(row('mc')),
        curveBarrier: single(row('barrier')),
        curveGain: single(row('gain')),
      };
      const label = labelCell({ metrics }, defaultThresholds);
      return {
        index,
        axes: { 'model.width': row('width'), 'training.batchSize': row('batch') },
        n: seeds,
        diverged: 0,
        metrics,
        phase: label.phase,
        phaseReason: label.reason,
      };
    }),
  };
}
