import { afterEach, describe, expect, it, vi } from 'vitest';
import { runInTurn, type Turn } from '#main/cli/bench/rounds';
import { timedProcess } from '#main/cli/bench/timed-process';

const isPosix = process.platform !== 'win32';

describe('timedProcess', () => {
  it('tells what a command printed, and the processor time of it and its children', () => {
    const burn =
      'const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end);';
    const script = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}]); console.log('done')`;
    const { stdout, processor } = timedProcess(process.execPath, ['-e', script]);
    expect(stdout).toMatch(/^done\n/);
    if (!isPosix) return;
    expect(processor).toBeGreaterThan(0.15);
  });

  it('says what a command died of', () => {
    const script = 'console.error("no such sweep"); process.exitCode = 3';
    expect(() => timedProcess(process.execPath, ['-e', script])).toThrow(
      /^bench: .+ must end with status 0, got 3; no such sweep$/,
    );
  });

  it('gives the command its environment', () => {
    const args = ['-p', 'process.env.OF_THE_BENCH'];
    expect(timedProcess(process.execPath, args, { OF_THE_BENCH: 'set' }).stdout).toMatch(/^set\n/);
  });
});

describe('runInTurn', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('leaves out the warm-up, and prints medians and ratios to the last contestant', async () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest: unknown[]) => {
      lines.push(...String(text).trimEnd().split('\n'));
      const written = rest.find((each) => typeof each === 'function') as (() => void) | undefined;
      written?.();
      return true;
    });
    const order: string[] = [];
    const contestant = (name: string, turns: readonly Turn[]) => {
      const left = [...turns];
      return {
        name,
        turn: () => {
          order.push(name);
          return left.shift() as Turn;
        },
      };
    };
    const turns = (walls: readonly number[], processor: number | null) =>
      walls.map((wall) => ({ wall, processor }));
    await runInTurn(
      [contestant('ours', turns([9, 1, 2, 3], 4)), contestant('theirs', turns([9, 4, 4, 4], null))],
      { unit: 's', digits: 1, wanted: 'at most 0.7' },
    );
    expect(order.join(' ')).toBe(Array(4).fill('ours theirs').join(' '));
    expect(lines).toEqual([
      'round 1: ours 1.0 s (4.0 by processor time)  theirs 4.0 s',
      'round 2: ours 2.0 s (4.0 by processor time)  theirs 4.0 s',
      'round 3: ours 3.0 s (4.0 by processor time)  theirs 4.0 s',
      'median:  ours 2.0 s (4.0 by processor time)  theirs 4.0 s',
      'ratio:   ours / theirs 0.500 (at most 0.7)',
    ]);
  });
});
