import { describe, expect, it } from 'vitest';
import type { Progress } from '#shared/contract/views';
import type { LogEntry } from '#shared/domain/experiment-log';
import { logLines, logText } from '#renderer/features/progress/log-model';
import { longestTraining } from '#renderer/features/progress/live-chart';
import { cellsByIndex, divergedRuns, kindRows } from '#renderer/features/progress/model';
import { doneShare, shareText } from '#renderer/workspace/progress-counts';
import { verbsFor } from '#renderer/workspace/verbs';

const counts = { waiting: 4, ready: 2, running: 2, done: 8, diverged: 1, failed: 3, cancelled: 0 };
const progress: Progress = {
  experimentId: 'e',
  state: 'running',
  tasks: counts,
  runs: { ...counts, running: 1 },
  workers: 2,
  workersBusy: 2,
  elapsedMs: 1000,
  etaMs: 1000,
  stepsPerSecond: null,
  trainings: [{ taskId: 't', cell: 0, seed: 0, steps: 1, totalSteps: 4 }],
  cells: [
    { index: 0, runs: ['done', 'diverged'], measured: 1, toMeasure: 2, failed: 0 },
    { index: 1, runs: ['diverged', 'diverged'], measured: 0, toMeasure: 2, failed: 0 },
    { index: 2, runs: ['done', 'done'], measured: 0, toMeasure: 2, failed: 0 },
  ],
  failures: [],
  begun: [{ taskId: 'u', share: 0.5 }],
  kinds: [
    { kind: 'train', total: 6, done: 4, failed: 1, running: 1, spentMs: 400, leftMs: 50 },
    { kind: 'hessian', total: 6, done: 0, failed: 0, running: 0, spentMs: 0, leftMs: 90 },
  ],
};
const entry = (id: number, kind: LogEntry['kind'], task: LogEntry['task'] = null): LogEntry => ({
  ...{ id, at: '2026-01-02T03:04:05.000Z', kind, task },
  message: `message ${id}.`,
});

describe('progress', () => {
  it('counts trainings that run or were put down in part, and never says 0% of them', () => {
    expect(doneShare(progress)).toBe((9 + 0.25 + 0.5) / 20);
    expect([
      shareText(0),
      shareText(0.001),
      shareText(0.5),
      shareText(0.999),
      shareText(1),
    ]).toEqual(['0%', 'under 1%', '50%', '99%', '100%']);
  });
  it('lists diverged runs by cell, and kinds with their mean time', () => {
    expect(divergedRuns(progress, [7, 9])).toEqual([
      { cell: 0, seeds: [9] },
      { cell: 1, seeds: [7, 9] },
    ]);
    expect(kindRows(progress)).toMatchObject([
      { title: 'Training', left: 1, eachMs: 100 },
      { title: 'Hessian', left: 6, eachMs: null },
    ]);
  });
  it('keeps the objects of cells that are as they were', () => {
    const before = cellsByIndex(progress);
    const later = structuredClone(progress);
    later.cells[2]!.measured = 1;
    const after = cellsByIndex(later, before);
    expect([0, 1, 2].map((i) => after.get(i) === before.get(i))).toEqual([true, true, false]);
    expect(after.get(2)?.measured).toBe(1);
  });
  it('says of every verb what it means now, and asks before a cancel alone', () => {
    const verbs = verbsFor('running', progress);
    expect(verbs.map(({ asks = false, label }) => [label, asks])).toEqual([
      ['Pause', false],
      ['Stop', false],
      ['Cancel', true],
      ['Retry failed', false],
    ]);
    expect(verbs[2]?.does).toMatch(/Now: 1 training and 1 measurement killed, 9 results kept\.$/);
    expect(verbs[3]?.does).toMatch(/Now: 3 failed tasks to try again\.$/);
  });
});

describe('logLines', () => {
  const task = { kind: 'train', cell: 1, seeds: [4] };
  const log = [entry(1, 'started'), entry(2, 'diverged', task), entry(3, 'finished')];
  const axes = new Map([[1, { 'model.width': 8 }]]);
  const shown = (filter: 'all' | 'course' | 'trouble', words = '') =>
    logLines(log, axes, { filter, words }).map(({ id }) => id);
  it('shows the newest first, by filter and by what is typed', () => {
    expect(shown('all')).toEqual([3, 2, 1]);
    expect(shown('course')).toEqual([3, 1]);
    expect(shown('trouble')).toEqual([2]);
    expect(shown('all', 'Width 8, seed 4')).toEqual([2]);
    expect(shown('all', 'seed 5')).toEqual([]);
  });
  it('is copied as text, the oldest first', () => {
    const text = logText(logLines(log, axes, { filter: 'all', words: '' }));
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => line.split('\t').slice(1))).toEqual([
      ['started', 'message 1.'],
      ['diverged', 'Training, Width 8, seed 4: message 2.'],
      ['finished', 'message 3.'],
    ]);
  });
});

describe('longestTraining', () => {
  it('leaves room for the longest training that is drawn, whatever the others have', () => {
    const some = [500, 4, 40, 4, 4, 4, 4].map((epochs) => ({ epochs }));
    expect(longestTraining(some.slice(1))).toBe(40);
    // Of seven the six that moved last are drawn.
    expect(longestTraining(some)).toBe(40);
    expect(longestTraining([])).toBe(1);
  });
});
