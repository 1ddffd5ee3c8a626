import { describe, expect, it } from 'vitest';
import type { MetricDrawing } from '#shared/domain/metric-definition';
import type { FieldMeasurement, SeriesMeasurement } from '#shared/domain/measurement';
import { chartStyle as style } from './chart-style';
import { drawingChart, type DrawnSubject } from '#renderer/features/cell/drawings';

const subject = { kind: 'run', seed: 0 } as const;
const samples = 'first 512 training samples';

function seriesOf(
  columns: SeriesMeasurement['columns'],
  facts: SeriesMeasurement['facts'] = {},
): SeriesMeasurement {
  return { kind: 'series', name: 'drawn', subject, samples, columns, facts };
}

function subjectsOf(
  ...measurements: (SeriesMeasurement | FieldMeasurement)[]
): readonly DrawnSubject[] {
  return measurements.map((m, seed) => ({ subject: `seed ${seed}`, measurements: [m] }));
}

function seriesIn(chart: ReturnType<typeof drawingChart>, id: string): readonly unknown[] {
  const all = chart?.option.series as readonly { id?: string; data: readonly unknown[] }[];
  return all.find((one) => one.id === id)?.data ?? [];
}

describe('drawingChart of a merge tree', () => {
  const drawing: MetricDrawing = {
    kind: 'tree',
    series: 'drawn',
    title: 'Merge tree',
    value: 'loss',
  };
  // Two minima at vertices 40 and 7 meet at vertex 12; the root is vertex 99.
  const tree = seriesOf({ node: [40, 7, 12, 99], parent: [12, 12, 99, -1], value: [1, 2, 3, 5] });

  it('joins each node with the one that its parent names', () => {
    const edges = seriesIn(drawingChart(drawing, subjectsOf(tree), style), 'edges');
    expect(edges.filter((place) => (place as readonly unknown[])[0] !== '-')).toEqual([
      [0, 1],
      [0, 3],
      [0.5, 3],
      [1, 2],
      [1, 3],
      [0.5, 3],
      [0.5, 3],
      [0.5, 5],
      [0.5, 5],
    ]);
  });
});
