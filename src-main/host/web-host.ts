/**
 * The workbench in any browser of this machine (or at the other end of an SSH tunnel): serves the built renderer and carries the contract
 * over a WebSocket. Bound to 127.0.0.1. Who has the random token of the printed address may do everything; nobody else anything:
 * Host is checked against name rebinding, Origin against other pages in the same browser.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { PhasescapeError } from '#shared/errors';
import type { Workbench } from '../workbench';
import { connectScreen } from './screen-socket';
import { newToken } from './served-address';
import { staticFile } from './static-files';

export interface WebHostOptions {
  readonly workbench: Pick<Workbench, 'dispatch' | 'subscribe'>;
  /** Folder of the built renderer; nothing outside it is served. */
  readonly rendererFolder: string;
  /** What `takePort` gave; any free port without it. */
  readonly server?: Server;
  /** What must be shown to get in; a new one by default. At least 24 random bytes. */
  readonly token?: string;
}

/** Frames above this size are refused. */
const largestFrameBytes = 8 * 1024 * 1024;
/** Closing code that the renderer takes for "do not try again". */
const refusedToken = 4401;

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Listens on a port of this machine, before anything else is begun for it; the caller closes the server.
 * @param port - 0: any free one
 * @param otherPort - taken where `port` is in use by another program, in place of an error; 0: any free one
 * @throws PhasescapeError `environment` when the port cannot be had
 */
export async function takePort(port = 0, otherPort?: number): Promise<Server> {
  const server = createServer();
  try {
    await listen(server, port);
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!isTaken || otherPort === undefined) throw portError(port, error);
    await listen(server, otherPort).catch((reason: unknown) => {
      throw portError(otherPort, reason);
    });
  }
  return server;
}

/** A running server. */
export class WebHost implements AsyncDisposable {
  readonly port: number;
  /** With the token: whoever has this address may use the workbench. */
  readonly url: string;
  readonly #options: WebHostOptions;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #token: string;

  /** @throws PhasescapeError `environment` when no port can be had */
  static async open(options: WebHostOptions): Promise<WebHost> {
    return new WebHost(options.server ?? (await takePort()), options);
  }

  private constructor(server: Server, options: WebHostOptions) {
    this.#server = server;
    this.#options = options;
    this.#token = options.token ?? newToken();
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}/?token=${this.#token}`;
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: largestFrameBytes });
    server.on('request', (request, response) => void this.#serve(request, response));
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
  }

  /** Screens connected now. */
  get screens(): number {
    return this.#sockets.clients.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Content-Security-Policy', contentSecurityPolicy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    const url = parseUrl(request);
    const refusal = this.#refusalOf(request, url);
    if (refusal || !url) {
      refuse(response, refusal ?? [400, 'address: must be well-formed']);
      return;
    }
    if (this.#hasToken(url.searchParams.get('token')))
      response.setHeader(
        'Set-Cookie',
        `${this.#cookieName}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`,
      );
    const file = await staticFile(this.#options.rendererFolder, url.pathname);
    if (!file) {
      refuse(response, [404, 'file: must be part of the renderer']);
      return;
    }
    response.setHeader('Content-Type', file.type);
    response.setHeader(
      'Cache-Control',
      file.isImmutable ? 'private, max-age=31536000, immutable' : 'no-store',
    );
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  #refusalOf(request: IncomingMessage, url: URL | null): Refusal | null {
    if (!isLocalHost(request.headers.host)) return [403, 'host: must be this machine'];
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return [405, 'method: must be GET or HEAD'];
    if (!url) return [400, 'address: must be well-formed'];
    if (this.#isAllowed(request, url)) return null;
    return [401, 'token: must be given; open the address that phasescape serve printed'];
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Whoever hangs up in the middle must not end the server.
    socket.on('error', () => socket.destroy());
    const { host, origin } = request.headers;
    const url = parseUrl(request);
    // A page of another origin in the same browser would carry our cookie: its Origin gives it away.
    if (!isLocalHost(host) || origin !== `http://${host}` || url?.pathname !== '/ws') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client: WebSocket) => {
      // A refusal before the handshake would look like a network fault and be tried for ever.
      if (this.#isAllowed(request, url)) connectScreen(client, this.#options.workbench);
      else client.close(refusedToken, 'token');
    });
  }

  /** Cookies do not know ports: the name keeps two hosts on one machine apart. */
  get #cookieName(): string {
    return `phasescape-${this.port}`;
  }

  #isAllowed(request: IncomingMessage, url: URL): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim().split('='));
    const cookie = cookies.find(([name]) => name === this.#cookieName)?.[1];
    return this.#hasToken(url.searchParams.get('token')) || this.#hasToken(cookie);
  }

  #hasToken(given: string | null | undefined): boolean {
    const wanted = Buffer.from(this.#token);
    const got = Buffer.from(given ?? '');
    return got.length === wanted.length && timingSafeEqual(got, wanted);
  }
}

/** Binds to this machine's own address. @throws what the system answers */
function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portError(port: number, cause: unknown): PhasescapeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PhasescapeError(
    'environment',
    `port: must be free, got ${port} (${why}); choose another with --port`,
    { cause },
  );
}

type Refusal = readonly [status: number, text: string];

function refuse(response: ServerResponse, [status, text]: Refusal): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

/** Any port: an SSH tunnel may end at another one. */
function isLocalHost(host: string | undefined): host is string {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}

function parseUrl(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? '', 'http://127.0.0.1');
}
