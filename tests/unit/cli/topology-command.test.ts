import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLandscapeFile } from '#main/workbench/landscape-file';
import { temporaryFolder } from '../../fixtures/temporary-folder';

function gridOf(text: string) {
  const file = join(temporaryFolder(), 'grid.csv');
  writeFileSync(file, text);
  const { values, x, y } = readLandscapeFile(file);
  return { rows: y.length, columns: x.length, values };
}

describe('readLandscapeFile', () => {
  it('reads rows between commas, semicolons, tabs or spaces', () => {
    const grid = { rows: 2, columns: 3, values: Float64Array.of(1, -2, 3e-1, 4, 5, 6) };
    for (const text of ['1,-2,3e-1\n4,5,6\n', '\uFEFF1; -2; .3\r\n4;5;6', ' 1 -2\t0.3 \n\n4 5 6\n'])
      expect(gridOf(text)).toEqual(grid);
  });
  it.each([
    ['1,2\n3,x\n', /grid\.csv, line 2, column 2: must be a finite number, got "x"/],
    ['1,2\n3,\n', /line 2, column 2: must be a finite number, got ""/],
    ['1,2\n\n3,NaN\n', /line 3, column 2: must be a finite number, got "NaN"/],
    ['1,1e999\n', /line 1, column 2: must be a finite number, got "1e999"/],
    ['1,2\n3\n', /line 2: must have 2 numbers as the first row, got 1/],
    ['1e308,-1e308\n', /must have values whose difference is a finite number, got -1e\+308 and 1e/],
    [' \n', /must have a row of numbers, got none/],
  ])('refuses %j with its place', (text, message) => {
    expect(() => gridOf(text)).toThrow(message);
  });
  it('refuses more numbers than a text of the answer could hold', () => {
    expect(() => gridOf('1 '.repeat(9_000_001))).toThrow(
      /line 1: must have at most 9000000 numbers up to here/,
    );
  });
  it('refuses what is no file', () => {
    expect(() => readLandscapeFile(join(temporaryFolder(), 'none'))).toThrow(
      /got no such file; check/,
    );
    expect(() => readLandscapeFile(temporaryFolder())).toThrow(/got a folder; check/);
  });
});
