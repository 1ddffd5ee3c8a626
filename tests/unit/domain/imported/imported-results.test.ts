/** An imported table as results: what is known of a mean is told, and what is not stays unknown. */
import { describe, expect, it } from 'vitest';
import { buildDiagram } from '#shared/domain/diagram';
import { importedResults } from '#shared/domain/imported/imported-results';
import type { ImportedNumber, TableChoice } from '#shared/domain/imported/imported-table';
import { defaultThresholds } from '#shared/domain/phases';

const choice: TableChoice = {
  load: 'width',
  temperature: 'batch_size',
  metrics: [
    { name: 'trainLoss', column: 'loss' },
    { name: 'cka', column: 'cka' },
  ],
};

function results(number: ImportedNumber, thresholds = defaultThresholds) {
  const rows = [
    { load: 2, temperature: 16, n: number.n, metrics: { trainLoss: number, cka: number } },
  ];
  const table = { loads: [1, 2], temperatures: [16, 32], rows };
  return importedResults(table, { name: 'published', choice, thresholds });
}

describe('importedResults', () => {
  it('fills the grid, the load varying slowest; cells without a row have no number and say why', () => {
    const { axes, cells } = results({ mean: 0.5, sd: null, n: null });
    expect(axes.map(({ path, role }) => [path, role])).toEqual([
      ['width', 'load'],
      ['batch_size', 'temperature'],
    ]);
    expect(cells.map(({ index, axes: at }) => [index, at['width'], at['batch_size']])).toEqual([
      [0, 1, 16],
      [1, 1, 32],
      [2, 2, 16],
      [3, 2, 32],
    ]);
    expect(cells.map(({ n }) => n)).toEqual([0, 0, null, 0]);
    expect(cells[0]?.metrics['cka']).toMatchObject({ mean: null, n: 0 });
    expect(cells[0]?.metrics['cka']?.reasons).toEqual(['the imported table has no such row']);
  });

  it.each([
    ['a mean alone', { mean: 0.5, sd: null, n: null }, { sd: null, se: null, n: null }],
    ['no count', { mean: 0.5, sd: 0.2, n: null }, { sd: 0.2, se: null, n: null }],
    ['all', { mean: 0.5, sd: 0.2, n: 4 }, { sd: 0.2, se: 0.1, n: 4 }],
  ])('knows of %s what the table tells', (_what, number, expected) => {
    const metric = results(number).cells[2]?.metrics['trainLoss'];
    expect(metric).toMatchObject({ mean: 0.5, over: 'seeds', ...expected });
    expect(metric).toMatchObject({ median: null, lowerQuartile: null, upperQuartile: null });
    expect(metric?.values).toEqual([]);
  });

  it('gives pairs no standard error: they share seeds', () => {
    const metric = results({ mean: 0.5, sd: 0.2, n: 10 }).cells[2]?.metrics['cka'];
    expect(metric).toMatchObject({ sd: 0.2, se: null, n: 10, over: 'pairs' });
  });

  it.each([
    ['n', /how many values it is over is not known/],
    ['sd', /without a standard deviation/],
    ['se', /standard error is not known/],
    ['median', /single values are not known/],
  ] as const)('says in a diagram of %s that it is not known', (statistic, why) => {
    const diagram = buildDiagram(results({ mean: 0.5, sd: null, n: null }), { statistic });
    const panel = diagram.panels.find(({ scalar }) => scalar.name === 'trainLoss');
    const cell = panel?.cells.find((_, i) => diagram.cells[i]?.result?.index === 2);
    expect(cell).toMatchObject({ value: null, state: 'missing', n: null });
    expect(cell?.reason).toMatch(why);
  });

  it('draws a mean whose count is not known, without an error and without a reason', () => {
    const diagram = buildDiagram(results({ mean: 0.5, sd: 0.1, n: null }));
    const [panel] = diagram.panels;
    const cell = panel?.cells.find((_, i) => diagram.cells[i]?.result?.index === 2);
    expect(cell).toMatchObject({ value: 0.5, error: null, reason: null, state: 'present' });
  });
});
