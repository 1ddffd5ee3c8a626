import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDiagram } from '#shared/domain/diagram';
import { viewNameProblem } from '#shared/domain/saved-view';
import {
  formatRanges,
  formatShared,
  moved,
  parseGridLook,
  parsePanels,
  parseRanges,
  parseShared,
  scaleName,
} from '#renderer/features/phase-diagram/look';
import { readRange } from '#renderer/features/phase-diagram/range-entry';
import { summariseSelection } from '#renderer/features/phase-diagram/selection-summary';
import {
  percent,
  phaseLines,
  plausibleText,
  robustnessOf,
  robustnessPanel,
  summariseRobustness,
} from '#renderer/features/phase-diagram/sensitivity-model';
import { selectedLines } from '#shared/domain/slice-choice';
import { formatCells, parseCells } from '#renderer/workspace/address';
import { publishedCells } from '../../reference/published/published-cells';

const results = publishedCells({ spread: true });
const diagram = buildDiagram(results);

describe('the address of a look', () => {
  it('names panels in their order, those that are measured, each once', () => {
    expect(parsePanels('cka,trainLoss,cka,nothing', ['trainLoss', 'cka'])).toEqual([
      'cka',
      'trainLoss',
    ]);
    expect(parsePanels('nothing', ['cka'])).toBeNull();
  });

  it('gives ranges back as they were (any ends in order), and leaves out nonsense', () => {
    const end = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null });
    fc.assert(
      fc.property(end, end, (a, b) => {
        const isUsable = (a !== null || b !== null) && (a === null || b === null || a < b);
        const ranges = parseRanges(formatRanges({ cka: [a, b] }));
        expect(ranges).toEqual(isUsable ? { cka: [a === 0 ? 0 : a, b === 0 ? 0 : b] } : {});
      }),
    );
    expect(parseRanges('cka:1:0,trainLoss:x:y,:1:2,testLoss::2')).toEqual({ testLoss: [null, 2] });
  });

  it('says how the axes lie and what is shared', () => {
    const look = parseGridLook({ xscale: 'linear', yscale: 'nonsense', flip: 'y', swap: '1' });
    expect(look).toEqual({
      x: { scale: 'linear', flipped: false },
      y: { flipped: true },
      swapped: true,
    });
    expect([scaleName('category'), scaleName(undefined)]).toEqual(['position', '']);
    for (const text of ['', 'units', 'slices', 'units,slices'])
      expect(formatShared(parseShared(text))).toBe(text);
  });

  it('moves an entry of a list, not past its ends', () => {
    expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 'c', -2)).toEqual(['c', 'a', 'b']);
  });
});

describe('selected cells in the address', () => {
  it('come back, the first one first (any set)', () => {
    const sets = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(sets, ([first, ...others]) => {
        const cells = first === undefined ? [] : [first, ...others];
        const sorted = [...cells.slice(0, 1), ...cells.slice(1).sort((a, b) => a - b)];
        expect(parseCells(formatCells(cells))).toEqual(sorted);
      }),
    );
  });
  it('are short for rectangles, and nothing endless', () => {
    expect(formatCells([7, 0, 1, 2, 3, 9, 10])).toBe('7,0-3,9,10');
    expect(parseCells('0-999999999')).toHaveLength(100_000);
    expect(parseCells('5-3,-1,x,2')).toEqual([2]);
  });
});

describe('readRange', () => {
  it('reads ends, empty ones as those of the data', () => {
    expect(readRange('0.5', '')).toEqual({ range: [0.5, null], problem: null });
    expect(readRange(' −1 ', '2')).toEqual({ range: [-1, 2], problem: null });
    expect(readRange('', '')).toEqual({ range: null, problem: null });
  });
  it('says what is wrong', () => {
    expect(readRange('x', '1').problem).toMatch(/must be a number, got “x”/);
    expect(readRange('2', '1').problem).toMatch(/first must be below the second, got 2 and 1/);
  });
});

describe('summariseSelection', () => {
  it('is the mean and range by hand, and counts the phases', () => {
    const positions = [3, 20, 41];
    const { cells, phases, numbers } = summariseSelection(diagram, positions);
    expect(cells).toBe(3);
    expect(phases.reduce((n, { count }) => n + count, 0)).toBe(3);
    const [{ panel, mean, least, most }] = numbers as [(typeof numbers)[0]];
    const values = positions.map((p) => panel.cells[p]!.value!);
    expect(mean).toBeCloseTo((values[0]! + values[1]! + values[2]!) / 3, 12);
    expect([least, most]).toEqual([Math.min(...values), Math.max(...values)]);
  });
});

describe('selectedLines', () => {
  it('are the rows or columns of the selection, all without one', () => {
    const columns = diagram.x.positions.length;
    const chosen = [columns + 2, columns + 5, 2];
    expect(selectedLines(diagram, chosen, 'x')).toEqual([1, 0]);
    expect(selectedLines(diagram, chosen, 'y')).toEqual([2, 5]);
    expect(selectedLines(diagram, [], 'x')).toBeUndefined();
  });
});

describe('the sensitivity view', () => {
  it('counts every cell at every value, and has the present one among them', () => {
    const cells = diagram.cells.map(({ result }) => result);
    const lines = phaseLines(results, cells, diagram.thresholds);
    expect(lines.map(({ present }) => present)).toEqual([0.1, -1, 0.6]);
    const total = cells.filter((cell) => cell !== null).length;
    for (const { values, counts, present } of lines) {
      expect(values).toContain(present);
      expect(values).toEqual([...values].sort((a, b) => a - b));
      for (const at of counts) expect(Object.values(at).reduce((a, b) => a + b, 0)).toBe(total);
      const now = counts[values.indexOf(present)]!;
      expect(now.undecided).toBe(diagram.undecidedCount - (diagram.cells.length - total));
    }
  });

  it('maps shares as they are, hatches cells without a phase, and says what was varied', () => {
    const robustness = robustnessOf(diagram, 'usual');
    const panel = robustnessPanel(robustness);
    for (const [i, { t, state }] of panel.cells.entries()) {
      expect(t).toBe(robustness[i]!.share);
      expect(state).toBe(diagram.cells[i]!.phase === 'undecided' ? 'missing' : 'present');
    }
    expect(plausibleText(diagram.thresholds, 'usual')).toBe(
      'train loss 0.05 to 0.2, mode connectivity −2 to 0 pp, CKA 0.5 to 0.7',
    );
    const narrow = summariseRobustness(robustnessOf(diagram, 'half'));
    const wide = summariseRobustness(robustnessOf(diagram, 'twice'));
    expect(narrow.decided).toBe(wide.decided);
    expect(narrow.always).toBeGreaterThan(wide.always);
  });

  it('never rounds to all or none what is not', () => {
    expect([percent(1), percent(0.999), percent(0.004), percent(0), percent(0.5)]).toEqual([
      '100%',
      '>99%',
      '<1%',
      '0%',
      '50%',
    ]);
  });
});

describe('viewNameProblem', () => {
  it('takes a name of one line, and says what is wrong with another', () => {
    expect(viewNameProblem('wide models, sd')).toBeNull();
    expect(viewNameProblem('')).toMatch(/must not be empty/);
    expect(viewNameProblem(' a')).toMatch(/must not begin or end/);
    expect(viewNameProblem('x'.repeat(61))).toMatch(/at most 60 characters, got 61/);
  });
});
