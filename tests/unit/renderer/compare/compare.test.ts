/** What the Compare screen shows, before it is drawn. */
import { describe, expect, it } from 'vitest';
import type { FieldMeasurement, Measurement } from '#shared/domain/measurement';
import { tasksOfRun } from '#renderer/features/compare/compared';
import { comparedCurves, comparedFields } from '#renderer/features/compare/compared-drawings';
import { differenceText } from '#renderer/features/compare/difference-text';
import { numbersTable } from '#renderer/features/compare/numbers-table';
import { settingsTable } from '#renderer/features/compare/settings-table';
import { formatSubjects, parseSubjects } from '#renderer/features/compare/subjects';
import { fieldChart, scaleWords } from '#renderer/workspace/measured/field-drawing';
import { comparedOf, comparedView, meanOf, taskOf } from '../../../fixtures/compared';
import { chartStyle } from '../chart-style';

const run = (seed: number) => ({ kind: 'run' as const, seed });

describe('parseSubjects', () => {
  const parse = (cells: string | null, runs: string | null = null, also: string | null = null) =>
    parseSubjects({ cells, runs, also }, 'e1').map(({ experimentId, cell, seed }) =>
      [experimentId, cell, seed].join(' '),
    );

  it('reads cells, runs in their place, and those of other experiments', () => {
    expect(parse('3,1')).toEqual(['e1 3 ', 'e1 1 ']);
    expect(parse('3,1', '2.0,2.1')).toEqual(['e1 2 0', 'e1 2 1']);
    expect(parse('3', null, 'e2.5,e2.5.7')).toEqual(['e1 3 ', 'e2 5 ', 'e2 5 7']);
  });

  it('passes over what is no cell, and takes each once and eight at most', () => {
    expect(parse('3,x,-1,3,1.5.2,')).toEqual(['e1 3 ']);
    expect(parse('0,1,2,3,4,5,6,7,8,9')).toHaveLength(8);
  });

  it('is undone by formatSubjects, also where cells stand beside runs', () => {
    const subjects = [
      { experimentId: 'e1', cell: 2, seed: 0 },
      { experimentId: 'e1', cell: 4, seed: null },
      { experimentId: 'e2', cell: 1, seed: null },
    ];
    const { cells = null, runs = null, also = null } = formatSubjects(subjects, 'e1');
    expect([cells, runs, also]).toEqual([null, '2.0', 'e1.4,e2.1']);
    expect(parseSubjects({ cells, runs, also }, 'e1')).toEqual(subjects);
  });
});

describe('settingsTable', () => {
  it('parts the settings that differ from those that are equal', () => {
    const { different, equal } = settingsTable([comparedOf('A', 0), comparedOf('B', 1)]);
    const [axis] = comparedView.spec.axes.slice(-1);
    expect(different.map(({ path }) => path)).toEqual([axis?.path]);
    expect(different[0]?.values).toEqual(axis?.values.slice(0, 2).map(String));
    expect(equal.map(({ path }) => path)).toContain('optimizer.learningRate');
    expect(equal.find(({ path }) => path === 'seeds')?.values[0]).toBe(
      comparedView.spec.seeds.join(', '),
    );
  });

  it('does not take for a difference what an imported table does not tell', () => {
    const { summary, thresholds } = comparedView;
    const table = {
      file: 'f.csv',
      sha256: '',
      sizeBytes: 1,
      rows: 1,
      importedAt: '',
      choice: { load: 'w', temperature: 'b', metrics: [] },
    };
    const imported = {
      ...comparedOf('C', 0),
      view: { summary: { ...summary, name: 'published' }, thresholds, table },
    };
    const cell = { ...imported.cell, axes: { w: 8 } };
    const { different } = settingsTable([
      comparedOf('A', 0),
      comparedOf('B', 0),
      { ...imported, cell },
    ]);
    expect(different.map(({ path }) => path)).toEqual(['experiment', 'imported from', 'w']);
  });
});

