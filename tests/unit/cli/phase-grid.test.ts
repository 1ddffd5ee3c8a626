import { describe, expect, it } from 'vitest';
import { csvTable } from '#shared/domain/csv';
import { phaseGrid } from '#main/cli/phase-grid';
import { formatDuration } from '#main/cli/progress-display';
import type { CellMetric, CellResult, CellsResult } from '#shared/domain/results';
import type { Phase } from '#shared/domain/phases';
import { noQuartiles } from '../../fixtures/no-quartiles';

function results(temperature: string, values: readonly number[]): CellsResult {
  const widths = [8, 4];
  const phases: Phase[] = ['I', 'II', 'III', 'IV-A'];
  const cells = widths.flatMap((width, i) =>
    values.map((value, j): CellResult => {
      const index = i * values.length + j;
      const accuracy = {
        ...noQuartiles,
        mean: index / 10,
        sd: null,
        se: null,
        n: 1,
      };
      return {
        index,
        axes: { 'model.width': width, [temperature]: value },
        n: 1,
        diverged: 0,
        metrics: { testAccuracy: accuracy },
        phase: phases[index] ?? 'undecided',
        phaseReason: '',
      };
    }),
  );
  return {
    experiment: 'x',
    axes: [
      { path: 'model.width', role: 'load', values: widths },
      { path: temperature, role: 'temperature', values },
    ],
    cells,
  };
}

describe('phaseGrid', () => {
  it('puts small batches at the top and load from left to right, whatever the order of the values', () => {
    const rows = phaseGrid(results('training.batchSize', [64, 16])).split('\n');
    expect(rows[1]).toMatch(/^ 16 \| +IV-A +II$/);
    expect(rows[2]).toMatch(/30\.0 +10\.0$/);
    expect(rows[3]).toMatch(/^ 64 \| +III +I$/);
    expect(rows.at(-2)).toMatch(/^ +4 +8$/);
  });

  it('puts large learning rates at the top: they are the hot ones', () => {
    const rows = phaseGrid(results('optimizer.learningRate', [0.01, 0.1])).split('\n');
    expect(rows[1]?.trimStart()).toMatch(/^0\.1 \|/);
    expect(rows[3]?.trimStart()).toMatch(/^0\.01 \|/);
  });

  it('shows the relative errors of problems, small ones to two digits', () => {
    const solved = results('training.batchSize', [64, 16]);
    const errors = [0.8123, 0.00276, 0.0415, 0.1];
    const cells = solved.cells.map((cell, i) => {
      const { testAccuracy } = cell.metrics;
      const metric = { ...testAccuracy, mean: errors[i] ?? null } as CellMetric;
      return { ...cell, metrics: { testRelativeError: metric } };
    });
    const rows = phaseGrid({ ...solved, cells }).split('\n');
    expect(rows[2]).toMatch(/10\.0 +0\.28$/);
    expect(rows[4]).toMatch(/4\.2 +81\.2$/);
    expect(rows.at(-1)).toContain('the mean relative error on the test grid in %');
  });

  it('draws one cell without axes, and says so where nothing is measured', () => {
    const [cell] = results('training.batchSize', [1]).cells;
    if (!cell) throw new Error('there is a cell');
    const text = phaseGrid({
      experiment: 'x',
      axes: [],
      cells: [{ ...cell, axes: {}, metrics: {} }],
    });
    expect(text).toMatch(/I\n.*-\n/);
  });
});

describe('csvTable', () => {
  it('quotes what must be quoted and leaves null empty', () => {
    expect(
      csvTable(
        ['a', 'b'],
        [
          ['x, "y"', null],
          [true, 1e-7],
        ],
      ),
    ).toBe('a,b\n"x, ""y""",\ntrue,1e-7\n');
  });
});

describe('formatDuration', () => {
  it('writes minutes and seconds, and hours where there are some', () => {
    expect([formatDuration(400), formatDuration(65_000), formatDuration(7_389_000)]).toEqual([
      '0:00',
      '1:05',
      '2:03:09',
    ]);
  });
});
