/** `phasescape serve`: the workbench in a browser. */
import type { Server } from 'node:http';
import { takePort, WebHost } from '../host/web-host';
import { Workbench } from '../workbench';
import { requireEngine } from '../workbench/engines';
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
  if (options.engine !== undefined) await requireEngine(options.engine);
  // Before the project: a port in use must not leave a new one behind.
  const server = await takePort(options.port);
  try {
    return await serveOn(server, options, rendererFolder);
  } finally {
    if (server.listening) server.close();
  }
}

async function serveOn(
  server: Server,
  options: ServeOptions,
  rendererFolder: string,
): Promise<ExitCode> {
  await using workbench = Workbench.open({
    folder: options.project,
    readOnly: options.readOnly === true,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(options.engine === undefined ? {} : { engine: options.engine }),
  });
  await using host = await WebHost.open({
    workbench,
    rendererFolder,
    server,
  });
  await print(host.url);
  say('serving on this machine only; press Ctrl+C to end (what runs can be resumed)');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  return exitCodes.done;
}
