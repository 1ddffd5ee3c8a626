import { describe, expect, it } from 'vitest';
import { buildDiagram, measuredPanels, measuredScalars } from '#shared/domain/diagram';
import { missingOf } from '#shared/domain/missing-values';
import { defaultThresholds } from '#shared/domain/phases';
import type { CellMetric, CellResult, CellsResult } from '#shared/domain/results';
import { summarise } from '#shared/domain/statistics';

const over = (...values: (number | null)[]): CellMetric => {
  const finite = values.filter((v): v is number => v !== null);
  const missing = missingOf(values, []);
  return {
    ...summarise(finite),
    over: 'seeds',
    ...(missing ? { missing } : {}),
  };
};

const cell = (
  index: number,
  axes: CellResult['axes'],
  metrics: Record<string, CellMetric>,
): CellResult => ({
  index,
  axes,
  n: 2,
  diverged: 0,
  metrics,
  phase: 'undecided',
  phaseReason: '',
});

const width = { path: 'model.width', role: 'load', values: [4, 16] } as const;
const batch = { path: 'training.batchSize', role: 'temperature', values: [8, 32] } as const;
const decay = { path: 'optimizer.weightDecay', role: 'none', values: [0, 0.1] } as const;

const flat = { trainLoss: over(0.01, 0.02), cka: over(0.9), modeConnectivity: over(0.1) };
const sharp = { trainLoss: over(1, 1.1), modeConnectivity: over(-9), hessianTrace: over(3, 5) };

const twoByTwo: CellsResult = {
  experiment: 'two by two',
  axes: [width, batch],
  cells: [
    cell(0, { 'model.width': 4, 'training.batchSize': 8 }, sharp),
    cell(1, { 'model.width': 4, 'training.batchSize': 32 }, sharp),
    cell(2, { 'model.width': 16, 'training.batchSize': 8 }, flat),
    { ...cell(3, { 'model.width': 16, 'training.batchSize': 32 }, {}), diverged: 2 },
  ],
};

