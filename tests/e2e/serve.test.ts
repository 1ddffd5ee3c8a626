import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { EventFrame, ReplyFrame } from '#shared/contract/frames';
import { childrenOf, cli, isAlive, startCli } from '../fixtures/command-line';
import { smallSpecInput } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';

/** A served project with one screen connected to it. */
async function serve(folder: string, ...options: string[]) {
  const server = startCli(['serve', '--project', folder, '--workers', '2', ...options]);
  onTestFinished(() => void server.child.kill('SIGKILL'));
  await expect
    .poll(server.stdout, { timeout: 20_000 })
    .toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=\S+\n$/);
  const url = new URL(server.stdout().trim());
  const socket = new WebSocket(`ws://${url.host}/ws${url.search}`, { origin: url.origin });
  onTestFinished(() => socket.terminate());
  const waiting = new Map<number, (frame: ReplyFrame) => void>();
  const events: EventFrame['event'][] = [];
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as ReplyFrame | EventFrame;
    if (frame.kind === 'event') events.push(frame.event);
    else waiting.get(frame.id)?.(frame);
  });
  await new Promise((resolve) => socket.once('open', resolve));
  let count = 0;
  const call = (procedure: string, input: unknown = {}, edited = (text: string) => text) =>
    new Promise<ReplyFrame>((resolve) => {
      const id = ++count;
      waiting.set(id, resolve);
      socket.send(edited(JSON.stringify({ kind: 'call', id, procedure, input })));
    });
  return { server, url, call, events, pid: server.child.pid ?? 0 };
}

describe('phasescape serve', () => {
  it('serves the page, runs an experiment for a screen and ends cleanly with its workers', async () => {
    const folder = join(temporaryFolder(), 'project');
    const { call, events, pid, server, url } = await serve(folder);
    expect(await (await fetch(url)).text()).toContain('<div id="app">');
    const created = await call('experiment.create', { spec: smallSpecInput });
    const { experimentId } = created.ok
      ? (created.value as { experimentId: string })
      : { experimentId: '' };
    expect(await call('experiment.start', { experimentId })).toMatchObject({ ok: true });
    const isFinished = () =>
      events.some((e) => e.name === 'experiment.progress' && e.payload.state === 'finished');
    await expect.poll(isFinished, { timeout: 60_000 }).toBe(true);
    const cells = await call('experiment.cells', { experimentId });
    expect(cells).toMatchObject({ ok: true, value: { cells: [{ n: 2 }, { n: 2 }] } });
    const figure = await call('figure.render', { experimentId, kind: 'phase-diagram' });
    expect(figure).toMatchObject({
      ok: true,
      value: { svg: expect.stringContaining('<svg') as string },
    });
    const workers = childrenOf(pid);
    expect(workers).toHaveLength(2);
    server.child.kill('SIGINT');
    expect((await server.ended).code).toBe(0);
    expect(workers.some(isAlive)).toBe(false);
  });

  it('shows a screen what another process runs', async () => {
    const folder = join(temporaryFolder(), 'project');
    const { call, events, server } = await serve(folder);
    const { child } = server;
    const spec = join(import.meta.dirname, '../../resources/samples/digits-width-batch.json');
    const run = await cli('run', spec, '--project', folder);
    expect(run.code).toBe(0);
    await expect
      .poll(() => new Set(events.map((event) => event.name)), { timeout: 10_000 })
      .toEqual(
        new Set([
          'experiment.listed',
          'experiment.logged',
          'experiment.results',
          'experiment.progress',
          'runs.marked',
        ]),
      );
    const list = await call('experiment.list');
    expect(list).toMatchObject({
      ok: true,
      value: [{ name: 'digits-width-batch', state: 'finished' }],
    });
    child.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });

  it('changes nothing with --read-only', async () => {
    const folder = join(temporaryFolder(), 'project');
    const writer = await serve(folder);
    await writer.call('experiment.create', { spec: smallSpecInput });
    const reader = await serve(folder, '--read-only');
    expect(await reader.call('experiment.list')).toMatchObject({
      ok: true,
      value: [{ name: 'small' }],
    });
    const refused = await reader.call('experiment.create', {
      spec: { ...smallSpecInput, name: 'b' },
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'conflict' } });
  });

  it('refuses a taken port with exit code 3', async () => {
    const folder = join(temporaryFolder(), 'project');
    const { url } = await serve(folder);
    const other = join(temporaryFolder(), 'other');
    const second = await cli('serve', '--project', other, '--port', url.port);
    expect([second.code, second.stderr]).toEqual([3, expect.stringMatching(/port: must be free/)]);
    expect(existsSync(other)).toBe(false);
  });

  it('checks a spec of any depth, and one that does not fit into this machine', async () => {
    const { call } = await serve(join(temporaryFolder(), 'project'));
    // Deeper than JSON.stringify goes.
    const deepen = (text: string) =>
      text.replace('"DEEP"', '['.repeat(100_000) + ']'.repeat(100_000));
    const model = { family: 'mlp', width: 16_384, depth: 64 };
    const pathsOf = async (changes: object) => {
      const reply = await call('spec.check', { spec: { ...smallSpecInput, ...changes } }, deepen);
      const value = reply.ok ? (reply.value as { problems: { path: string }[] }) : null;
      return value?.problems.map((problem) => problem.path);
    };
    expect(await pathsOf({ name: 'DEEP' })).toEqual(['name']);
    expect(await pathsOf({ model, axes: [] })).toEqual(['model']);
  });
});
