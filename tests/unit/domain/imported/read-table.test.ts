/** From text to cells: what is taken over, in which unit, and what is refused with its line. */
import { describe, expect, it } from 'vitest';
import { readDelimitedText } from '#shared/domain/imported/delimited-text';
import type { TableChoice } from '#shared/domain/imported/imported-table';
import { mostImportedCells, readImportedTable } from '#shared/domain/imported/read-table';
import { formatProblem } from '#shared/domain/spec-problem';

const choice: TableChoice = {
  load: 'w',
  temperature: 'b',
  metrics: [{ name: 'testAccuracy', column: 'acc' }],
};

function read(text: string, chosen: TableChoice = choice) {
  const { table } = readDelimitedText(text);
  if (!table) throw new Error('no table');
  return readImportedTable(table, chosen);
}

function problems(text: string, chosen: TableChoice = choice): string[] {
  const reading = read(text, chosen);
  return reading.ok ? [] : reading.problems.map(formatProblem);
}

describe('readImportedTable', () => {
  it('makes a row a cell, with axes in order and missing numbers left out', () => {
    const reading = read('w,b,acc\n8,64,0.5\n2,64,NA\n8,16,0.75\n2,16,\n');
    expect(reading).toEqual({
      ok: true,
      table: {
        loads: [2, 8],
        temperatures: [16, 64],
        rows: [
          {
            load: 8,
            temperature: 64,
            n: null,
            metrics: { testAccuracy: { mean: 0.5, sd: null, n: null } },
          },
          { load: 2, temperature: 64, n: null, metrics: {} },
          {
            load: 8,
            temperature: 16,
            n: null,
            metrics: { testAccuracy: { mean: 0.75, sd: null, n: null } },
          },
          { load: 2, temperature: 16, n: null, metrics: {} },
        ],
      },
    });
  });

  it('keeps texts on an axis in the order of the file', () => {
    const reading = read('w,b,acc\nwide,64,0.5\nslim,64,0.4\n');
    expect(reading.ok && reading.table.loads).toEqual(['wide', 'slim']);
  });

  it('converts means and their deviations, and says how many runs are behind them', () => {
    const reading = read('w,b,acc,sd,m,seeds\n1,2,50,10,0.5,3\n', {
      ...choice,
      metrics: [
        {
          name: 'testAccuracy',
          column: 'acc',
          conversion: { kind: 'divide', by: 100 },
          sdColumn: 'sd',
        },
        { name: 'modeConnectivity', column: 'm', conversion: { kind: 'multiply', by: 100 } },
        { name: 'cka', column: 'm', n: { kind: 'number', n: 1 } },
      ],
      n: { kind: 'column', column: 'seeds' },
    });
    expect(reading.ok && reading.table.rows[0]).toEqual({
      load: 1,
      temperature: 2,
      n: 3,
      metrics: {
        testAccuracy: { mean: 0.5, sd: 0.1, n: 3 },
        // Runs are not pairs: their number says nothing of these.
        modeConnectivity: { mean: 50, sd: null, n: null },
        cka: { mean: 0.5, sd: null, n: 1 },
      },
    });
  });

  it('turns the sign of means, barriers into connectivity, and not that of their deviations', () => {
    const turned = (own: object) => {
      const conversion = { kind: 'multiply', by: -100 } as const;
      const reading = read('w,b,barrier,sd\n1,2,0.05,0.01\n', {
        ...choice,
        metrics: [
          { name: 'modeConnectivity', column: 'barrier', conversion, sdColumn: 'sd', ...own },
        ],
      });
      return reading.ok && reading.table.rows[0]?.metrics['modeConnectivity'];
    };
    expect(turned({})).toEqual({ mean: -5, sd: 1, n: null });
    expect(turned({ sdConversion: { kind: 'divide', by: -2 } })).toBe(false);
  });

  it('tells everything that is wrong at once, each with its line', () => {
    const text =
      'w,b,acc,sd\n1,2,50,\n1,2,0.5,\nx,2,0.5,-1\n3,,0.5,2\n4,2,inf,\n5,2,"0,5",0.1\n6,2,,0.1\n';
    const all = problems(text, {
      ...choice,
      metrics: [
        { name: 'testAccuracy', column: 'acc', sdColumn: 'sd' },
        { name: 'colour', column: 'acc' },
        { name: 'cka', column: 'likeness' },
      ],
      n: { kind: 'number', n: 0 },
    });
    const expected = [
      /^metric colour: must be a scalar, got "colour"; use one of: trainLoss/,
      /^metric cka: must be a column of the table, got "likeness"; use one of: w, b, acc, sd$/,
      /^n: must be a whole number from 1, got 0/,
      /^line 2, column acc as testAccuracy: must be a fraction from 0 to 1, got 50; .*testAccuracy=acc\/100/,
      /^line 4, column w: must be a number, got "x"/,
      /^line 4, column sd: must not be below 0, got -1/,
      /^line 5, column b: must have a value, as every cell has/,
      /^line 6, column acc: must be finite, got "inf"/,
      /^line 7, column acc: must be a number, got "0,5"; write a point before the decimals/,
      /^line 8, column sd: must have a mean beside it/,
    ];
    for (const message of expected) expect(all).toContainEqual(expect.stringMatching(message));
    expect(all).toHaveLength(expected.length);
  });

  it('refuses a cell that is there twice, beside what else is wrong', () => {
    const all = problems('w,b,acc\n1,2,0.5\n2,2,0.5\n1,2,oh\n');
    expect(all).toHaveLength(2);
    expect(all).toContainEqual(
      expect.stringMatching(/^line 4: must be another cell than line 2, got .*"w":1,"b":2/),
    );
  });

  it.each([
    ['a CKA above 1', 'cka', 45, /at most 1/],
    ['a barrier of more than all errors', 'modeConnectivity', -250, /from -100 to 100/],
    ['a cross-entropy below 0', 'trainLoss', -0.5, /must not be below 0/],
    ['a negative distance', 'weightDistance', -1, /must not be below 0/],
  ])('refuses %s', (_what, name, value, message) => {
    const chosen = { ...choice, metrics: [{ name, column: 'acc' }] };
    expect(problems(`w,b,acc\n1,2,${value}\n`, chosen).join('\n')).toMatch(message);
  });

  it('takes losses below 0 beside relative errors: those of problems are energies', () => {
    const metrics = [
      { name: 'trainLoss', column: 'loss' },
      { name: 'testRelativeError', column: 'error' },
    ];
    expect(problems('w,b,loss,error\n1,2,-3,0.1\n', { ...choice, metrics })).toEqual([]);
  });

  it('refuses a standard deviation over one value, and hexadecimal digits', () => {
    const metrics = [{ name: 'cka', column: 'acc', sdColumn: 'sd', n: { kind: 'number', n: 1 } }];
    const chosen = { ...choice, metrics } as TableChoice;
    expect(problems('w,b,acc,sd\n1,2,0.5,0.1\n', chosen).join()).toMatch(/empty where n is 1/);
    expect(problems('w,b,acc\n1,2,0x1\n').join()).toMatch(/must be a number, got "0x1"/);
  });

  it('refuses a grid that no screen shows: an axis whose values never repeat', () => {
    const side = Math.ceil(Math.sqrt(mostImportedCells)) + 1;
    const rows = Array.from({ length: side }, (_, i) => `${i},${i},0.5`).join('\n');
    expect(problems(`w,b,acc\n${rows}\n`).join()).toMatch(/must span at most 50000 cells/);
  });
});
