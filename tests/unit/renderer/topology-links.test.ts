import { describe, expect, it } from 'vitest';
import type { MetricDrawing } from '#shared/domain/metric-definition';
import type { SeriesMeasurement } from '#shared/domain/measurement';
import { topologyDrawings } from '#shared/domain/topology-scalars';
import { drawingChart } from '#renderer/workspace/measured/drawings';
import type { DrawnSubject } from '#renderer/workspace/measured/drawn-subjects';
import { pairAt } from '#renderer/workspace/measured/topology-drawing';
import { nextPair, pairText, topologyPairsOf } from '#renderer/workspace/measured/topology-pairs';
import { chartStyle as style } from './chart-style';

const about = { subject: { kind: 'run', seed: 0 }, samples: 'none' } as const;
const series = (name: string, columns: SeriesMeasurement['columns']): SeriesMeasurement => ({
  kind: 'series',
  name,
  columns,
  ...about,
});

/** On a grid of 3 by 3: the lowest minimum at 0, others at 2 (dies at 1, first) and 8 (dies at 5, later), the top at 4. */
const landscape: DrawnSubject = {
  subject: 'seed 0',
  measurements: [
    series('t-diagram', {
      birth: [3, 1],
      death: [4, 6],
      birthVertex: [2, 8],
      deathVertex: [1, 5],
    }),
    series('t-tree', {
      node: [0, 2, 8, 1, 5, 4],
      parent: [1, 1, 5, 5, 4, -1],
      value: [0, 3, 1, 4, 6, 9],
    }),
    {
      kind: 'field',
      name: 't-loss',
      x: [-1, 0, 1],
      y: [-1, 0, 1],
      values: [0, 4, 3, 7, 9, 6, 8, 8, 1],
      ...about,
    },
  ],
};
const pairs = { diagram: 't-diagram', tree: 't-tree' };
const drawings = topologyDrawings('t', 'first');
const drawing = (kind: MetricDrawing['kind']): MetricDrawing => {
  const found = drawings.find((one) => one.kind === kind);
  return found ?? { kind: 'field', series: 't-loss', title: '', x: '', y: '', value: '', pairs };
};
const dataOf = (kind: MetricDrawing['kind'], id: string, focused: number | null = null) => {
  const chart = drawingChart(drawing(kind), [landscape], style, { focused });
  const all = chart?.option.series as { id?: string; data: unknown[] }[];
  return all.find((one) => one.id === id)?.data ?? [];
};

describe('topologyPairsOf', () => {
  it('has the lowest minimum first, then the pairs by falling persistence', () => {
    expect(topologyPairsOf(landscape, pairs).map(({ id, death }) => [id, death])).toEqual([
      [0, null],
      [8, 6],
      [2, 4],
    ]);
    expect(topologyPairsOf(undefined, pairs)).toEqual([]);
  });

  it('is walked through by steps, round', () => {
    const all = topologyPairsOf(landscape, pairs);
    expect(nextPair(all, null, 1)).toBe(0);
    expect(nextPair(all, 0, 1)).toBe(8);
    expect(nextPair(all, 2, 1)).toBe(0);
    expect(nextPair(all, null, -1)).toBe(2);
    expect(nextPair([], null, 1)).toBeNull();
    expect(pairText(all, 8)).toBe('Pair 1 of 2: born at 1, dies at 6, persistence 5');
    expect(pairText(all, 0)).toBe('Lowest minimum: born at 0, never dies');
    expect(pairText(all, 4)).toBe('');
  });
});

describe('linked drawings of topology', () => {
  it('find the pair of a bar, a point, a mark on the field and a node of the tree', () => {
    const at = (kind: MetricDrawing['kind'], seriesId: string, dataIndex: number) =>
      pairAt(drawing(kind), [landscape], { seriesId, dataIndex });
    expect([0, 1, 2].map((i) => at('barcode', 'bars', i))).toEqual([0, 8, 2]);
    expect([0, 1].map((i) => at('points', 'points', i))).toEqual([2, 8]);
    expect(at('field', 'minima', 2)).toBe(2);
    expect(at('field', 'saddles', 1)).toBe(8);
    expect(at('field', 'values', 1)).toBeNull();
    // Minima 0, 2 and 8, the saddles 1 and 5, and the top, which no pair dies at.
    expect([0, 1, 2, 3, 4, 5].map((i) => at('tree', 'nodes', i))).toEqual([0, 2, 8, 2, 8, null]);
  });

  it('show a pair at its minimum and saddle on the field', () => {
    expect(dataOf('field', 'pair', 8)).toEqual([
      [1, 1],
      [1, 0],
    ]);
    expect(dataOf('field', 'pair')).toEqual([]);
    expect(dataOf('field', 'saddles')).toEqual(['-', [1, 0], [0, -1]]);
  });

  it('show its branch up to its saddle, and that of the lowest minimum up to the root', () => {
    const heights = (focused: number) =>
      dataOf('tree', 'branch', focused)
        .map((point) => (point as unknown[])[1])
        .filter((height) => height !== '-');
    expect(heights(8)).toEqual([1, 6, 6]);
    expect(heights(0)).toEqual([0, 4, 4, 4, 6, 6, 6, 9, 9]);
  });

  it('make its point stand out', () => {
    const points = dataOf('points', 'points', 8);
    expect(points[0]).toEqual([3, 4]);
    expect(points[1]).toMatchObject({ value: [1, 6], symbolSize: 13 });
  });
});
