import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { takePort, WebHost } from '#main/host/web-host';
import type { CallFrame, EventFrame, ReplyFrame } from '#shared/contract/frames';
import type { WorkbenchEvent } from '#shared/contract/events';
import { temporaryFolder } from '../../fixtures/temporary-folder';

async function openHost() {
  const folder = temporaryFolder();
  const rendererFolder = join(folder, 'renderer');
  mkdirSync(join(rendererFolder, 'assets'), { recursive: true });
  writeFileSync(join(rendererFolder, 'index.html'), '<!doctype html><title>Phasescape</title>');
  writeFileSync(join(rendererFolder, 'assets', 'index-abcd1234.js'), 'export {};');
  writeFileSync(join(folder, 'secret.json'), '{"secret":1}');
  symlinkSync(join(folder, 'secret.json'), join(rendererFolder, 'link.json'));
  const listeners = new Set<(event: WorkbenchEvent) => void>();
  const calls: CallFrame[] = [];
  const workbench = {
    dispatch: (frame: CallFrame): Promise<ReplyFrame> => {
      calls.push(frame);
      return Promise.resolve({
        kind: 'reply',
        id: frame.id,
        ok: true,
        value: { echo: frame.input },
      });
    },
    subscribe: (listener: (event: WorkbenchEvent) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const host = await WebHost.open({ workbench, rendererFolder });
  onTestFinished(() => host[Symbol.asyncDispose]());
  const token = new URL(host.url).searchParams.get('token') ?? '';
  const base = `http://127.0.0.1:${host.port}`;
  return { host, token, base, listeners, calls };
}

/** A raw request: `fetch` would tidy the path and refuse to set Host. */
function get(port: number, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      });
      sent.on('error', reject);
      sent.end();
    },
  );
}

/** Opens a socket: its frames, or the code that it was refused with. */
function connect(url: string, origin: string | undefined, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, { ...(origin === undefined ? {} : { origin }), headers });
  onTestFinished(() => socket.terminate());
  const frames: unknown[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())));
  const outcome = new Promise<number | 'open'>((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('close', (code) => resolve(code));
    socket.on('open', () => setTimeout(() => resolve('open'), 30));
    socket.on('error', () => undefined);
  });
  return { socket, frames, outcome };
}

