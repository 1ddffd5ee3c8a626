import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourAt } from '#shared/domain/colour-maps';
import { buildDiagram } from '#shared/domain/diagram';
import { hatchLines } from '#renderer/charts/hatch';
import {
  cellAt,
  cellBox,
  cellsBetween,
  neighbourOf,
  outlineOf,
  panelMargins,
} from '#renderer/charts/panel-geometry';
import {
  axisName,
  boundaryPath,
  panelTicks,
  regionNames,
  undecidedMarks,
} from '#renderer/charts/panel-marks';
import { cellPaints } from '#renderer/charts/panel-painting';
import { publishedCells } from '../../reference/published/published-cells';
import { chartStyle } from './chart-style';

const diagram = buildDiagram(publishedCells({ spread: true }));
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const plot = { width: 520, height: 480 };

describe('cellPaints', () => {
  it('covers the plot with whole pixels, each once (any size)', () => {
    const sides = fc.integer({ min: 20, max: 700 });
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        const look = { plot: { width, height }, style: chartStyle };
        const paints = cellPaints(diagram, diagram.panels[0]!, look);
        const area = paints.reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
        expect(area).toBe(width * height);
        for (const { rect } of paints)
          expect([rect.x, rect.y, rect.width, rect.height].every(Number.isInteger)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('gives a number its colour, and hatches a missing cell one way and a diverged one both', () => {
    const panel = diagram.panels[0]!;
    const cells = panel.cells.map((cell, i) => {
      if (i > 1) return cell;
      const state = i === 0 ? ('missing' as const) : ('diverged' as const);
      return { ...cell, value: null, t: null, state };
    });
    const look = { plot, style: chartStyle };
    const [missing, diverged, ...others] = cellPaints(diagram, { ...panel, cells }, look);
    const slopes = ({ hatch }: (typeof others)[number]) =>
      new Set(hatch.map(({ x1, y1, x2, y2 }) => Math.sign((y2 - y1) / (x2 - x1))));
    expect([slopes(missing!), slopes(diverged!)]).toEqual([new Set([-1]), new Set([-1, 1])]);
    expect([missing!.fill, diverged!.fill]).toEqual([chartStyle.missing, chartStyle.missing]);
    for (const [i, { fill, hatch }] of others.entries()) {
      if (panel.cells[i + 2]!.t === null) continue;
      expect(hatch).toEqual([]);
      expect(fill).toBe(colourAt('cividis', panel.cells[i + 2]!.t!));
    }
  });
});

describe('panelTicks', () => {
  it('labels places with the values, batch size falling to the bottom, labels apart', () => {
    const ticks = panelTicks(diagram, plot);
    expect(ticks.x).toHaveLength(diagram.x.values.length);
    const numbers = (axis: typeof ticks.x) =>
      axis.filter(({ label }) => label !== '').map(({ at, label }) => [at, Number(label)] as const);
    const [right, down] = [numbers(ticks.x), numbers(ticks.y)];
    expect(right.map(([, v]) => v)).toEqual(right.map(([, v]) => v).sort((a, b) => a - b));
    expect(right.map(([, v]) => v)).toContain(64);
    const fromTop = [...down].sort(([a], [b]) => a - b).map(([, v]) => v);
    expect(fromTop).toEqual([...fromTop].sort((a, b) => a - b));
    for (const [i, [at]] of right.slice(1).entries()) expect(at - right[i]![0]).toBeGreaterThan(15);
  });
});

describe('boundaryPath', () => {
  it('has every line of its kind in whole pixels, and none of the other', () => {
    const decided = diagram.boundaries.filter(({ kind }) => kind === 'decided');
    const path = boundaryPath(diagram.boundaries, 'decided', plot);
    expect(path.match(/M/g)).toHaveLength(decided.length);
    expect(path.match(/[ML]/g)).toHaveLength(decided.flatMap(({ points }) => points).length);
    expect(path).not.toMatch(/\./);
    expect(boundaryPath([], 'undecided', plot)).toBe('');
  });
});

describe('regionNames', () => {
  it('writes each name inside its region, or beside the plot with a leader into it', () => {
    const names = regionNames(diagram.regions, plot, { hasGutter: true });
    const inside = names.filter(({ leader }) => leader === null);
    const beside = names.filter(({ leader }) => leader !== null);
    expect(inside.length).toBeGreaterThan(3);
    expect(beside.length).toBeGreaterThan(0);
    const cellUnder = (x: number, y: number) =>
      diagram.cells[cellAt(diagram, x / plot.width, 1 - y / plot.height)!]!.phase;
    for (const { x, y, width, height, text } of inside)
      for (const dx of [-0.5, 0, 0.5])
        for (const dy of [-0.5, 0, 0.5])
          expect(cellUnder(x + dx * width, y + dy * height)).toBe(text);
    for (const { leader, text, x } of beside) {
      expect(cellUnder(leader!.x, leader!.y)).toBe(text);
      expect(x).toBeGreaterThan(plot.width);
    }
    const heights = beside.map(({ y }) => y).sort((a, b) => a - b);
    for (const [i, y] of heights.slice(1).entries()) expect(y - heights[i]!).toBeGreaterThan(17);
  });
  it('leaves small regions without a name where there is no room beside', () => {
    const small = { width: 60, height: 50 };
    expect(regionNames(diagram.regions, small, { hasGutter: false }).length).toBeLessThan(
      diagram.regions.length,
    );
  });
});

describe('undecidedMarks', () => {
  const marksIn = (width: number, height: number) =>
    undecidedMarks(diagram, diagram, { width, height });
  it('mark every undecided cell that has room, on the cell', () => {
    const undecided = diagram.cells.filter(({ phase, result }) => phase === 'undecided' && result);
    const marks = marksIn(4000, 4000);
    expect(marks).toHaveLength(undecided.length);
    for (const [x, y] of marks)
      expect(diagram.cells[cellAt(diagram, x / 4000, 1 - y / 4000)!]!.phase).toBe('undecided');
  });
  it('are fewer, and none at last, on smaller plots', () => {
    expect(marksIn(300, 300).length).toBeLessThan(marksIn(4000, 4000).length);
    expect(marksIn(20, 20)).toEqual([]);
  });
});

describe('axisName', () => {
  it('is empty for an absent axis', () => {
    const single = buildDiagram({ experiment: '', axes: [], cells: [] });
    expect(axisName(single.x)).toBe('');
  });
});

describe('cellAt', () => {
  it('finds the cell whose box holds the point', () => {
    fc.assert(
      fc.property(unit, unit, (x, y) => {
        const position = cellAt(diagram, x, y)!;
        const cell = cellBox(diagram, position);
        expect(x).toBeGreaterThanOrEqual(cell.x - 1e-9);
        expect(x).toBeLessThanOrEqual(cell.x + cell.width + 1e-9);
        expect(1 - y).toBeGreaterThanOrEqual(cell.y - 1e-9);
        expect(1 - y).toBeLessThanOrEqual(cell.y + cell.height + 1e-9);
      }),
    );
  });
  it('is null outside the plot', () => {
    expect([cellAt(diagram, -0.01, 0.5), cellAt(diagram, 0.5, 1.01)]).toEqual([null, null]);
  });
});

describe('neighbourOf', () => {
  it('moves one step, stays at the border, and starts at the top left', () => {
    const columns = diagram.x.positions.length;
    const rows = diagram.y.positions.length;
    expect(neighbourOf(diagram, null, 'left')).toBe(columns * (rows - 1));
    expect(neighbourOf(diagram, 0, 'left')).toBe(0);
    expect(neighbourOf(diagram, 0, 'right')).toBe(1);
    expect(neighbourOf(diagram, 0, 'up')).toBe(columns);
    expect(neighbourOf(diagram, 0, 'down')).toBe(0);
  });
});

describe('cellsBetween', () => {
  it('is the rectangle of two corners, the first one first (any two cells)', () => {
    const columns = diagram.x.positions.length;
    const cell = fc.integer({ min: 0, max: diagram.cells.length - 1 });
    fc.assert(
      fc.property(cell, cell, (from, to) => {
        const found = cellsBetween(diagram, from, to);
        const within = (value: number, a: number, b: number) =>
          value >= Math.min(a, b) && value <= Math.max(a, b);
        const expected = diagram.cells.flatMap((_, position) =>
          within(position % columns, from % columns, to % columns) &&
          within(
            Math.floor(position / columns),
            Math.floor(from / columns),
            Math.floor(to / columns),
          )
            ? [position]
            : [],
        );
        expect(found[0]).toBe(from);
        expect([...found].sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });
});

describe('outlineOf', () => {
  it('is the sides that only one cell of the set has', () => {
    const sides = (positions: readonly number[]) => outlineOf(diagram, positions).match(/M/g) ?? [];
    const columns = diagram.x.positions.length;
    expect(sides([])).toHaveLength(0);
    expect(sides([0])).toHaveLength(4);
    expect(sides([0, 1])).toHaveLength(6);
    expect(sides([0, 1, columns, columns + 1])).toHaveLength(8);
    // Neighbours in the list, but not in the grid: the end of a row and the beginning of the next.
    expect(sides([columns - 1, columns])).toHaveLength(8);
  });
});

describe('panelMargins', () => {
  it('leaves room for the longest label of the y axis', () => {
    const wide = panelMargins({ ...diagram, y: { ...diagram.y, labels: ['0.000125'] } }, 'small');
    const slim = panelMargins({ ...diagram, y: { ...diagram.y, labels: ['8'] } }, 'small');
    expect(wide.left).toBeGreaterThan(slim.left);
  });
});

describe('hatchLines', () => {
  it('stays inside its rectangle', () => {
    const side = fc.double({ min: 0.5, max: 300, noNaN: true });
    const direction = fc.constantFrom('rising' as const, 'falling' as const);
    fc.assert(
      fc.property(side, side, side, side, direction, (x, y, width, height, d) => {
        for (const line of hatchLines({ x, y, width, height }, 8, d)) {
          for (const [px, py] of [
            [line.x1, line.y1],
            [line.x2, line.y2],
          ] as const) {
            expect(px).toBeGreaterThanOrEqual(x - 1e-6);
            expect(px).toBeLessThanOrEqual(x + width + 1e-6);
            expect(py).toBeGreaterThanOrEqual(y - 1e-6);
            expect(py).toBeLessThanOrEqual(y + height + 1e-6);
          }
        }
      }),
    );
  });
});
