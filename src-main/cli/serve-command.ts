/** `phasescape serve`: the workbench in a browser. */
import type { Server } from 'node:http';
import { AddressBook, newToken } from '../host/served-address';
import { takePort, WebHost } from '../host/web-host';
import { Workbench } from '../workbench';
import { findRenderer } from '../workbench/renderer-folder';
import { startSettings, type StartSettings } from '../workbench/start-settings';
import { exitCodes, print, say, type ExitCode } from './outcome';

export interface ServeOptions {
  readonly project: string;
  readonly port?: number;
  readonly readOnly?: boolean;
  readonly newToken?: boolean;
  readonly workers?: number;
  readonly engine?: string;
}

/** Serves until it is interrupted; prints the address with its token on standard output. @throws PhasescapeError */
export async function serveCommand(options: ServeOptions): Promise<ExitCode> {
  const rendererFolder = findRenderer();
  const start = await startSettings(options);
  for (const problem of start.problems) say(problem);
  const book = new AddressBook(options.project, options.readOnly === true ? 'read' : 'write');
  const last = book.recall();
  // Before the project: a port in use must not leave a new one behind. The port of the last start, so that pages which are
  // open find it again; one that was named must be had.
  const server =
    options.port === undefined ? await takePort(last.port ?? 0, 0) : await takePort(options.port);
  try {
    return await serveOn(server, options, { rendererFolder, start, book, last });
  } finally {
    if (server.listening) server.close();
  }
}

async function serveOn(
  server: Server,
  options: ServeOptions,
  {
    rendererFolder,
    start,
    book,
    last,
  }: {
    rendererFolder: string;
    start: StartSettings;
    book: AddressBook;
    last: ReturnType<AddressBook['recall']>;
  },
): Promise<ExitCode> {
  await using workbench = Workbench.open({
    folder: options.project,
    readOnly: options.readOnly === true,
    ...start.options,
  });
  const token = options.newToken === true ? newToken() : last.token;
  await using host = await WebHost.open({
    workbench,
    rendererFolder,
    server,
    token,
  });
  const isElsewhere = options.port === undefined && last.port !== null && last.port !== host.port;
  if (isElsewhere)
    say(`port: ${last.port} of the last time is in use, so this is ${host.port} this time`);
  try {
    // A port taken in another's place, or for this once (--port 0), is no habit.
    book.remember({ token, port: isElsewhere || options.port === 0 ? last.port : host.port });
  } catch (error) {
    say(
      `address: must be kept for the next start, got ${error instanceof Error ? error.message : String(error)}; open pages will have to be opened again then`,
    );
  }
  await print(host.url);
  say('serving on this machine only; press Ctrl+C to end (what runs can be resumed)');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  return exitCodes.done;
}
