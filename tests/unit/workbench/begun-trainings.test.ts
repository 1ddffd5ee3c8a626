/** Trainings that were put down, where the sweep varies how long they are. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeState } from '#main/checkpoints/training-state';
import { putCheckpoint } from '#main/store/checkpoint-files';
import { Workbench } from '#main/workbench';
import { FakePool } from '../../fixtures/fake-pool';
import { smallSpecInput } from '../../fixtures/small-spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';

/** A project with a draft of trainings of 4 and of 40 epochs (10 beside the axis), the first seed of each put down after three. */
async function putDown() {
  const workbench = Workbench.open({ folder: temporaryFolder(), pool: new FakePool() });
  onTestFinished(() => workbench[Symbol.asyncDispose]());
  const { desk, handlers } = workbench;
  const spec = {
    ...smallSpecInput,
    training: { epochs: 10, batchSize: 64 },
    axes: [{ path: 'training.epochs', role: 'none', values: [4, 40] }],
    metrics: [],
  };
  const { experimentId } = await handlers['experiment.create']({ spec });
  const tasks = desk.store.tasks.ofExperiment(experimentId);
  const rows = [1, 2, 3].map((epoch) => ({ epoch, trainLoss: 1 / epoch }));
  for (const { id } of tasks.filter(({ seeds }) => seeds[0] === 0))
    putCheckpoint(desk.store.checkpointsFolder, id, encodeState({ run: { rows } }, {}));
  return { handlers, experimentId, tasks };
}

describe('trainings that were put down', () => {
  it('are as far as their own epochs say, not those of the spec beside its axis', async () => {
    const { experimentId, handlers, tasks } = await putDown();
    const { begun } = await handlers['experiment.progress']({ experimentId });
    const cellOf = new Map(tasks.map(({ id, cell }) => [id, cell]));
    expect(begun.map(({ taskId, share }) => [cellOf.get(taskId), share])).toEqual([
      [0, 3 / 4],
      [1, 3 / 40],
    ]);
  });

  it('have curves that say how long they will be', async () => {
    const { experimentId, handlers } = await putDown();
    const curves = await handlers['experiment.trainings']({ experimentId, most: 6 });
    expect(curves.map(({ cell, epochs }) => [cell, epochs])).toEqual([
      [0, 4],
      [1, 40],
    ]);
    expect(curves[0]?.columns).toEqual({ epoch: [1, 2, 3], trainLoss: [1, 1 / 2, 1 / 3] });
  });
});
