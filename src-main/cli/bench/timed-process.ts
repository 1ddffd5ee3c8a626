/** A command run to its end, with the time that it and all its processes took. */
import { spawnSync } from 'node:child_process';
import { PhasescapeError } from '#shared/errors';
import type { Turn } from './rounds';

/** Tells the processor time of a command and of what it started, in the last line of its standard output (POSIX `times`). */
const withTimes = '"$@"; code=$?; times; exit $code';

/**
 * Runs a command.
 * @returns seconds, and what it printed
 * @throws PhasescapeError `environment` when it does not end with status 0
 */
export function timedProcess(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Turn & { readonly stdout: string } {
  const isPosix = process.platform !== 'win32';
  const [program, ...rest] = isPosix
    ? ['sh', '-c', withTimes, 'sh', command, ...args]
    : [command, ...args];
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(program, rest, {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const wall = (performance.now() - started) / 1000;
  if (status !== 0)
    throw new PhasescapeError(
      'environment',
      `bench: ${command} must end with status 0, got ${status}; ${stderr.trim().slice(-500)}`,
    );
  return { wall, processor: isPosix ? childrenSeconds(stdout) : null, stdout };
}

/** `0m1.23s 0m0.45s`, user and system, of the children. */
function childrenSeconds(stdout: string): number | null {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) return null;
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}
