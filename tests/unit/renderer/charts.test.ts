import { init } from 'echarts';
import { describe, expect, it } from 'vitest';
import { buildDiagram } from '#shared/domain/diagram';
import { curveOption, fitsLogAxis, type Curve } from '#renderer/charts/curve-chart';
import { gridFrame, moveInGrid } from '#renderer/charts/grid-frame';
import { layOutGrid } from '#renderer/charts/grid-layout';
import { connectivityRange, scatterOption, sharpnessRange } from '#renderer/charts/scatter-chart';
import { sliceOption, sliceRows } from '#renderer/charts/slice-chart';
import { emptyDraft } from '#renderer/features/design/draft';
import { checkSpec } from '#shared/domain/check-spec';
import type { ExperimentSpec } from '#shared/domain/spec';
import { publishedCells } from '../../reference/published/published-cells';
import { scatterMarks, scatterPanels } from '#renderer/features/phase-diagram/model';
import { chartStyle } from './chart-style';

const diagram = buildDiagram(publishedCells({ spread: true }));

function specOf(axes: ExperimentSpec['axes']): ExperimentSpec {
  const check = checkSpec({ ...emptyDraft, axes });
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return check.spec;
}
const width = { path: 'model.width', role: 'load' as const, values: [4, 8, 16] };
const batch = { path: 'training.batchSize', role: 'temperature' as const, values: [8, 16] };
const rate = { path: 'optimizer.learningRate', role: 'none' as const, values: [0.1, 0.2] };

describe('curves below 0', () => {
  const curveOf = (...values: readonly (number | null)[]): Curve => ({
    id: 'a',
    name: 'a',
    colour: '#000',
    line: 'solid',
    points: values.map((y, x) => [x, y] as const),
  });

  it('fit no log axis, and lead the linear one away from 0', () => {
    expect(fitsLogAxis([curveOf(1, null, 0), curveOf(2)])).toBe(true);
    expect(fitsLogAxis([curveOf(1), curveOf(2, -2.4)])).toBe(false);
    const axes = (curve: Curve) =>
      curveOption([curve], { style: chartStyle, xName: 'epoch', yName: 'loss' });
    expect(axes(curveOf(-2.4, -2.5)).yAxis).toMatchObject({ type: 'value', scale: true });
    expect(axes(curveOf(-2.4, -2.5)).xAxis).toMatchObject({ axisLine: { onZero: false } });
    expect(axes(curveOf(0.1, 0.2)).yAxis).not.toHaveProperty('scale');
  });
});

describe('layOutGrid', () => {
  it('puts the hot row last, so that it is drawn at the top', () => {
    const grid = layOutGrid(specOf([width, batch]));
    expect(grid.y.values).toEqual([16, 8]);
    // The first axis varies slowest: width 4 has cells 0 (batch 8) and 1 (batch 16).
    expect(grid.planes).toEqual([{ name: '', cells: [1, 3, 5, 0, 2, 4] }]);
  });
  it('has a plane for each value of a third axis, all cells in one of them', () => {
    const grid = layOutGrid(specOf([width, batch, rate]));
    expect(grid.planes.map((p) => p.name)).toEqual(['Learning rate 0.1', 'Learning rate 0.2']);
    const all = grid.planes.flatMap((p) => p.cells).sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });
  it('is a single cell without axes', () => {
    expect(layOutGrid(specOf([])).planes).toEqual([{ name: '', cells: [0] }]);
  });
});

describe('gridFrame', () => {
  it('keeps the grid inside the box while its squares have room', () => {
    const grid = layOutGrid(specOf([width, batch]));
    for (const box of [200, 400, 800]) {
      const frame = gridFrame(grid, box, 44);
      expect(frame.width).toBeLessThanOrEqual(box);
      expect(frame.rows.flatMap((r) => r.cells)).toHaveLength(6);
    }
  });
});