describe('buildDiagram', () => {
  it('puts each result at its place: width to the right, the small batch on top', () => {
    const { cells } = buildDiagram(twoByTwo);
    expect(cells.map((c) => c.result?.index)).toEqual([1, 3, 0, 2]);
    expect(cells.map((c) => [c.row, c.column])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('labels phases with the thresholds given, not with the stored ones', () => {
    expect(buildDiagram(twoByTwo).cells.map((c) => c.phase)).toEqual([
      'I',
      'undecided',
      'I',
      'IV-B',
    ]);
    const thresholds = { ...defaultThresholds, trainLoss: 0.001 };
    expect(buildDiagram(twoByTwo, { thresholds }).cells[3]?.phase).toBe('II');
    expect(buildDiagram(twoByTwo).undecidedCount).toBe(1);
  });

  it('draws the natural log of the mean for traces, with its error to first order', () => {
    const [panel] = buildDiagram(twoByTwo, { metrics: ['hessianTrace'] }).panels;
    expect(panel?.title).toBe('Hessian trace (ln)');
    expect(panel?.cells[0]?.value).toBeCloseTo(Math.log(4), 12);
    expect(panel?.cells[0]?.error).toBeCloseTo(1 / 4, 12);
    expect(panel?.cells[0]?.mean).toBe(4);
  });

  it('has no value for the logarithm of a number that is not above 0', () => {
    const negative = {
      ...twoByTwo,
      cells: [cell(0, { 'model.width': 4 }, { hessianTrace: over(-2) })],
    };
    const [panel] = buildDiagram(
      { ...negative, axes: [width] },
      { metrics: ['hessianTrace'] },
    ).panels;
    expect(panel?.cells[0]).toMatchObject({ value: null, t: null, state: 'missing', mean: -2 });
  });

  it('reverses losses, and centres mode connectivity on 0', () => {
    const [loss, connectivity] = buildDiagram(twoByTwo, {
      metrics: ['trainLoss', 'modeConnectivity'],
    }).panels;
    expect(loss?.cells.map((c) => c.t)).toEqual([0, null, 0, 1]);
    expect(connectivity?.range).toEqual([-9, 9]);
    expect(connectivity?.colourMap).toBe('diverging');
    expect(connectivity?.cells[0]?.t).toBe(0);
    expect(connectivity?.cells[3]?.t).toBeCloseTo(0.5 + 0.1 / 18, 12);
  });

  it('tells a diverged cell from one that is not measured', () => {
    const [panel] = buildDiagram(twoByTwo, { metrics: ['cka'] }).panels;
    expect(panel?.cells.map((c) => c.state)).toEqual(['missing', 'diverged', 'missing', 'present']);
  });

  it('shows median, standard deviation and count on request, never as a logarithm of a spread', () => {
    const panel = (statistic: 'median' | 'sd' | 'n') =>
      buildDiagram(twoByTwo, { metrics: ['hessianTrace'], statistic }).panels[0];
    expect(panel('median')?.title).toBe('Hessian trace (ln, median)');
    expect(panel('sd')?.cells[0]?.value).toBeCloseTo(Math.SQRT2, 12);
    expect(panel('sd')).toMatchObject({ scale: 'linear', reversed: false });
    expect(panel('n')?.cells.map((c) => c.value)).toEqual([2, null, 2, null]);
  });

  it('fixes one end of a range or both, never in the wrong order', () => {
    const range = (fixed: readonly [number | null, number | null]) =>
      buildDiagram(twoByTwo, { metrics: ['trainLoss'], ranges: { trainLoss: fixed } }).panels[0]
        ?.range;
    expect(range([null, 2])).toEqual([0.015, 2]);
    expect(range([0, 1])).toEqual([0, 1]);
    expect(range([5, null])).toEqual([0.015, 1.05]);
  });

  it('shares a range between panels of one unit on request, and not with others', () => {
    const both = {
      ...twoByTwo,
      cells: twoByTwo.cells.map((c) =>
        c.index === 3 ? c : { ...c, metrics: { ...c.metrics, testLoss: over(3, 5) } },
      ),
    };
    const ranges = (units: boolean) =>
      buildDiagram(both, {
        metrics: ['trainLoss', 'testLoss', 'cka'],
        shared: { units },
      }).panels.map((panel) => panel.range);
    expect(ranges(false)).toEqual([
      [0.015, 1.05],
      [4, 4],
      [0.9, 0.9],
    ]);
    expect(ranges(true)).toEqual([
      [0.015, 4],
      [0.015, 4],
      [0.9, 0.9],
    ]);
  });

  it('turns, flips and rescales the grid without losing a cell', () => {
    const indices = (options: Parameters<typeof buildDiagram>[1]) =>
      buildDiagram(twoByTwo, options).cells.map((c) => c.result?.index);
    expect(indices({ look: { y: { flipped: true } } })).toEqual([0, 2, 1, 3]);
    expect(indices({ look: { x: { flipped: true } } })).toEqual([3, 1, 2, 0]);
    const swapped = buildDiagram(twoByTwo, { look: { swapped: true } });
    expect([swapped.x.path, swapped.y.path]).toEqual(['training.batchSize', 'model.width']);
    expect(swapped.cells.map((c) => c.result?.index)).toEqual([0, 1, 2, 3]);
    const even = buildDiagram(
      { ...twoByTwo, axes: [{ ...width, values: [4, 5, 16] }, batch] },
      { look: { x: { scale: 'category' } } },
    );
    expect(even.x.edges.map((edge) => Math.round(edge * 3))).toEqual([0, 1, 2, 3]);
    expect(even.x.labels).toEqual(['4', '5', '16']);
  });

  it('holds a third axis at the value chosen', () => {
    const results: CellsResult = {
      experiment: 'three axes',
      axes: [width, decay, batch],
      cells: [0, 0.1].flatMap((d, i) => [
        cell(
          i,
          { 'model.width': 4, 'optimizer.weightDecay': d, 'training.batchSize': 8 },
          { trainLoss: over(d) },
        ),
      ]),
    };
    const value = (position: number) =>
      buildDiagram(results, {
        slice: { 'optimizer.weightDecay': position },
        metrics: ['trainLoss'],
      }).panels[0]?.cells[2]?.value;
    expect([value(0), value(1)]).toEqual([0, 0.1]);
    expect(buildDiagram(results).slices).toMatchObject([{ title: 'Weight decay', position: 0 }]);
    const ranges = (slices: boolean) =>
      [0, 1].map(
        (position) =>
          buildDiagram(results, {
            slice: { 'optimizer.weightDecay': position },
            metrics: ['trainLoss'],
            shared: { slices },
          }).panels[0]?.range,
      );
    expect(ranges(false)).toEqual([
      [0, 0],
      [0.1, 0.1],
    ]);
    expect(ranges(true)).toEqual([
      [0, 0.1],
      [0, 0.1],
    ]);
  });

  it('works with one axis, none, and no cells at all', () => {
    const one = buildDiagram({
      experiment: 'one',
      axes: [batch],
      cells: [cell(0, { 'training.batchSize': 8 }, flat)],
    });
    expect(one.cells.map((c) => c.phase)).toEqual(['undecided', 'IV-B']);
    expect(one.x.values).toEqual([]);
    const none = buildDiagram({ experiment: 'none', axes: [], cells: [cell(0, {}, sharp)] });
    expect(none.cells.map((c) => c.phase)).toEqual(['I']);
    expect(buildDiagram({ experiment: 'empty', axes: [], cells: [] }).undecidedCount).toBe(1);
  });

  it('ignores a scalar that does not exist', () => {
    expect(buildDiagram(twoByTwo, { metrics: ['nonsense'] }).panels).toEqual([]);
  });
});

describe('measuredScalars', () => {
  it('has every scalar of some cell, in the order of the registry', () => {
    const cells = twoByTwo.cells.map((cell, i) =>
      i === 0 ? { ...cell, metrics: { ...cell.metrics, samSharpness: over(0.1) } } : cell,
    );
    const names = measuredScalars({ ...twoByTwo, cells }).map(({ name }) => name);
    const known = new Set([...cells.flatMap(({ metrics }) => Object.keys(metrics))]);
    expect(names).toHaveLength(known.size);
    expect(names.indexOf('samSharpness')).toBeGreaterThan(names.indexOf('hessianTrace'));
    expect(measuredScalars({ ...twoByTwo, cells: [] })).toEqual([]);
  });
});

describe('measuredPanels', () => {
  it('leaves out what no cell has, and keeps all while nothing is measured', () => {
    expect(measuredPanels(twoByTwo)).toEqual([
      'trainLoss',
      'hessianTrace',
      'modeConnectivity',
      'cka',
    ]);
    expect(measuredPanels({ experiment: 'x', axes: [], cells: [] })).toHaveLength(7);
  });
});
