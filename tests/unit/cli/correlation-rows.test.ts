import { describe, expect, it } from 'vitest';
import { correlationRows } from '#main/cli/correlation-rows';
import { csvTable } from '#shared/domain/csv';
import { publishedCells } from '../../reference/published/published-cells';

describe('correlationRows', () => {
  const cells = publishedCells({
    leastBatch: 16,
    leastWidth: 2,
    withoutBatches: [19, 27],
    spread: true,
  });
  const { columns, rows, json } = correlationRows(cells);

  it('prints what goes with accuracy on the published grid', () => {
    const lines = csvTable(columns, rows).trim().split('\n');
    const spearman = columns.indexOf('spearman');
    const rounded = lines.slice(1).map((line) => {
      const fields = line.split(',');
      return [fields[0], fields[1], fields[2], Number(fields[spearman]).toFixed(2)].join(' ');
    });
    expect(rounded).toMatchInlineSnapshot(`
      [
        "modeConnectivity absolute 169 -0.89",
        "cka plain 169 0.89",
        "hessianTopEigenvalue log 169 -0.87",
        "hessianTrace log 169 -0.87",
        "trainLoss plain 169 -0.78",
        "modeConnectivity plain 169 0.61",
        "weightDistance plain 169 0.42",
      ]
    `);
  });

  it('has a column for each coefficient, its interval and its mean within each axis', () => {
    expect(columns.slice(0, 8)).toEqual([
      'metric',
      'form',
      'n',
      'spearman',
      'spearmanLow',
      'spearmanHigh',
      ...cells.axes.map(({ path }) => `spearmanWithin ${path}`),
    ]);
    for (const row of rows) expect(row).toHaveLength(columns.length);
  });

  it('says in JSON what is compared, over what, and every group', () => {
    expect(json).toMatchObject({
      score: 'testAccuracy',
      over: 'means of cells',
      level: 0.95,
      resamples: 1000,
    });
    const [first] = (json as { metrics: { within: { groups: unknown[] }[] }[] }).metrics;
    expect(first?.within.map(({ groups }) => groups.length)).toEqual([13, 13]);
  });
});
