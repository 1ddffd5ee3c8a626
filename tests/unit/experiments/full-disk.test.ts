import { describe, expect, it } from 'vitest';
import { fillDisk } from '../../fixtures/full-disk';
import { schedule } from '../../fixtures/scheduler-desk';

/** Lets answers of the fake workers that come in microtasks arrive. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Scheduler on a full disk', () => {
  it('outlives a disk that takes not even that it gave up, goes on when there is room, and then says why', async () => {
    const desk = schedule();
    const { folder } = desk.store;
    desk.scheduler.start(desk.id);
    const settled = desk.scheduler.whenSettled(desk.id);
    const makeRoom = fillDisk(folder);
    const [job] = desk.pool.sent;
    const [task] = job?.tasks ?? [];
    if (!job || !task) throw new Error('a job was sent');
    const error = { code: 'store', message: 'artifacts: disk must have room' } as const;
    desk.pool.report(0, { kind: 'task-failed', jobId: job.jobId, taskId: task.taskId, error });
    await expect(settled).rejects.toThrow(/disk must have room/);
    expect(desk.store.lease.holder()).toBeNull();
    expect(() => desk.scheduler.start(desk.id)).toThrow();
    makeRoom();
    await settle();
    desk.scheduler.start(desk.id);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
    const kinds = desk.store.log.ofExperiment(desk.id).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'given-up')).toHaveLength(1);
  });
});