describe('numbersTable', () => {
  it('gives differences to the first with both errors, and marks the best', () => {
    const [group] = numbersTable([
      comparedOf('A', 0, {
        metrics: { testAccuracy: meanOf(0.5, 0.03), trainLoss: meanOf(1, null) },
      }),
      comparedOf('B', 1, {
        metrics: { testAccuracy: meanOf(0.75, 0.04), trainLoss: meanOf(2, 1) },
      }),
      comparedOf('C', 2, { metrics: { testAccuracy: meanOf(null, null) } }),
    ]);
    expect(group?.title).toBe('Training');
    const row = (name: string) => group?.rows.find((r) => r.name === name)?.numbers ?? [];
    const [first, second, third] = row('testAccuracy');
    expect(first).toMatchObject({ value: 0.5, difference: null, isBest: false });
    expect(second).toMatchObject({ difference: 0.25, isBest: true });
    expect(second?.differenceError).toBeCloseTo(0.05, 12);
    expect(third).toMatchObject({ value: null, reason: 'it diverged', difference: null });
    expect(row('trainLoss').map(({ isBest }) => isBest)).toEqual([true, false, false]);
    // An error that is not known is not 0.
    expect(row('trainLoss')[1]?.differenceError).toBeNull();
    expect(differenceText({ difference: 0.25, differenceError: 0.05 })).toBe('+0.250 ± 0.050');
    expect(differenceText({ difference: 0, differenceError: 0.1 })).toBe('equal');
  });

  it('marks nothing of equal numbers, and nothing where nobody knows what is better', () => {
    const metrics = { testAccuracy: meanOf(0.5, 0.1), hessianTrace: meanOf(10, 1) };
    const other = { testAccuracy: meanOf(0.5, 0.1), hessianTrace: meanOf(20, 1) };
    const groups = numbersTable([
      comparedOf('A', 0, { metrics }),
      comparedOf('B', 1, { metrics: other }),
    ]);
    const numbers = groups.flatMap(({ rows }) => rows.flatMap((row) => row.numbers));
    expect(numbers).toHaveLength(4);
    expect(numbers.some(({ isBest }) => isBest)).toBe(false);
  });

  it('takes the numbers of a run from its own tasks', () => {
    const scalar = (seed: number, value: number): Measurement => ({
      kind: 'scalar',
      name: 'testAccuracy',
      subject: run(seed),
      value,
      error: null,
      samples: '',
    });
    const tasks = [taskOf('train', [0], [scalar(0, 0.25)]), taskOf('train', [1], [scalar(1, 0.5)])];
    const ofRun = (mark: string, seed: number) =>
      comparedOf(mark, 0, { seed, tasks: tasksOfRun(tasks, seed) });
    const [group] = numbersTable([ofRun('A', 0), ofRun('B', 1)]);
    expect(group?.rows[0]?.numbers).toMatchObject([
      { value: 0.25, error: 0 },
      { value: 0.5, difference: 0.25, differenceError: 0 },
    ]);
  });
});

describe('tasksOfRun', () => {
  it('keeps what belongs to the run, and the pairs that it is in', () => {
    const series = (seeds: [number, number]): Measurement => ({
      kind: 'series',
      name: 'connecting-curve',
      subject: { kind: 'pair', seeds },
      columns: { t: [0, 1], trainError: [1, 2] },
      samples: '',
    });
    const tasks = [
      taskOf('mode-connectivity', [0, 1], [series([0, 1])]),
      taskOf('mode-connectivity', [1, 2], [series([1, 2])]),
      taskOf('train', [2], []),
    ];
    expect(tasksOfRun(tasks, 2).map(({ taskId }) => taskId)).toEqual([
      'mode-connectivity 1 2',
      'train 2',
    ]);
  });
});

describe('what is drawn together', () => {
  const field = (x: readonly number[], values: readonly number[]): FieldMeasurement => ({
    kind: 'field',
    name: 'random-loss',
    subject: run(0),
    x,
    y: [0, 1],
    values,
    samples: '',
  });
  const surfaces = (x: readonly number[], values: readonly number[]) => [
    taskOf('random-surface', [0], [{ ...field(x, values), name: 'random-surface-loss' }]),
  ];

  it('gives surfaces one scale and one extent, over all of them', () => {
    const found = comparedFields([
      comparedOf('A', 0, { tasks: surfaces([-1, 1], [1, 2, 3, 4]) }),
      comparedOf('B', 1, { tasks: surfaces([-2, 0], [0.5, 2, 2, 2]) }),
      comparedOf('C', 2),
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]?.view).toMatchObject({ x: [-2, 1], y: [0, 1] });
    expect(found[0]?.view.scale).toMatchObject({ least: 0.5, most: 4 });
    expect(found[0]?.fields.map(({ drawn }) => drawn === null)).toEqual([false, false, true]);
  });

  it('draws a surface with the axes and colours of all', () => {
    const [first] = comparedFields([
      comparedOf('A', 0, { tasks: surfaces([-1, 1], [1, 2, 3, 4]) }),
      comparedOf('B', 1, { tasks: surfaces([-2, 0], [0.5, 2, 2, 2]) }),
    ]);
    const drawn = first?.fields[0]?.drawn;
    if (!first || !drawn) throw new Error('no surface');
    const option = fieldChart(first.drawing, [drawn], chartStyle, first.view);
    expect(option).toMatchObject({ xAxis: { min: -2, max: 1 }, yAxis: { min: 0, max: 1 } });
    expect(scaleWords(first.drawing, first.view.scale)).toMatchObject({ least: '0.5', most: '4' });
  });

  it('lays curves into one chart, a colour for each that is compared', () => {
    const along = (seeds: [number, number]): Measurement => ({
      kind: 'series',
      name: 'connecting-curve',
      subject: { kind: 'pair', seeds },
      columns: { t: [0, 0.5, 1], trainError: [1, 2, 1], trainLoss: [1, 2, 1] },
      samples: '',
    });
    const connect = taskOf('mode-connectivity', [0, 1], [along([0, 1])]);
    const both = taskOf('mode-connectivity', [1, 2], [along([1, 2])]);
    const curves = comparedCurves([
      comparedOf('A', 0, { tasks: [connect, both] }),
      comparedOf('B', 1, { tasks: [connect] }),
    ]);
    expect(curves.length).toBeGreaterThan(0);
    expect(curves[0]?.subjects.map(({ subject }) => subject)).toEqual([
      'A: seeds 0 and 1',
      'A: seeds 1 and 2',
      'B: seeds 0 and 1',
    ]);
    expect(curves[0]?.colours).toEqual(['colour of A', 'colour of A', 'colour of B']);
  });
});
