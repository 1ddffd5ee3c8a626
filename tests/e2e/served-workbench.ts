/** A served workbench on a project of its own. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startCli, type Running } from '../fixtures/command-line';

export interface Served {
  /** With its token. */
  readonly url: string;
  readonly port: number;
  readonly process: Running;
}

/** Starts `phasescape serve` with settings of its own and waits for its address; it is killed when the test ends. */
export async function serve(folder: string, ...options: string[]): Promise<Served> {
  const project = join(folder, 'project');
  const running = startCli(['serve', '--project', project, ...options], {
    PHASESCAPE_SETTINGS: join(folder, 'settings.json'),
  });
  onTestFinished(() => void running.child.kill('SIGKILL'));
  const url = await new Promise<string>((found, failed) => {
    running.child.stdout?.on('data', () => {
      const address = /^(http:\S+)\n/.exec(running.stdout())?.[1];
      if (address !== undefined) found(address);
    });
    void running.ended.then(({ stderr }) => failed(new Error(`serve: must start, got ${stderr}`)));
  });
  return { url, port: Number(new URL(url).port), process: running };
}
