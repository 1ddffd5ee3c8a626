/** `bench screens`: how long screens take in Chromium with thousands of runs. The measurement is a file of the repository's benches. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import { print } from '../outcome';

/**
 * Times the screens and prints a line each; takes about a minute.
 *
 * @param root - folder of the repository with its development packages
 * @throws PhasescapeError `environment` when the browser or the packages are missing
 */
export async function benchScreens(root: string): Promise<void> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'bench', '--root', root], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const ended = new Promise<number | null>((done) => {
    child.once('close', done);
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith(figureMark)) await print(line.slice(figureMark.length));
  const code = await ended;
  if (code !== 0)
    throw new PhasescapeError(
      'environment',
      `bench: screens must be timed to the end, got status ${code}; ${errors.trim().slice(-1000)}`,
    );
}

/** Begins the lines of the benches that are figures. */
const figureMark = 'figure: ';
