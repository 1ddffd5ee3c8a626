/** `npm start` as a user runs it, on a machine without a window: the workbench answers in the browser. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

let project = '';
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'phasescape-start-'));
});
afterEach(async () => {
  await rm(project, { recursive: true, force: true });
});

describe('npm start', () => {
  it('says why there is no window, prints the address, serves the page, and ends on an interrupt', async () => {
    const script = join(root, 'scripts', 'start.mjs');
    const child = spawn(
      process.execPath,
      [script, '--browser', '--no-open', '--project', join(project, 'new')],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const ended = new Promise<number | null>((done) => child.on('exit', done));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
    const address = await new Promise<string>((found, failed) => {
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        printed += part;
        const url = /^(http:\S+)\n/.exec(printed)?.[1];
        if (url !== undefined) found(url);
      });
      void ended.then((code) => failed(new Error(`ended with ${code ?? 'a signal'}: ${said}`)));
    });
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Phasescape</title>');
    expect(said).toContain('no desktop window: ');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