describe('moveInGrid', () => {
  it('goes right to the next load and up to the hotter row', () => {
    const grid = layOutGrid(specOf([width, batch]));
    const cells = grid.planes[0]!.cells;
    expect(moveInGrid(grid, cells, 1, 'right')).toBe(3);
    expect(moveInGrid(grid, cells, 1, 'up')).toBe(0);
    expect(moveInGrid(grid, cells, null, 'up')).toBe(0);
  });
});

describe('curveOption', () => {
  const curve: Curve = {
    id: 'a',
    name: 'seed 0',
    colour: '#000000',
    line: 'solid',
    points: [
      [0, 2],
      [1, 0],
      [2, null],
    ],
  };
  it('leaves out what a log axis cannot show and keeps it on a plain one', () => {
    const points = (yScale: 'log' | 'value') => {
      const option = curveOption([curve], { style: chartStyle, xName: 'x', yName: 'y', yScale });
      return (option.series as { data: unknown[][] }[])[0]!.data.map((d) => d[1]);
    };
    expect(points('log')).toEqual([2, '-', '-']);
    expect(points('value')).toEqual([2, 0, '-']);
  });
  it('draws a level where it is, not at two decimals', () => {
    const { renderer, ...size } = { renderer: 'svg' as const, ssr: true, width: 400, height: 200 };
    const heightOf = (level: number) => {
      const energy: Curve = { ...curve, points: [-2.467, -2.463].map((y, x) => [x, y] as const) };
      const chart = init(null, null, { renderer, ...size });
      const option = curveOption([energy], { style: chartStyle, xName: 't', yName: 'E', level });
      chart.setOption({ ...option, animation: false });
      const svg = chart.renderToSVGString();
      chart.dispose();
      return /<path[^>]*stroke-dasharray[^>]*>/.exec(svg)?.[0];
    };
    expect(heightOf(-2.4665)).toBeDefined();
    expect(heightOf(-2.4665)).not.toBe(heightOf(-2.4652));
  });
});

describe('scatterOption', () => {
  const points = scatterMarks(diagram, scatterPanels(diagram, null)!);
  it('has one point per cell with both numbers, inside the axes', () => {
    expect(points.length).toBeGreaterThan(150);
    const [low, high] = connectivityRange(points, -1);
    for (const point of points) {
      expect(point.x).toBeGreaterThan(low);
      expect(point.x).toBeLessThan(high);
      expect(Number.isFinite(point.y)).toBe(true);
    }
  });
  it('has room for whole error bars at the top and the bottom', () => {
    const [low, high] = sharpnessRange(points.map((point) => ({ ...point, yError: 0.5 })));
    expect(low).toBeLessThan(Math.min(...points.map(({ y }) => y)) - 0.5);
    expect(high).toBeGreaterThan(Math.max(...points.map(({ y }) => y)) + 0.5);
    expect(sharpnessRange([{ ...points[0]!, y: 2, yError: null }])).toEqual([1.5, 2.5]);
  });
  it('marks the threshold', () => {
    const option = scatterOption(points, {
      style: chartStyle,
      xTitle: 'x',
      yTitle: 'y',
      threshold: -1,
      selected: [],
      accent: '#0000ff',
    });
    const cells = (option.series as { id: string; markLine?: { data: unknown[] } }[]).find(
      (s) => s.id === 'cells',
    );
    expect(cells!.markLine!.data).toEqual([{ xAxis: -1 }]);
  });
});

describe('sliceRows', () => {
  it('has a line per temperature, the hottest first, a point per load', () => {
    const rows = sliceRows(diagram, diagram.panels[0]!, chartStyle);
    expect(rows[0]!.name).toBe('Batch size 16');
    expect(rows.at(-1)!.name).toBe('Batch size 1024');
    expect(rows.every((r) => r.points.length === diagram.x.positions.length)).toBe(true);
  });
  it('makes a chart with a line and error bars for each', () => {
    const option = sliceOption(diagram, diagram.panels[0]!, { style: chartStyle, width: 600 });
    expect(option.series).toHaveLength(2 * diagram.y.positions.length);
  });
});
