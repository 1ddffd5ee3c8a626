import { describe, expect, it } from 'vitest';
import type { CellTask } from '#shared/contract/views';
import type { MetricDrawing } from '#shared/domain/metric-definition';
import type { FieldMeasurement, SeriesMeasurement } from '#shared/domain/measurement';
import { drawingOfProblem, titleOfProblem, unitOfProblem } from '#shared/domain/problem-scalars';
import { chartStyle as style } from './chart-style';
import { drawingChart, noDrawingReason } from '#renderer/workspace/measured/drawings';
import { undrawnSubjects, type DrawnSubject } from '#renderer/workspace/measured/drawn-subjects';
import { factTexts, noteTexts } from '#renderer/workspace/measured/notes';

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

describe('drawingChart of a merge tree on a log axis', () => {
  const drawing = {
    kind: 'tree',
    series: 'drawn',
    title: 'Merge tree',
    value: 'loss (nats)',
    scale: 'log',
  } satisfies MetricDrawing;
  const axisOf = (...value: number[]) =>
    drawingChart(drawing, subjectsOf(seriesOf({ node: [0, 1], parent: [1, -1], value })), style)
      ?.option.yAxis;

  it('has one where every value is above 0', () => {
    expect(axisOf(0.1, 50)).toMatchObject({ type: 'log', name: 'loss (nats, log)' });
    expect(axisOf(-2, 50)).toMatchObject({ type: 'value', name: 'loss (nats)' });
  });
});

describe('drawingChart of a persistence diagram', () => {
  it('says why it is empty, and gives the reason that a measurement tells before', () => {
    const drawing: MetricDrawing = {
      kind: 'points',
      series: 'drawn',
      title: 'Persistence diagram',
      x: { column: 'birth', title: 'birth' },
      y: { column: 'death', title: 'death' },
      empty: 'There is one minimum.',
    };
    const none = subjectsOf(seriesOf({ birth: [], death: [] }));
    expect(drawingChart(drawing, none, style)).toBeNull();
    expect(noDrawingReason(drawing, none)).toBe('There is one minimum.');
    const told = subjectsOf(seriesOf({ birth: [], death: [] }, { reason: 'a direction is 0' }));
    expect(noDrawingReason(drawing, told)).toBe('It could not be computed: a direction is 0.');
  });
});

