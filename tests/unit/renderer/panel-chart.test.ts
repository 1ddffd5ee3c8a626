import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDiagram } from '#shared/domain/diagram';
import { axisName, panelOption } from '#renderer/charts/panel-chart';
import { cellAt, cellBox, neighbourOf, panelMargins } from '#renderer/charts/panel-geometry';
import { hatchLines } from '#renderer/charts/hatch';
import { publishedCells } from '../../reference/published/published-cells';
import { chartStyle } from './chart-style';

const diagram = buildDiagram(publishedCells({ spread: true }));
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const box = { width: 600, height: 600 };

describe('panelOption', () => {
  it('labels rising tick places with the values, batch size falling to the bottom', () => {
    const [panel] = diagram.panels;
    const option = panelOption(diagram, panel!, { size: 'large', style: chartStyle, box });
    const { xAxis, yAxis } = option as Record<
      'xAxis' | 'yAxis',
      { axisLabel: { customValues: number[]; formatter: (v: number) => string }; name: string }
    >;
    const labels = (axis: typeof xAxis) =>
      axis.axisLabel.customValues.map((v) => Number(axis.axisLabel.formatter(v)));
    expect(labels(xAxis)).toEqual([...labels(xAxis)].sort((a, b) => a - b));
    expect(labels(yAxis)).toEqual([...labels(yAxis)].sort((a, b) => b - a));
    expect(labels(xAxis)).toContain(64);
    expect([xAxis.name, yAxis.name]).toEqual(['Width · load', 'Batch size · temperature']);
  });

  it('has boundaries and names on the large panel only', () => {
    const ids = (size: 'large' | 'small') => {
      const option = panelOption(diagram, diagram.panels[1]!, { size, style: chartStyle, box });
      return (option.series as { id: string }[]).map((s) => s.id);
    };
    expect(ids('large')).toEqual(['cells', 'boundaries', 'labels']);
    expect(ids('small')).toEqual(['cells']);
  });

  it('draws every cell at once: no progressive drawing, no animation', () => {
    const option = panelOption(diagram, diagram.panels[0]!, {
      size: 'small',
      style: chartStyle,
      box,
    });
    const [cells] = option.series as { data: unknown[]; progressive: number }[];
    expect(cells!.data).toHaveLength(diagram.cells.length);
    expect(cells!.progressive).toBe(0);
    expect(option.animation).toBe(false);
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

describe('panelMargins', () => {
  it('leaves room for the longest label of the y axis', () => {
    const wide = panelMargins({ y: { ...diagram.y, labels: ['0.000125'] } }, 'small');
    const slim = panelMargins({ y: { ...diagram.y, labels: ['8'] } }, 'small');
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
