/** `phasescape serve`: the workbench in a browser. */
import { WebHost } from '../host/web-host';
import { Workbench } from '../workbench';
import { chooseEngine } from '../workbench/engines';
import { findRenderer } from '../workbench/renderer-folder';
import { exitCodes, print, say, type ExitCode } from './outcome';

export interface ServeOptions {
  readonly project: string;
  readonly port?: number;
  readonly readOnly?: boolean;
  readonly workers?: number;
  readonly engine?: string;
}

/** Serves until it is interrupted; prints the address with its token on standard output. @throws PhasescapeError */
export async function serveCommand(options: ServeOptions): Promise<ExitCode> {
  const rendererFolder = findRenderer();
  await using workbench = Workbench.open({
    folder: options.project,
    readOnly: options.readOnly === true,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    engine: await chooseEngine(options.engine),
  });
  await using host = await WebHost.open({
    workbench,
    rendererFolder,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  await print(host.url);
  say('serving on this machine only; press Ctrl+C to end (what runs can be resumed)');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  return exitCodes.done;
}
