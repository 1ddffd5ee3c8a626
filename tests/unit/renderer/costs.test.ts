import { describe, expect, it } from 'vitest';
import type { PlanSummary } from '#shared/contract/views';
import { estimateText } from '#renderer/features/design/estimate-text';
import { costText } from '#renderer/features/design/metric-cost';

describe('estimateText', () => {
  const estimate = {
    lowMs: 20_000,
    highMs: 70_000,
    source: 'tasks',
    tasks: 200,
    engine: 'onnx-cpu',
    workers: 2,
    unmeasured: [],
  } as const;
  const plan = (change: Partial<PlanSummary['estimate']>, rest: Partial<PlanSummary> = {}) =>
    estimateText({
      cells: 1,
      runs: 1,
      runsDone: 0,
      tasks: 4,
      tasksDone: 0,
      estimatedMs: 38_000,
      estimate: { ...estimate, unmeasured: [], ...change },
      diskBytes: 0,
      cellsDone: [],
      work: [],
      ...rest,
    });
  it('says how long, how sure, and which rate', () => {
    expect(plan({})).toEqual({
      time: 'about 38 s',
      range: 'between 20 s and 70 s',
      source:
        'From the last 200 tasks that onnx-cpu finished in this project. Spread over 2 workers.',
    });
    expect(plan({ unmeasured: ['hessian'] }).source).toContain(
      'Hessian has not run here yet: taken at the pace of the others.',
    );
    expect(plan({ source: 'benchmark' }).source).toContain('From the benchmark of onnx-cpu');
    expect(plan({ source: 'none' }).source).toContain('has not been measured on this machine');
  });
  it('does not write the same time twice, nor a time where nothing is left', () => {
    expect(plan({ lowMs: 100, highMs: 900 }, { estimatedMs: 300 })).toMatchObject({
      time: 'under 1 s',
      range: '',
    });
    expect(plan({}, { tasksDone: 4 }).time).toBe('nothing left to do');
  });
});

describe('costText', () => {
  const plan = (runs: number, work: PlanSummary['work'] = []): PlanSummary => ({
    cells: 4,
    runs,
    runsDone: 0,
    tasks: 0,
    tasksDone: 0,
    estimatedMs: 4000,
    estimate: {
      lowMs: 2000,
      highMs: 8000,
      source: 'tasks',
      tasks: 12,
      engine: 'onnx-cpu',
      workers: 2,
      unmeasured: [],
    },
    diskBytes: 0,
    cellsDone: [],
    work,
  });
  const cost = (gradients: number) =>
    costText(
      plan(8, [
        {
          kind: 'cka',
          tasks: 4,
          tasksDone: 0,
          gradients,
          sampleGradients: 0,
          estimatedMs: 1200,
        },
      ]),
      'cka',
    );

  it('says what a metric costs, one of a thing as one', () => {
    expect(cost(19_512)).toBe('4 tasks, 19,500 gradient evaluations, 1.2 s: 30% of the time');
    expect(cost(1)).toBe('4 tasks, 1 gradient evaluation, 1.2 s: 30% of the time');
    expect(cost(0.7)).toBe('4 tasks, less than 1 gradient evaluation, 1.2 s: 30% of the time');
  });

  it('says why a metric has no task: seeds are missing', () => {
    expect(costText(plan(4), 'cka')).toBe(
      'Not measured: it needs 2 seeds per cell, and the spec has 1.',
    );
    expect(costText(plan(8), 'model-surface')).toContain('3 seeds per cell, and the spec has 2');
    expect(costText(null, 'cka')).toBe('');
  });
});
