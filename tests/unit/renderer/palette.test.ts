import { describe, expect, it } from 'vitest';
import { fitOf } from '#renderer/app/fuzzy-words';
import { afterUse, paletteLines, type PaletteLine } from '#renderer/app/palette-model';

const line = (id: string, title: string, part: Partial<PaletteLine> = {}): PaletteLine => {
  return { id, title, group: 'Go', help: '', keys: [], problem: null, ...part };
};
const ids = (lines: readonly PaletteLine[]) => lines.map(({ id }) => id);

describe('fitOf', () => {
  const fit = (typed: string) => fitOf(typed, { title: 'Go Phase diagram', text: 'The results.' });
  it('finds words begun, inside, in the help, and as letters in order, each less than the one before', () => {
    const fits = ['phase', 'iagram', 'results', 'phdg'].map((typed) => fit(typed) ?? 0);
    expect(fits).toEqual([...fits].sort((a, b) => b - a));
    expect(new Set(fits).size).toBe(4);
    expect(fits.at(-1)).toBeGreaterThan(0);
  });
  it('wants every word, in any order and case, with accents or without', () => {
    expect(fit('DIAGRAM phase')).toBe(fit('phase diagram'));
    expect(fit('phase runs')).toBeNull();
    expect(fit('diágram')).toBe(fit('diagram'));
    expect(fit('  ')).toBe(0);
    // Two letters are everywhere.
    expect(fit('hm')).toBeNull();
  });
});

describe('paletteLines', () => {
  const lines = [
    line('a', 'Runs'),
    line('b', 'Run', { group: 'Experiment', problem: 'It runs.' }),
    line('c', 'Metrics', { help: 'What every run has measured.' }),
    line('d', 'Toy landscape'),
  ];
  it('begin with the recent ones and end with the impossible ones while nothing is typed', () => {
    expect(ids(paletteLines(lines, '', ['d', 'gone', 'b']))).toEqual(['d', 'a', 'c', 'b']);
  });
  it('put the better fit first, then what is possible, then what was used', () => {
    expect(ids(paletteLines(lines, 'run', []))).toEqual(['a', 'b', 'c']);
    expect(ids(paletteLines(lines, 'run', ['c', 'b']))).toEqual(['a', 'b', 'c']);
    expect(paletteLines(lines, 'zebra', [])).toEqual([]);
  });
});

describe('afterUse', () => {
  it('remembers the last eight, each once', () => {
    const many = Array.from({ length: 12 }, (_, i) => String(i));
    const used = many.reduce<readonly string[]>(afterUse, []);
    expect(used).toEqual(['11', '10', '9', '8', '7', '6', '5', '4']);
    expect(afterUse(used, '8')).toEqual(['8', '11', '10', '9', '7', '6', '5', '4']);
  });
});
