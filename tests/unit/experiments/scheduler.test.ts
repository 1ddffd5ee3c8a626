import { rmSync } from 'node:fs';
import { mostLogEntries } from '#shared/domain/experiment-log';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listCheckpoints, putCheckpoint } from '#main/store/checkpoint-files';
import { fakeResult } from '../../fixtures/fake-pool';
import { schedule, type Desk } from '../../fixtures/scheduler-desk';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { smallSpec, widthOf } from '../../fixtures/small-spec';

const states = ({ store, id }: Desk) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(store.tasks.ofExperiment(id), (task) => task.state)).map(
      ([state, tasks]) => [state, tasks.length],
    ),
  );

/** The first task of a metric that was sent. */
const measuredBy = ({ pool }: Desk, metric: string) =>
  pool.sent.flatMap((job) =>
    job.kind === 'measure' && job.metric.name === metric ? job.tasks : [],
  )[0];

/** Lets answers of the fake workers that come in microtasks arrive. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Scheduler', () => {
  it('runs everything to the end, the seeds of a cell in one job, what is read before what reads', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
    expect(states(desk)).toEqual({ done: 14 });
    expect(desk.pool.sent.map((job) => [job.kind, job.tasks.length])).toHaveLength(10);
    const trainings = desk.pool.sent.filter((job) => job.kind === 'train');
    expect(trainings.map((job) => job.tasks.length)).toEqual([2, 2]);
    expect(
      measuredBy(desk, 'cka')?.runs.map((run) => [run.seed, run.weights.length, run.diverged]),
    ).toEqual([
      [0, 64, false],
      [1, 64, false],
    ]);
    expect(desk.store.experiments.find(desk.id)?.state).toBe('finished');
    expect(desk.store.lease.isHeld()).toBe(false);
  });

  it('starts the longest work first', () => {
    const widths = { path: 'model.width', role: 'load' as const, values: [4, 512, 16] };
    const desk = schedule(smallSpec({ axes: [widths] }));
    desk.scheduler.start(desk.id);
    expect(desk.pool.sent.map((job) => widthOf(job.settings))).toEqual([512, 16, 4]);
  });

  it('keeps one job running and one waiting at each worker', () => {
    const widths = { path: 'model.width', role: 'load' as const, values: [1, 2, 3, 4, 5, 6, 7] };
    const desk = schedule(smallSpec({ axes: [widths] }));
    desk.scheduler.start(desk.id);
    expect(desk.pool.held.map((jobs) => jobs.length)).toEqual([2, 2]);
    desk.pool.finish(0, desk.result);
    expect(desk.pool.held.map((jobs) => jobs.length)).toEqual([2, 2]);
  });

  it('gives an idle worker what waits at a busy one', async () => {
    const widths = { path: 'model.width', role: 'load' as const, values: [4, 8, 16] };
    const desk = schedule(smallSpec({ axes: [widths], metrics: [] }));
    desk.scheduler.start(desk.id);
    expect(desk.pool.held.map((jobs) => jobs.length)).toEqual([2, 1]);
    desk.pool.finish(1, desk.result);
    await settle();
    expect(desk.pool.held.map((jobs) => jobs.length)).toEqual([1, 1]);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
  });

  it('keeps divergence as a result and measures what reads it', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    await desk.pool.finishAll((task) =>
      'seed' in task && task.seed === 0
        ? fakeResult(task, { status: 'diverged' })
        : desk.result(task),
    );
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
    expect(states(desk)).toEqual({ done: 12, diverged: 2 });
    expect(measuredBy(desk, 'hessian')?.runs[0]).toMatchObject({ seed: 0, diverged: true });
  });

  it('tells a deterministic error once; what reads it waits, the rest goes on', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    desk.pool.fail(0, 'model: must fit, got too wide; use a smaller one');
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished-with-failures');
    expect(states(desk)).toEqual({ done: 7, failed: 2, pending: 5 });
    const failed = desk.store.tasks.ofExperiment(desk.id).filter((t) => t.state === 'failed');
    expect(failed.map((task) => [task.attempts, task.errorMessage])).toEqual([
      [1, 'model: must fit, got too wide; use a smaller one'],
      [1, 'model: must fit, got too wide; use a smaller one'],
    ]);
    desk.scheduler.retry(desk.id);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
    expect(states(desk)).toEqual({ done: 14 });
  });

  it('packs the seeds of a cell, but for Hessians of networks so wide that their models share no call', async () => {
    const packs = async (width: number) => {
      const model = { family: 'mlp', width, depth: 2 } as const;
      const metrics = [{ name: 'hessian' as const, samples: 512 }];
      const desk = schedule(smallSpec({ model, axes: [], seeds: [0, 1, 2], metrics }));
      desk.scheduler.start(desk.id);
      await desk.pool.finishAll(desk.result);
      expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
      return desk.pool.sent.map((job) => {
        const what = job.kind === 'train' ? 'train' : job.metric.name;
        return `${what} ${job.tasks.length}`;
      });
    };
    expect(await packs(16)).toEqual(['train 3', 'hessian 3']);
    expect(await packs(128)).toEqual(['train 3', 'hessian 1', 'hessian 1', 'hessian 1']);
  });

  it('tries tasks again alone after a worker died with their pack, and fails the one at fault', async () => {
    const desk = schedule(smallSpec({ axes: [], metrics: [] }), openStore(), 1);
    desk.scheduler.start(desk.id);
    const deadly = desk.pool.sent[0]?.tasks[0]?.taskId;
    desk.pool.die(0);
    for (let i = 0; i < 9 && desk.pool.held[0]?.[0]; i++) {
      expect(desk.pool.held[0][0].tasks).toHaveLength(1);
      if (desk.pool.held[0][0].tasks[0]?.taskId === deadly) desk.pool.die(0);
      else desk.pool.finish(0, desk.result);
    }
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished-with-failures');
    expect(states(desk)).toEqual({ done: 1, failed: 1 });
    const failed = desk.store.tasks.ofExperiment(desk.id).find((t) => t.state === 'failed');
    expect(failed).toMatchObject({ id: deadly, attempts: 3 });
    expect(failed?.errorMessage).toMatch(/signal SIGSEGV in 3 attempts/);
  });

  it('logs its course in the project: what started, died, failed, was tried again and ended', async () => {
    const desk = schedule(smallSpec({ axes: [], metrics: [] }), openStore(), 1);
    desk.scheduler.start(desk.id);
    const deadly = desk.pool.sent[0]?.tasks[0]?.taskId ?? '';
    desk.pool.die(0);
    for (let i = 0; i < 9 && desk.pool.held[0]?.[0]; i++) {
      if (desk.pool.held[0][0].tasks[0]?.taskId === deadly) desk.pool.die(0);
      else desk.pool.finish(0, desk.result);
    }
    await desk.scheduler.whenSettled(desk.id);
    desk.scheduler.retry(desk.id, [deadly]);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
    const log = desk.store.log.ofExperiment(desk.id);
    expect(log.map(({ kind }) => kind)).toEqual([
      'started',
      'worker-lost',
      'worker-lost',
      'worker-lost',
      'failed',
      'finished',
      'retried',
      'resumed',
      'finished',
    ]);
    expect(log.find(({ kind }) => kind === 'failed')).toMatchObject({
      task: { kind: 'train', cell: 0, seeds: [0] },
    });
    expect(log.at(-1)?.message).toBe('Finished: 2 done, 0 diverged, 0 failed of 2 tasks.');
  });

  it('keeps the newest entries of a log, and none of an experiment that is gone', () => {
    const desk = schedule();
    const entry = (i: number) => ({
      experimentId: desk.id,
      at: '2026-01-01T00:00:00.000Z',
      kind: 'resumed' as const,
      message: String(i),
      task: null,
    });
    desk.store.addLog(Array.from({ length: mostLogEntries + 5 }, (_, i) => entry(i)));
    const log = desk.store.log.ofExperiment(desk.id);
    expect([log.length, log[0]?.message]).toEqual([mostLogEntries, '5']);
    desk.store.removeExperiment(desk.id);
    desk.store.addLog([entry(0)]);
    expect(desk.store.log.ofExperiment(desk.id)).toEqual([]);
  });

  it('removes at the end what a worker that died had half written', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    putCheckpoint(desk.store.checkpointsFolder, '.put-1-half', Uint8Array.of(1));
    await desk.pool.finishAll(desk.result);
    await desk.scheduler.whenSettled(desk.id);
    expect(listCheckpoints(desk.store.checkpointsFolder)).toEqual([]);
  });

  it('does not blame a task for a worker that died before it was ready', async () => {
    const desk = schedule(smallSpec({ metrics: [] }));
    desk.scheduler.start(desk.id);
    for (let i = 0; i < 4; i++) desk.pool.die(0, 'exit code 1', false);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
    expect(desk.store.tasks.ofExperiment(desk.id).map((task) => task.attempts)).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('keeps results that came before the worker died', async () => {
    const desk = schedule(smallSpec({ axes: [], metrics: [] }), openStore(), 1);
    desk.scheduler.start(desk.id);
    const job = desk.pool.held[0]?.[0];
    const first = job?.tasks[0];
    if (!job || !first) throw new Error('a job was sent');
    desk.pool.report(0, { kind: 'task-done', jobId: job.jobId, result: desk.result(first) });
    desk.pool.die(0);
    expect(desk.pool.held[0]?.[0]?.tasks.map((task) => task.taskId)).toEqual([
      job.tasks[1]?.taskId,
    ]);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
  });

  it('pauses: nothing new starts, what waits at workers is taken back, resume goes on', async () => {
    const widths = { path: 'model.width', role: 'load' as const, values: [1, 2, 3, 4, 5, 6, 7] };
    const desk = schedule(smallSpec({ axes: [widths] }));
    desk.scheduler.start(desk.id);
    desk.scheduler.pause(desk.id);
    expect(desk.store.experiments.find(desk.id)?.state).toBe('paused');
    await settle();
    expect(desk.pool.held.map((jobs) => jobs.length)).toEqual([1, 1]);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('paused');
    expect(states(desk)).toEqual({ done: 4, pending: 45 });
    expect(desk.store.lease.isHeld()).toBe(false);
    desk.scheduler.start(desk.id);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
  });

  it('pauses trainings inside: they are put down, and given out again when it is resumed', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    const running = desk.pool.held.map((jobs) => jobs[0]?.jobId);
    desk.scheduler.pause(desk.id);
    expect(desk.pool.paused).toEqual(running);
    for (const worker of [0, 1]) desk.pool.putDown(worker);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('paused');
    expect(states(desk)).toEqual({ pending: 14 });
    expect(desk.store.tasks.ofExperiment(desk.id).every((task) => task.attempts === 0)).toBe(true);
    desk.scheduler.start(desk.id);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
  });

  it('lets measurements end that run when it pauses', async () => {
    const desk = schedule(smallSpec({ axes: [] }), openStore(), 1);
    desk.scheduler.start(desk.id);
    desk.pool.finish(0, desk.result);
    expect(desk.pool.held[0]?.[0]?.kind).not.toBe('train');
    desk.scheduler.pause(desk.id);
    expect(desk.pool.paused).toEqual([]);
    await settle();
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('paused');
  });

  it('stops: says stopping until what runs has finished', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    desk.scheduler.stop(desk.id);
    expect(desk.store.experiments.find(desk.id)?.state).toBe('stopping');
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('paused');
    expect(states(desk)).toEqual({ done: 4, pending: 10 });
  });

  it('is finished, not paused, when everything was done before the stop took effect', async () => {
    const desk = schedule(smallSpec({ metrics: [] }));
    desk.scheduler.start(desk.id);
    desk.scheduler.stop(desk.id);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
  });

  it('cancels: kills what runs at once; resume does that again', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    desk.pool.finish(0, desk.result);
    desk.scheduler.cancel(desk.id);
    await settle();
    expect(desk.pool.killed).toBe(2);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('cancelled');
    const before = states(desk);
    expect(before['done']).toBe(2);
    expect(before['cancelled']).toBeGreaterThan(0);
    desk.scheduler.start(desk.id);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
    expect(states(desk)).toEqual({ done: 14 });
  });

  it('does not kill what another running experiment wants too', async () => {
    const store = openStore();
    const first = schedule(smallSpec({ metrics: [] }), store);
    const other = smallSpec({ name: 'other', metrics: [] });
    const { experiment } = storeExperiment(store, other);
    first.scheduler.start(first.id);
    first.scheduler.start(experiment.id);
    first.scheduler.cancel(first.id);
    await settle();
    expect(first.pool.killed).toBe(0);
    await first.pool.finishAll(first.result);
    expect(await first.scheduler.whenSettled(experiment.id)).toBe('finished');
  });

  it('does equal work of two experiments once', async () => {
    const store = openStore();
    const desk = schedule(smallSpec(), store);
    const larger = smallSpec({
      name: 'larger',
      axes: [{ path: 'model.width', role: 'load', values: [4, 8, 16] }],
    });
    desk.scheduler.start(desk.id);
    await desk.pool.finishAll(desk.result);
    await desk.scheduler.whenSettled(desk.id);
    const sent = desk.pool.sent.length;
    const { experiment } = storeExperiment(store, larger);
    desk.scheduler.start(experiment.id);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(experiment.id)).toBe('finished');
    expect(desk.pool.sent.slice(sent).every((job) => widthOf(job.settings) === 16)).toBe(true);
  });

  it('starts no worker for an experiment that has all its results', async () => {
    const store = openStore();
    const desk = schedule(smallSpec(), store);
    desk.scheduler.start(desk.id);
    await desk.pool.finishAll(desk.result);
    await desk.scheduler.whenSettled(desk.id);
    const same = storeExperiment(store, smallSpec({ name: 'same again' }));
    const { started } = desk.pool;
    desk.scheduler.start(same.experiment.id);
    expect(await desk.scheduler.whenSettled(same.experiment.id)).toBe('finished');
    expect(desk.pool.started).toBe(started);
  });

  it('goes on in another process where a dead one ended', async () => {
    const store = openStore();
    const first = schedule(smallSpec(), store);
    first.scheduler.start(first.id);
    first.pool.finish(0, first.result);
    await first.scheduler[Symbol.asyncDispose]();
    expect(store.experiments.find(first.id)?.state).toBe('paused');
    const second = schedule(smallSpec(), store);
    second.scheduler.start(second.id);
    await second.pool.finishAll(second.result);
    expect(await second.scheduler.whenSettled(second.id)).toBe('finished');
    expect(second.pool.sent.filter((job) => job.kind === 'train')).toHaveLength(1);
  });

  it('trains again what is gone and needed, and measures what rests on it', async () => {
    const store = openStore();
    const first = schedule(smallSpec(), store);
    first.scheduler.start(first.id);
    first.pool.finish(0, first.result);
    await first.scheduler[Symbol.asyncDispose]();
    rmSync(store.artifactsFolder, { recursive: true });
    const second = schedule(smallSpec(), store);
    expect(second.scheduler.start(second.id)).toBe(2);
    await second.pool.finishAll(second.result);
    expect(await second.scheduler.whenSettled(second.id)).toBe('finished');
    expect(second.pool.sent.filter((job) => job.kind === 'train')).toHaveLength(2);
  });

  it('gives up when the lease is taken over, and writes nothing more', async () => {
    const store = openStore();
    const desk = schedule(smallSpec(), store);
    desk.scheduler.start(desk.id);
    const settled = desk.scheduler.whenSettled(desk.id);
    const thief = openStore(store.folder, {
      pid: 1,
      host: 'elsewhere',
      processSpace: 'elsewhere',
      now: () => Date.now() + 60_000,
      findProcess: () => null,
    });
    thief.lease.acquire();
    desk.pool.finish(0, desk.result);
    await expect(settled).rejects.toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(states(desk)).toEqual({ pending: 14 });
    expect(desk.pool.killed).toBeGreaterThan(0);
  });

  it('gives up when no worker can start, saying why', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    const settled = desk.scheduler.whenSettled(desk.id);
    desk.pool.unavailable({
      code: 'engine-unavailable',
      message: 'engine: must load, got nothing; install it',
    });
    await expect(settled).rejects.toThrow(/must load/);
    expect(desk.store.experiments.find(desk.id)?.state).toBe('paused');
    expect(desk.store.lease.isHeld()).toBe(false);
  });

  it('pauses when the disk is full, blaming no task', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    const settled = desk.scheduler.whenSettled(desk.id);
    const [job] = desk.pool.sent;
    const [task] = job?.tasks ?? [];
    if (!job || !task) throw new Error('a job was sent');
    const message = 'artifacts: disk must have room, got a full disk; free some space and resume';
    const error = { code: 'store', message } as const;
    desk.pool.report(0, { kind: 'task-failed', jobId: job.jobId, taskId: task.taskId, error });
    await expect(settled).rejects.toThrow(/full disk/);
    expect(states(desk)).toEqual({ pending: 14 });
    expect(desk.store.experiments.find(desk.id)?.state).toBe('paused');
    await settle();
    desk.scheduler.start(desk.id);
    await desk.pool.finishAll(desk.result);
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished');
  });

  it('counts no negative time when the wall clock is set back', async () => {
    const desk = schedule();
    desk.scheduler.start(desk.id);
    const anHourAgo = Date.now() - 3_600_000;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => anHourAgo);
    onTestFinished(() => clock.mockRestore());
    expect(desk.scheduler.runningMs(desk.id)).toBeGreaterThanOrEqual(0);
    await desk.pool.finishAll(desk.result);
    await desk.scheduler.whenSettled(desk.id);
    expect(desk.store.experiments.find(desk.id)?.activeMs).toBeGreaterThan(0);
  });

  it('fails a task that a finished job did not answer', async () => {
    const desk = schedule(smallSpec({ axes: [], seeds: [0], metrics: [] }));
    desk.scheduler.start(desk.id);
    const job = desk.pool.held[0]?.shift();
    desk.pool.report(0, { kind: 'job-done', jobId: job?.jobId ?? '' });
    expect(await desk.scheduler.whenSettled(desk.id)).toBe('finished-with-failures');
    expect(states(desk)).toEqual({ failed: 1 });
  });
});
