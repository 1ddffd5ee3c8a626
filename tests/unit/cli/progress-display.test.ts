import { describe, expect, it } from 'vitest';
import { progressText } from '#main/cli/progress-display';
import type { Progress } from '#shared/contract/views';
import { runningTrainings } from '../../../src-renderer/features/progress/model';

const counts = (running: number) => ({
  waiting: 0,
  ready: 0,
  running,
  done: 1,
  failed: 0,
  diverged: 0,
  cancelled: 0,
});
const training = (cell: number, seed: number, steps: number) => ({
  taskId: `${cell}/${seed}`,
  cell,
  seed,
  steps,
  totalSteps: 3_100,
});
const progress = (trainings: Progress['trainings'], stepsPerSecond: number): Progress => ({
  experimentId: 'e',
  state: 'running',
  tasks: counts(trainings.length),
  runs: counts(trainings.length),
  workers: 2,
  workersBusy: 1,
  elapsedMs: 1_000,
  etaMs: 65_000,
  stepsPerSecond,
  trainings,
  cells: [],
  failures: [],
  begun: [],
  kinds: [],
});

describe('progressText', () => {
  it('tells the step of a training inside its epoch, and slow rates with a decimal', () => {
    expect(progressText(progress([training(0, 0, 1_240)], 4.62))).toBe(
      '1/2 runs, 1/2 tasks, training at step 1,240/3,100, 4.6 steps/s, ETA 1:05',
    );
  });

  it('tells the trainings of a cell as one, and those of several cells by their share', () => {
    const two = [training(0, 0, 310), training(0, 1, 310), training(3, 0, 1_550)];
    expect(progressText(progress(two, 5_480))).toBe(
      '1/4 runs, 1/4 tasks, training at 10%, 50%, 5,480 steps/s, ETA 1:05',
    );
  });
});

describe('runningTrainings', () => {
  it('joins the trainings that take their steps together', () => {
    const lines = runningTrainings(
      progress([training(0, 0, 310), training(0, 1, 310), training(0, 2, 0)], 1),
      new Map(),
    );
    expect(lines.map(({ name, share, text }) => [name, share, text])).toEqual([
      ['Cell 0, seeds 0, 1', 0.1, 'step 310 of 3,100'],
      ['Cell 0, seed 2', 0, 'step 0 of 3,100'],
    ]);
  });
});
