import { describe, expect, it, vi } from 'vitest';
import type { CallFrame } from '#shared/contract/frames';
import { createBackend } from '#renderer/backend/backend';
import { socketAddress } from '#renderer/backend/connect-backend';
import { connectWebSocket, type Socket } from '#renderer/backend/websocket-connection';

/** Sockets that the test opens, answers and closes by hand. */
function handSockets() {
  const opened: {
    hear: Parameters<Socket['listen']>[0];
    sent: CallFrame[];
  }[] = [];
  const open = (): Socket => {
    const sent: CallFrame[] = [];
    return {
      listen: (hear) => void opened.push({ hear, sent }),
      send: (text) => void sent.push(JSON.parse(text) as CallFrame),
    };
  };
  return { open, opened };
}

const soon = () => new Promise((done) => setTimeout(done, 5));

describe('connectWebSocket', () => {
  it('sends calls once it is open and gives each its own answer', async () => {
    const { open, opened } = handSockets();
    const connection = connectWebSocket({ open });
    const first = connection.call('experiment.list', {});
    const second = connection.call('engine.list', {});
    expect(connection.state.value).toEqual({ kind: 'connecting' });
    const socket = opened[0]!;
    expect(socket.sent).toEqual([]);
    socket.hear.opened();
    expect(connection.state.value).toEqual({ kind: 'open', generation: 1 });
    expect(socket.sent.map((f) => f.procedure)).toEqual(['experiment.list', 'engine.list']);
    const [a, b] = socket.sent;
    socket.hear.received(JSON.stringify({ kind: 'reply', id: b!.id, ok: true, value: 'two' }));
    socket.hear.received(JSON.stringify({ kind: 'reply', id: a!.id, ok: true, value: 'one' }));
    expect(await first).toEqual({ ok: true, value: 'one' });
    expect(await second).toEqual({ ok: true, value: 'two' });
  });

  it('fails what was cut off, says so, reconnects, and then sends what waited', async () => {
    const { open, opened } = handSockets();
    const connection = connectWebSocket({ open, delayMs: () => 0 });
    opened[0]!.hear.opened();
    const cutOff = connection.call('experiment.start', { experimentId: 'a' });
    opened[0]!.hear.closed(1006);
    expect(connection.state.value).toEqual({ kind: 'reconnecting', attempt: 1 });
    const outcome = await cutOff;
    expect(outcome.ok).toBe(false);
    expect(!outcome.ok && outcome.error.message).toContain('results are safe');
    const waiting = connection.call('experiment.list', {});
    await soon();
    opened[1]!.hear.opened();
    expect(connection.state.value).toEqual({ kind: 'open', generation: 2 });
    expect(opened[1]!.sent.map((f) => f.procedure)).toEqual(['experiment.list']);
    const id = opened[1]!.sent[0]!.id;
    opened[1]!.hear.received(JSON.stringify({ kind: 'reply', id, ok: true, value: [] }));
    expect(await waiting).toEqual({ ok: true, value: [] });
  });

  it('does not try again after the workbench refused the token', async () => {
    const { open, opened } = handSockets();
    const connection = connectWebSocket({ open, delayMs: () => 0 });
    const waiting = connection.call('experiment.list', {});
    opened[0]!.hear.closed(4401);
    expect((await waiting).ok).toBe(false);
    await soon();
    expect(opened).toHaveLength(1);
    expect(connection.state.value.kind).toBe('refused');
  });
});

describe('createBackend', () => {
  it('tells each listener its own events until it stops listening', () => {
    const { open, opened } = handSockets();
    const backend = createBackend(connectWebSocket({ open }));
    const heard = vi.fn();
    const stop = backend.on('experiment.results', heard);
    const event = { name: 'experiment.results', payload: { experimentId: 'a' } };
    const other = { name: 'experiment.listed', payload: {} };
    const tell = (e: unknown) =>
      opened[0]!.hear.received(JSON.stringify({ kind: 'event', event: e }));
    tell(event);
    tell(other);
    stop();
    tell(event);
    expect(heard.mock.calls).toEqual([[{ experimentId: 'a' }]]);
  });

  it('turns an answer that breaks the contract into an error where outputs are checked', async () => {
    const { open, opened } = handSockets();
    const backend = createBackend(connectWebSocket({ open }), true);
    opened[0]!.hear.opened();
    const asked = backend.call('engine.list', {});
    const id = opened[0]!.sent[0]!.id;
    opened[0]!.hear.received(JSON.stringify({ kind: 'reply', id, ok: true, value: [{ name: 1 }] }));
    const outcome = await asked;
    expect(!outcome.ok && outcome.error.message).toContain('engine.list');
  });
});

describe('socketAddress', () => {
  it('is on the host of the page and carries the token of its address', () => {
    const at = (search: string) =>
      socketAddress({ protocol: 'http:', host: '127.0.0.1:4000', search });
    expect(at('?token=a%20b')).toBe('ws://127.0.0.1:4000/ws?token=a%20b');
    expect(at('')).toBe('ws://127.0.0.1:4000/ws');
  });
});
