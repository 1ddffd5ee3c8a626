/** The connection to a local web host: frames of JSON over one WebSocket that reconnects by itself. */
import { shallowRef } from 'vue';
import type { WorkbenchEvent } from '#shared/contract/events';
import type { CallFrame, EventFrame, ReplyFrame } from '#shared/contract/frames';
import type { ErrorReport, Outcome } from '#shared/errors';
import { createListeners, type Connection, type ConnectionState } from './connection';

/** The part of a socket that is used: a test puts its own in. */
export interface Socket {
  readonly listen: (hear: {
    readonly opened: () => void;
    readonly received: (text: string) => void;
    readonly closed: (code: number) => void;
  }) => void;
  readonly send: (text: string) => void;
}

/** A socket of the browser. */
export function browserSocket(address: string): Socket {
  const socket = new WebSocket(address);
  return {
    listen: ({ opened, received, closed }) => {
      socket.addEventListener('open', opened);
      socket.addEventListener('message', ({ data }) => received(String(data)));
      socket.addEventListener('close', ({ code }) => closed(code));
    },
    send: (text) => socket.send(text),
  };
}

export interface WebSocketOptions {
  /** Opens a socket; called again for every reconnect. */
  readonly open: () => Socket;
  /** Waits before attempt n (1-based), in ms. */
  readonly delayMs?: (attempt: number) => number;
}

/** Closing codes that mean "do not try again": policy violation (wrong token) and our own refusals. */
const refusalCodes = new Set([1008, 4401, 4403]);

const brokenCall: ErrorReport = {
  code: 'environment',
  message:
    'workbench: must answer over an open connection, got a connection that broke; ' +
    'finished results are safe in the project, look whether the change arrived and try again',
};

/** Longer after each failure, at most three seconds: a restarted workbench is found quickly. */
const growingDelay = (attempt: number) => Math.min(3000, 250 * 2 ** (attempt - 1));

interface PendingCall {
  readonly frame: CallFrame;
  readonly answer: (outcome: Outcome<unknown>) => void;
}

/** Opens the connection at once. Calls made while it is down wait for the next connect; calls cut off in flight fail. */
export function connectWebSocket(options: WebSocketOptions): Connection {
  const { open, delayMs = growingDelay } = options;
  const state = shallowRef<ConnectionState>({ kind: 'connecting' });
  const events = createListeners<WorkbenchEvent>();
  const inFlight = new Map<number, PendingCall>();
  let waiting: PendingCall[] = [];
  let socket: Socket | null = null;
  let nextId = 1;
  let generation = 0;
  let attempt = 0;

  function connect(): void {
    const opening = open();
    opening.listen({
      opened: () => {
        socket = opening;
        attempt = 0;
        generation += 1;
        state.value = { kind: 'open', generation };
        const queued = waiting;
        waiting = [];
        queued.forEach(send);
      },
      received: (text) => receive(JSON.parse(text) as ReplyFrame | EventFrame),
      closed: lost,
    });
  }

  function lost(code: number): void {
    socket = null;
    for (const pending of inFlight.values()) pending.answer({ ok: false, error: brokenCall });
    inFlight.clear();
    if (refusalCodes.has(code)) {
      state.value = { kind: 'refused', why: 'the workbench refused the token in the address' };
      for (const pending of waiting) pending.answer({ ok: false, error: brokenCall });
      waiting = [];
      return;
    }
    attempt += 1;
    state.value = { kind: 'reconnecting', attempt };
    setTimeout(connect, delayMs(attempt));
  }

  function receive(frame: ReplyFrame | EventFrame): void {
    if (frame.kind === 'event') {
      events.tell(frame.event);
      return;
    }
    const pending = inFlight.get(frame.id);
    inFlight.delete(frame.id);
    pending?.answer(
      frame.ok ? { ok: true, value: frame.value } : { ok: false, error: frame.error },
    );
  }

  function send(pending: PendingCall): void {
    if (!socket) {
      waiting.push(pending);
      return;
    }
    inFlight.set(pending.frame.id, pending);
    socket.send(JSON.stringify(pending.frame));
  }

  connect();
  return {
    state,
    call: (procedure, input) =>
      new Promise((answer) => {
        send({ frame: { kind: 'call', id: nextId++, procedure, input }, answer });
      }),
    onEvent: events.add,
  };
}
