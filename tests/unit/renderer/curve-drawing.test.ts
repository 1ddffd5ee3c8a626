import { describe, expect, it } from 'vitest';
import type { MetricDrawing } from '#shared/domain/metric-definition';
import type { SeriesMeasurement } from '#shared/domain/measurement';
import { curveChart } from '#renderer/workspace/measured/curve-drawing';
import type { DrawOptions } from '#renderer/workspace/measured/draw-options';
import type { DrawnSubject } from '#renderer/workspace/measured/drawn-subjects';
import { chartStyle as style } from './chart-style';

const drawing = {
  kind: 'curve',
  series: 'path',
  title: 'Path',
  x: { column: 't', title: 't' },
  y: [{ column: 'error', title: 'error (%)' }],
  ofTrainingShare: true,
  overlay: {
    metric: 'line',
    series: 'line',
    x: 'a',
    y: [{ column: 'plain', title: 'straight' }],
    title: 'Straight line',
  },
} as const satisfies MetricDrawing;

const series = (
  name: string,
  seed: number,
  columns: SeriesMeasurement['columns'],
): SeriesMeasurement => ({
  kind: 'series',
  name,
  columns,
  subject: { kind: 'run', seed },
  samples: 'none',
});
const subjects: readonly DrawnSubject[] = [0, 1].map((seed) => ({
  subject: `seed ${seed}`,
  measurements: [series('path', seed, { t: [0, 1], error: [20, 100] })],
}));
const seriesOf = (options: DrawOptions) =>
  (curveChart(drawing, subjects, style, options)?.series ?? []) as {
    id: string;
    data: unknown[];
    lineStyle?: { opacity: number };
  }[];

describe('curveChart', () => {
  it('draws the binomial standard error of a share of the training samples as a band', () => {
    // 20% of 100 samples: 100 sqrt(0.2 x 0.8 / 100) = 4 points; all of them wrong leaves no spread.
    const band = seriesOf({ trainSamples: 100 }).find(({ id }) => id === 'band seed 0 error');
    expect(band?.data).toEqual([
      [0, 16, 24],
      [1, 100, 100],
    ]);
    expect(seriesOf({}).some(({ id }) => id.startsWith('band'))).toBe(false);
  });

  it('lets the chosen subject stand out, and draws another metric of it over its curve on demand', () => {
    const line = series('line', 1, { a: [0, 1], plain: [20, 80] });
    const otherSeries: DrawOptions['otherSeries'] = (name, subject) =>
      name === 'line' && subject === 'seed 1' ? line : null;
    const opacity = (options: DrawOptions) =>
      seriesOf(options)
        .filter(({ id }) => /^seed/.test(id))
        .map(({ id, lineStyle }) => [id, lineStyle?.opacity]);
    expect(opacity({})).toEqual([
      ['seed 0 error', 1],
      ['seed 1 error', 1],
    ]);
    expect(opacity({ chosen: 'seed 1' })).toEqual([
      ['seed 1 error', 1],
      ['seed 0 error', 0.25],
    ]);
    const over = (options: DrawOptions) =>
      seriesOf({ otherSeries, ...options }).find(({ id }) => id === 'overlay plain')?.data;
    expect(over({ chosen: 'seed 1', showsOverlay: true })).toEqual([
      [0, 20],
      [1, 80],
    ]);
    expect(over({ chosen: 'seed 1' })).toBeUndefined();
    expect(over({ chosen: 'seed 0', showsOverlay: true })).toBeUndefined();
  });
});