describe('WebHost', () => {
  it('serves the renderer to who has the token, then by cookie', async () => {
    const { host, token } = await openHost();
    const page = await get(host.port, `/?token=${token}`);
    expect(page.status).toBe(200);
    expect(page.body).toContain('Phasescape');
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'none'.*script-src 'self'/,
    );
    expect(page.headers['cache-control']).toBe('no-store');
    const [cookie = ''] = page.headers['set-cookie'] as string[];
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const asset = await get(host.port, '/assets/index-abcd1234.js', {
      cookie: cookie.split(';')[0] ?? '',
    });
    expect([asset.status, asset.headers['content-type']]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
  });

  it.each([
    ['no token', '/'],
    ['a wrong token', `/?token=${'x'.repeat(32)}`],
    ['an empty token', '/?token='],
  ])('refuses %s', async (_what, path) => {
    const { host } = await openHost();
    const { body, status } = await get(host.port, path);
    expect(status).toBe(401);
    expect(body).not.toContain('doctype');
  });

  it('refuses another host name, as after name rebinding, even with the token', async () => {
    const { host, token } = await openHost();
    const path = `/?token=${token}`;
    expect((await get(host.port, path, { host: 'evil.example' })).status).toBe(403);
    expect((await get(host.port, path, { host: `localhost:${host.port}` })).status).toBe(200);
  });

  it.each([
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/assets/../../secret.json',
    '/assets/..%5c..%5csecret.json',
    '//etc/passwd',
    '/link.json',
    '/.env',
    '/index.html%00.js',
    '/%ff',
    '/missing.js',
    '/assets/',
  ])('serves nothing outside the renderer: %s', async (path) => {
    const { host, token } = await openHost();
    const { body, status } = await get(host.port, `${path}?token=${token}`);
    expect(status).toBe(404);
    expect(body).not.toContain('secret":1');
  });

  it('answers nothing but GET and HEAD', async () => {
    const { host, token } = await openHost();
    expect((await get(host.port, `/?token=${token}`, {}, 'POST')).status).toBe(405);
    expect((await get(host.port, `/?token=${token}`, {}, 'HEAD')).body).toBe('');
  });

  it('carries calls, replies and events over the socket', async () => {
    const { base, host, listeners, token } = await openHost();
    const { frames, outcome, socket } = connect(
      `ws://127.0.0.1:${host.port}/ws?token=${token}`,
      base,
    );
    expect(await outcome).toBe('open');
    socket.send(JSON.stringify({ kind: 'call', id: 1, procedure: 'sample.list', input: { a: 1 } }));
    for (const listener of listeners) listener({ name: 'experiment.listed', payload: {} });
    await expect.poll(() => frames.length).toBe(2);
    const replies = frames as (ReplyFrame | EventFrame)[];
    expect(replies.find((frame) => frame.kind === 'reply')).toMatchObject({
      id: 1,
      value: { echo: { a: 1 } },
    });
    expect(host.screens).toBe(1);
    socket.close();
    await expect.poll(() => listeners.size).toBe(0);
  });

  it('answers a call that sends nothing, as JSON leaves that out', async () => {
    const { base, host, token } = await openHost();
    const url = `ws://127.0.0.1:${host.port}/ws?token=${token}`;
    const { frames, outcome, socket } = connect(url, base);
    expect(await outcome).toBe('open');
    socket.send(
      JSON.stringify({ kind: 'call', id: 5, procedure: 'sample.list', input: undefined }),
    );
    await expect.poll(() => frames).toMatchObject([{ kind: 'reply', id: 5 }]);
    socket.close();
  });

  it('refuses sockets of other origins, hosts and paths before the handshake', async () => {
    const { base, calls, host, token } = await openHost();
    const url = `ws://127.0.0.1:${host.port}/ws?token=${token}`;
    expect(await connect(url, 'http://evil.example').outcome).toBe(403);
    expect(await connect(url, undefined).outcome).toBe(403);
    expect(await connect(url, 'null').outcome).toBe(403);
    expect(await connect(url, 'http://evil.example', { host: 'evil.example' }).outcome).toBe(403);
    expect(await connect(url.replace('/ws', '/other'), base).outcome).toBe(403);
    expect(calls).toEqual([]);
  });

  it('closes a socket with a wrong token with a code that says: do not try again', async () => {
    const { base, host } = await openHost();
    expect(await connect(`ws://127.0.0.1:${host.port}/ws?token=wrong`, base).outcome).toBe(4401);
    expect(await connect(`ws://127.0.0.1:${host.port}/ws`, base).outcome).toBe(4401);
  });

  it.each(['not JSON', '{"kind":"event"}', '{"kind":"call","id":"1","procedure":"x"}', '[]'])(
    'closes a socket that sends no call: %s',
    async (text) => {
      const { base, calls, host, token } = await openHost();
      const { outcome, socket } = connect(`ws://127.0.0.1:${host.port}/ws?token=${token}`, base);
      expect(await outcome).toBe('open');
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      socket.send(text);
      expect(await closed).toBe(1007);
      expect(calls).toEqual([]);
    },
  );

  it('says when the port is taken', async () => {
    const { host } = await openHost();
    await expect(takePort(host.port)).rejects.toThrow(/port: must be free, got \d+/);
  });

  it('takes another port where that is allowed, and keeps the secret it is given', async () => {
    const { host } = await openHost();
    const workbench = {
      dispatch: () => Promise.reject(new Error()),
      subscribe: () => () => undefined,
    };
    const token = 'a'.repeat(32);
    const options = { workbench, rendererFolder: '.', port: host.port, otherPort: 0, token };
    const other = await WebHost.open(options);
    onTestFinished(() => other[Symbol.asyncDispose]());
    expect(other.port).not.toBe(host.port);
    expect(new URL(other.url).searchParams.get('token')).toBe(token);
  });
});
