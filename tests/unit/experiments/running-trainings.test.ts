import { describe, expect, it } from 'vitest';
import { RunningTrainings } from '#main/experiments/running-trainings';

const at = (stepsBefore: number, steps: number) => ({
  steps,
  stepsBefore,
  totalSteps: 100,
  packed: 2,
});

describe('RunningTrainings', () => {
  it('expects what is left at the pace that the training has had here', () => {
    let now = 1_000;
    const trainings = new RunningTrainings(() => now);
    trainings.hear('a', at(0, 10));
    expect(trainings.of('a')).toEqual({ steps: 10, totalSteps: 100, packed: 2, leftMs: null });
    now += 2_000;
    trainings.hear('a', at(0, 30)); // 100 ms a step
    expect(trainings.of('a')?.leftMs).toBe(7_000);
    now += 500;
    expect(trainings.of('a')?.leftMs).toBe(6_500);
    trainings.forget('a');
    expect(trainings.of('a')).toBeNull();
  });

  it('forgets the pace of a training that was put down and taken up again', () => {
    let now = 0;
    const trainings = new RunningTrainings(() => now);
    trainings.hear('a', at(0, 10));
    now += 1_000;
    trainings.hear('a', at(0, 20));
    now += 60_000;
    trainings.hear('a', at(20, 20));
    expect(trainings.of('a')?.leftMs).toBeNull();
    now += 1_000;
    trainings.hear('a', at(20, 40));
    expect(trainings.of('a')?.leftMs).toBe(3_000);
  });
});