describe('drawingChart of a field', () => {
  const field: FieldMeasurement = {
    kind: 'field',
    name: 'drawn',
    subject,
    samples,
    x: [1, 2, 3],
    y: [0, 1],
    values: [-4, -2, 0, 1, 2, -1],
    facts: { names: ['fc1', 'fc2'] },
  };
  const drawing: MetricDrawing = {
    kind: 'field',
    series: 'drawn',
    title: 'Loss change by layer and epoch',
    x: 'epoch',
    y: 'layer',
    yNames: 'names',
    value: 'change of the loss in nats',
    colour: 'diverging',
  };

  it('names its rows, keeps their cells whole and draws no contours', () => {
    const chart = drawingChart(drawing, subjectsOf(field), style);
    const axis = chart?.option.yAxis as {
      min: number;
      max: number;
      axisLabel: { formatter: (v: number) => string };
    };
    expect([axis.min, axis.max]).toEqual([-0.5, 1.5]);
    expect([-0.5, 0, 1].map(axis.axisLabel.formatter)).toEqual(['', 'fc1', 'fc2']);
    const ids = (chart?.option.series as readonly { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(['values']);
  });

  it('puts the middle of a diverging map at 0', () => {
    const scale = drawingChart(drawing, subjectsOf(field), style)?.scale;
    expect(scale).toMatchObject({
      least: '−4',
      middle: '0',
      most: '4',
      title: 'change of the loss in nats',
    });
  });
});

describe('drawingChart of curves', () => {
  const drawing: MetricDrawing = {
    kind: 'curve',
    series: 'drawn',
    title: 'Trace against the number of samples',
    x: { column: 'samples', title: 'Samples' },
    xScale: 'log',
    y: [
      { column: 'low', title: 'less one standard error' },
      { column: 'high', title: 'plus one standard error' },
    ],
    yTitle: 'Trace (nats per squared weight)',
  };
  const curves = seriesOf({ samples: [16, 1437], low: [1, 2], high: [3, 4] }, { probes: 20 });

  it('names the axis of several columns, and draws counts that double on a log axis', () => {
    const { option } = drawingChart(drawing, subjectsOf(curves), style) ?? {};
    expect(option?.yAxis).toMatchObject({ name: 'Trace (nats per squared weight)' });
    const axis = option?.xAxis as {
      type: string;
      axisLabel: { formatter: (v: number) => string };
    };
    expect(axis.type).toBe('log');
    expect([-0.5, 16, 1437].map(axis.axisLabel.formatter)).toEqual(['−0.5', '16', '1,437']);
  });

  it('says of an axis that it is a log one beside its unit', () => {
    const drawn = drawingChart({ ...drawing, scale: 'log' }, subjectsOf(curves), style);
    expect(drawn?.option.yAxis).toMatchObject({ name: 'Trace (nats per squared weight, log)' });
  });

  it('keeps a zero that rounding left below 0 at the bottom', () => {
    const risen = seriesOf({ samples: [1, 2], low: [-1e-9, 2], high: [0, 4] });
    const { option } = drawingChart(drawing, subjectsOf(risen), style) ?? {};
    expect(option?.yAxis).toMatchObject({ min: 0 });
    const energy = seriesOf({ samples: [1, 2], low: [-1, 2], high: [0, 4] });
    const below = drawingChart(drawing, subjectsOf(energy), style)?.option;
    expect(below?.yAxis).not.toHaveProperty('min');
  });

  it('is without nats for a problem', () => {
    const own = drawingOfProblem(drawing);
    expect(own).toMatchObject({ yTitle: 'Trace (per squared weight)' });
    expect(
      ['loss (nats)', 'change of the loss in nats', 'error, %', 'error (%)'].map(titleOfProblem),
    ).toEqual(['loss', 'change of the loss', 'error, %', 'error (%)']);
    expect(unitOfProblem('squared nats per fourth power of weights')).toBe(
      'per fourth power of weights',
    );
  });
});

describe('noteTexts', () => {
  const error = (text: string, of: string) => ({ kind: 'error', text, of });

  it('puts notes together that differ by their numbers, and says what each of several is of', () => {
    expect(
      noteTexts([
        { kind: 'on', text: samples, of: 'Top eigenvalue' },
        error('residual after 19 products, and rounding', 'Top eigenvalue'),
        error('standard error over 100 probes', 'Trace'),
        error('residual after 7 products, and rounding', 'Top eigenvalue'),
      ]),
    ).toEqual([
      'on first 512 training samples',
      'error: residual after 7 to 19 products, and rounding (Top eigenvalue)',
      'error: standard error over 100 probes (Trace)',
    ]);
  });

  it('takes seeds for names', () => {
    const none = (text: string) => ({ kind: 'none', text, of: 'CKA' });
    expect(
      noteTexts([none('the run with seed 0 diverged'), none('the run with seed 2 diverged')]),
    ).toHaveLength(2);
  });
});

describe('factTexts', () => {
  const words = {
    graph: { label: 'Neighbours', help: '', titles: { knn: 'nearest of either' } },
    normalisation: { label: 'Divided by', help: '', titles: { range: 'range of the loss' } },
  };

  it('reads as words, with units and minus signs, without lists and reasons', () => {
    expect(
      factTexts(
        {
          graph: 'knn',
          'divided by': 'range',
          'explained by the first, %': 89.264,
          'cosine between the directions': -0.029021,
          names: ['fc1'],
          reason: 'none',
        },
        words,
      ),
    ).toEqual([
      'graph: nearest of either',
      'divided by: range of the loss',
      'explained by the first: 89.26%',
      'cosine between the directions: −0.02902',
    ]);
  });
});

describe('undrawnSubjects', () => {
  const drawing: MetricDrawing = {
    kind: 'curve',
    series: 'drawn',
    title: 'Drawn',
    x: { column: 't', title: 't' },
    y: [{ column: 'loss', title: 'loss' }],
  };
  const task = (seed: number, measurements: CellTask['measurements']): CellTask => ({
    taskId: `task-${seed}`,
    kind: 'pl-ratio',
    seeds: [seed],
    state: 'done',
    attempts: 0,
    message: null,
    engine: null,
    durationMs: null,
    finishedAt: null,
    measurements,
  });
  const none = (seed: number) =>
    ({
      kind: 'scalar',
      name: 'plRatio',
      subject: { kind: 'run', seed },
      value: null,
      reason: 'the run with seed 1 diverged',
      error: null,
      samples,
    }) as const;
  const drawn = seriesOf({ t: [0, 1], loss: [1, 2] });

  it('names whoever was measured and is not on the drawing', () => {
    const tasks = [task(0, [none(0), drawn]), task(1, [none(1)]), task(2, [])];
    expect(undrawnSubjects(tasks, { name: 'pl-ratio', subject: 'run' }, drawing)).toEqual([
      'seed 1',
    ]);
    expect(undrawnSubjects(tasks, { name: 'pl-ratio', subject: 'all-pairs' }, drawing)).toEqual([]);
    expect(undrawnSubjects(tasks, { name: 'sgd-walk', subject: 'run' }, drawing)).toEqual([]);
  });
});
