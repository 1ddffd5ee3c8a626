/** What the Design screen says of a spec, counted by hand. */
import { describe, expect, it } from 'vitest';
import type { CostBasis } from '#main/experiments/cost-basis';
import { summarisePlan } from '#main/experiments/plan-summary';
import type { StoredTaskState } from '#main/store/task-table';
import { testPlan } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';

/** Widths 4 and 8, two seeds, 2 epochs of 22 batches of 64 of the 1437 digits: MLPs 64-w-10. */
const plan = testPlan(smallSpec({ metrics: [{ name: 'weight-distance' }] }));
const widths = [4, 8];
const steps = 2 * Math.floor(1437 / 64);
const products = (width: number) => 64 * width + width * 10;
const parameters = (width: number) => 65 * width + 11 * 10 + (width - 10) * 10;

const basis: CostBasis = {
  factors: (kind) => (kind === 'train' ? 3 : 10),
  source: 'tasks',
  tasks: 7,
  doubt: (kind) => (kind === 'train' ? 2 : 5),
  knows: (kind) => kind === 'train',
};
const summary = (states: ReadonlyMap<string, StoredTaskState>, workers = 2) =>
  summarisePlan({ plan, states, basis, engine: 'onnx-cpu', workers });

/** 3 ms a task, 0.02 ms a step, six operations a product and sample, 1e8 a millisecond; three times that on this machine. */
const trainMs = (width: number) => 3 * (3 + steps * (0.02 + (6 * products(width) * 64) / 1e8));

const workOf = (found: ReturnType<typeof summary>, kind: string) =>
  found.work.find((work) => work.kind === kind);

describe('summarisePlan', () => {
  it('counts steps, time on the workers and bytes of what is not there', () => {
    const all = summary(new Map());
    expect(all).toMatchObject({ cells: 2, runs: 4, runsDone: 0, tasks: 6, tasksDone: 0 });
    const train = workOf(all, 'train');
    expect(train).toMatchObject({ tasks: 4, gradients: 4 * steps, sampleGradients: 256 * steps });
    const trainingMs = 2 * (trainMs(4) + trainMs(8));
    expect(train?.estimatedMs).toBe(Math.round(trainingMs / 2));
    const distanceMs = workOf(all, 'weight-distance')?.estimatedMs ?? 0;
    expect(Math.abs(all.estimatedMs - trainingMs / 2 - distanceMs)).toBeLessThanOrEqual(1);
    // Two files of float32 weights, 2000 bytes of rows and 120 an epoch for a training; rows for a measurement.
    const runBytes = widths.map((width) => 2 * 4 * parameters(width) + 2000 + 240);
    expect(all.diskBytes).toBe(2 * ((runBytes[0] ?? 0) + (runBytes[1] ?? 0)) + 2 * 2000);
    expect(summary(new Map(), 1).estimatedMs).toBeGreaterThan(1.9 * all.estimatedMs);
  });

  it('leaves out what is done, diverged runs too, and counts a failed one as left', () => {
    const [first, second, third, fourth] = plan.tasks.filter(({ kind }) => kind === 'train');
    const states = new Map<string, StoredTaskState>([
      [first?.id ?? '', 'done'],
      [second?.id ?? '', 'diverged'],
      [third?.id ?? '', 'failed'],
    ]);
    expect([first, second, third, fourth].map((task) => task?.cell)).toEqual([0, 0, 1, 1]);
    const left = summary(states);
    expect(left).toMatchObject({ runsDone: 2, tasksDone: 2, cellsDone: [true, false] });
    expect(workOf(left, 'train')).toMatchObject({
      tasks: 4,
      tasksDone: 2,
      gradients: 2 * steps,
      estimatedMs: Math.round(trainMs(8)),
    });
    expect(left.diskBytes).toBe(2 * (8 * parameters(8) + 2240) + 2 * 2000);
  });

  it('counts work that stands in two cells once', () => {
    const twice = { ...plan, tasks: [...plan.tasks, ...plan.tasks] };
    const sums = summarisePlan({ plan: twice, states: new Map(), basis, engine: '', workers: 2 });
    const once = summary(new Map());
    expect(sums.tasks).toBe(2 * once.tasks);
    expect([sums.estimatedMs, sums.diskBytes]).toEqual([once.estimatedMs, once.diskBytes]);
  });

  it('says between what the time lies by the doubts of its kinds, and which were not measured', () => {
    const { estimate } = summary(new Map(), 1);
    const train = 2 * (trainMs(4) + trainMs(8));
    const distances = summary(new Map(), 1).estimatedMs - train;
    expect(Math.abs(estimate.lowMs - (train / 2 + distances / 5))).toBeLessThanOrEqual(1);
    expect(Math.abs(estimate.highMs - (2 * train + 5 * distances))).toBeLessThanOrEqual(5);
    expect(estimate).toMatchObject({ source: 'tasks', tasks: 7, unmeasured: ['weight-distance'] });
  });
});
