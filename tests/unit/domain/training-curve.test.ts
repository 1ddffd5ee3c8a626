import { describe, expect, it } from 'vitest';
import { joinEpochs, type TrainingCurve } from '#shared/domain/training-curve';

describe('joinEpochs', () => {
  const curve = (epoch: number[]): TrainingCurve => ({
    taskId: 'a',
    cell: 0,
    seed: 0,
    epochs: epoch.at(-1) ?? 0,
    columns: { epoch, trainLoss: epoch.map((e) => 1 / e) },
  });
  it('joins what follows and begins anew when a training does', () => {
    const joined = joinEpochs(curve([1, 2]), curve([3, 4]));
    expect(joined.columns['epoch']).toEqual([1, 2, 3, 4]);
    expect(joinEpochs(joined, curve([1])).columns['epoch']).toEqual([1]);
    expect(joinEpochs(undefined, curve([5])).columns['epoch']).toEqual([5]);
  });
});
