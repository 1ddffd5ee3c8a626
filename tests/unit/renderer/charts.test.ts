import { init } from 'echarts';
import { describe, expect, it } from 'vitest';
import { buildDiagram } from '#shared/domain/diagram';
import { curveOption, fitsLogAxis, type Curve } from '#renderer/charts/curve-chart';
import { gridFrame, moveInGrid } from '#renderer/charts/grid-frame';
import { layOutGrid } from '#renderer/charts/grid-layout';
import {
  nearestPoint,
  paddedEnds,
  placeIn,
  pointsWithin,
  regionBoxes,
  scatterFrame,
} from '#renderer/charts/scatter-layout';
import { planeRegions } from '#shared/domain/scatter-regions';
import { errorPanel } from '#shared/domain/slice-choice';
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

describe('a scatter', () => {
  const panels = scatterPanels(diagram, { x: null, y: 'trainLoss' })!;
  const points = scatterMarks(diagram, panels);
  const box = { width: 640, height: 480 };
  const regions = planeRegions(panels.x, panels.y, diagram.thresholds);
  const levels = { xLevels: [-1], yLevels: [0.1], withErrors: true };
  const frame = scatterFrame(points, box, levels);

  it('has one point per cell with both numbers, whole error bars and thresholds inside the frame', () => {
    expect(points.length).toBeGreaterThan(150);
    for (const point of points) {
      expect(point.x - (point.xError ?? 0)).toBeGreaterThan(frame.x[0]);
      expect(point.y + (point.yError ?? 0)).toBeLessThan(frame.y[1]);
      const [x, y] = placeIn(frame, point.x, point.y);
      expect(x > frame.left && x < frame.left + frame.width).toBe(true);
      expect(y > frame.top && y < frame.top + frame.height).toBe(true);
    }
    expect(paddedEnds([2])).toEqual([1.5, 2.5]);
    expect(paddedEnds([])).toEqual([0, 1]);
  });

  it('shades four regions where both numbers decide; every decided cell lies in one of its phase', () => {
    expect(regions.map(({ phases }) => phases.join())).toEqual(['III', 'I', 'IV-A,IV-B', 'II']);
    const boxes = regionBoxes(regions, frame);
    const area = boxes.reduce((sum, { width, height }) => sum + width * height, 0);
    expect(area).toBeCloseTo(frame.width * frame.height, 6);
    for (const { x, y, phase } of points) {
      if (phase === 'undecided') continue;
      const holds = regions.filter(
        (region) => x >= region.x[0] && x < region.x[1] && y >= region.y[0] && y < region.y[1],
      );
      expect(holds).toHaveLength(1);
      expect(holds[0]!.phases).toContain(phase);
    }
  });

  it('has two sides where one number decides, and no region where none does or a spread is drawn', () => {
    const [x, y] = [panels.x, scatterPanels(diagram, { x: null, y: null })!.y];
    expect(planeRegions(x, y, diagram.thresholds).map(({ phases }) => phases.join())).toEqual([
      'I,III',
      'II,IV-A,IV-B',
    ]);
    expect(regionBoxes(planeRegions(y, y, diagram.thresholds), frame)).toEqual([]);
    const spread = { ...x, statistic: 'sd' as const };
    expect(planeRegions(spread, y, diagram.thresholds)).toHaveLength(1);
  });

  it('finds the nearest point by hand, none far away, and those in a rectangle', () => {
    for (const point of points.slice(0, 40)) {
      const at = placeIn(frame, point.x, point.y);
      const found = nearestPoint(points, frame, at)!;
      expect([found.x, found.y]).toEqual([point.x, point.y]);
    }
    expect(nearestPoint(points, frame, [-100, -100])).toBeNull();
    const whole = [
      [frame.left, frame.top],
      [frame.left + frame.width, frame.top + frame.height],
    ] as const;
    expect(pointsWithin(points, frame, whole)).toEqual(points);
    const middle = placeIn(frame, -1, 0.1);
    const right = pointsWithin(points, frame, [[whole[1][0], whole[0][1]], middle]);
    expect(right).toEqual(points.filter(({ x, y }) => x >= -1 && y >= 0.1));
    expect(right.length).toBeGreaterThan(0);
  });
});

describe('sliceRows', () => {
  it('has a line per temperature, the hottest first, a point per load', () => {
    const rows = sliceRows(diagram, diagram.panels[0]!, { style: chartStyle });
    expect(rows[0]!.name).toBe('Batch size 16');
    expect(rows.at(-1)!.name).toBe('Batch size 1024');
    expect(rows.every((r) => r.points.length === diagram.x.positions.length)).toBe(true);
  });
  it('makes a chart with a line and error bars for each', () => {
    const option = sliceOption(diagram, diagram.panels[0]!, { style: chartStyle, width: 600 });
    expect(option.series).toHaveLength(2 * diagram.y.positions.length);
  });
  it('runs along the other axis too, draws only the lines chosen, and accuracies as errors', () => {
    const choice = { style: chartStyle, along: 'y' as const, only: [2] };
    const [row, ...others] = sliceRows(diagram, errorPanel(diagram.panels[0]!), choice);
    expect(others).toEqual([]);
    expect(row!.name).toBe(`Width ${diagram.x.labels[2]}`);
    expect(row!.points).toHaveLength(diagram.y.positions.length);
    for (const { y, error, position } of row!.points) {
      const cell = diagram.panels[0]!.cells[position]!;
      expect(diagram.cells[position]!.column).toBe(2);
      expect(y === null).toBe(cell.value === null);
      if (y === null) continue;
      expect(y).toBeCloseTo(100 - 100 * cell.value!, 12);
      expect(error).toBeCloseTo(100 * cell.error!, 12);
    }
  });
});
