import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkerReport, WorkerRequest } from '#main/workers/job';
import { WorkerPool } from '#main/workers/worker-pool';
import type { SpawnWorker, WorkerListeners } from '#main/workers/worker-process';

const settings = {
  engine: 'onnx-cpu',
  artifactsFolder: 'a',
  checkpointsFolder: 'c',
  resourcesFolder: 'r',
  registryFolder: 'd',
};

/** A pool whose processes only remember what they were sent. */
function openPool(size = 2) {
  const processes: { listeners: WorkerListeners; sent: WorkerRequest[]; isAlive: boolean }[] = [];
  const spawn: SpawnWorker = (listeners) => {
    const self = { listeners, sent: [] as WorkerRequest[], isAlive: true };
    processes.push(self);
    return {
      pid: processes.length,
      send: (request) => void self.sent.push(request),
      kill: () => {
        if (!self.isAlive) return;
        self.isAlive = false;
        queueMicrotask(() => listeners.exit('signal SIGKILL'));
      },
    };
  };
  const pool = new WorkerPool({ spawn, settings, size });
  const heard: unknown[] = [];
  pool.start({
    report: (worker, report) => heard.push([worker, report.kind]),
    lost: (worker, how, wasReady) => heard.push([worker, how, wasReady]),
    unavailable: (error) => heard.push(error.code),
  });
  const die = (index: number) => {
    const process = processes[index];
    if (!process) throw new RangeError(`no process ${index}`);
    process.isAlive = false;
    process.listeners.exit('exit code 1');
  };
  const say = (index: number, report: WorkerReport) => processes[index]?.listeners.report(report);
  return { pool, processes, heard, die, say };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('WorkerPool', () => {
  it('starts every worker once and configures it first', () => {
    const { pool, processes } = openPool();
    pool.start({ report() {}, lost() {}, unavailable() {} });
    expect(processes.map((process) => process.sent)).toEqual([
      [{ kind: 'configure', settings }],
      [{ kind: 'configure', settings }],
    ]);
  });

  it('starts another in the place of a dead one and says what was lost', () => {
    const { die, heard, processes, say } = openPool();
    say(0, { kind: 'ready' });
    die(0);
    expect(heard).toEqual([
      [0, 'ready'],
      [0, 'exit code 1', true],
    ]);
    vi.advanceTimersByTime(0);
    expect(processes).toHaveLength(3);
  });

  it('keeps what is sent in between for the new process', () => {
    const { die, pool, processes } = openPool(1);
    die(0);
    pool.send(0, { kind: 'withdraw', jobId: 'x' });
    vi.advanceTimersByTime(0);
    expect(processes[1]?.sent.map((request) => request.kind)).toEqual(['configure', 'withdraw']);
  });

  it('waits longer after each death, and gives up on processes that never get ready', () => {
    const { die, heard, processes } = openPool(1);
    for (const pauseMs of [0, 100, 500, 2000, 5000]) {
      const before = processes.length;
      die(before - 1);
      vi.advanceTimersByTime(Math.max(0, pauseMs - 1));
      if (pauseMs > 0) expect(processes).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(processes).toHaveLength(before + 1);
    }
    die(processes.length - 1);
    expect(heard.at(-1)).toBe('environment');
    vi.advanceTimersByTime(60_000);
    expect(processes).toHaveLength(6);
  });

  it('forgets earlier deaths once a job is done', () => {
    const { die, processes, say } = openPool(1);
    for (let i = 0; i < 20; i++) {
      say(processes.length - 1, { kind: 'job-done', jobId: 'x' });
      die(processes.length - 1);
      vi.advanceTimersByTime(0);
    }
    expect(processes).toHaveLength(21);
  });

  it('tells when the engine cannot be opened', () => {
    const { heard, say } = openPool(1);
    say(0, { kind: 'unavailable', error: { code: 'engine-unavailable', message: 'no' } });
    expect(heard).toEqual(['engine-unavailable']);
  });

  it('leaves no process and no timer behind', async () => {
    const { die, pool, processes } = openPool(3);
    die(0);
    await pool[Symbol.asyncDispose]();
    vi.advanceTimersByTime(60_000);
    expect(processes.some((process) => process.isAlive)).toBe(false);
    expect(processes).toHaveLength(3);
    expect(pool.pids()).toEqual([]);
  });

  it('rests without processes until it is started again', async () => {
    const { pool, processes } = openPool(2);
    pool.rest();
    await Promise.resolve();
    vi.advanceTimersByTime(60_000);
    expect(pool.pids()).toEqual([]);
    pool.start({ report() {}, lost() {}, unavailable() {} });
    expect(processes).toHaveLength(4);
    expect(pool.pids()).toHaveLength(2);
  });
});
