import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findProcess, processSpace } from '#main/store/process-identity';

describe('findProcess', () => {
  it('finds this process, always with the same start', () => {
    expect(findProcess(process.pid)).toEqual(findProcess(process.pid));
    expect(findProcess(process.pid)).not.toBeNull();
  });

  it.skipIf(process.platform !== 'linux')('tells processes apart by their start', async () => {
    await new Promise((resolve) => setTimeout(resolve, 30)); // a tick is 10 ms
    const child = spawn('sleep', ['60']);
    onTestFinished(() => void child.kill());
    const started = findProcess(child.pid ?? 0)?.started;
    expect(started).toMatch(/^\d+$/);
    expect(started).not.toBe(findProcess(process.pid)?.started);
  });

  it('finds none that has ended', async () => {
    const child = spawn(process.execPath, ['--version']);
    await once(child, 'exit');
    expect(findProcess(child.pid ?? 0)).toBeNull();
  });
});

describe('processSpace', () => {
  it('is the same for the processes of a machine', () => {
    expect(processSpace()).toBe(processSpace());
    expect(processSpace()).not.toBe('');
  });
});
