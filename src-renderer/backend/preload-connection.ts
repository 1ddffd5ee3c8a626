/** The connection inside the desktop window: the functions that the preload put on `window.phasescape`. */
import { shallowRef } from 'vue';
import type { WorkbenchEvent } from '#shared/contract/events';
import type { Outcome } from '#shared/errors';
import type { Connection, ConnectionState } from './connection';

/** One function per procedure, under its own name, and `onEvent`. */
export interface PreloadBridge {
  onEvent(listener: (event: WorkbenchEvent) => void): () => void;
  readonly [procedure: string]: unknown;
}

/** Plain data without Vue's proxies, which cannot be cloned over a process border. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

/** Wraps the preload's functions; the port lives as long as the window, so it is open at once. */
export function connectPreload(bridge: PreloadBridge): Connection {
  return {
    state: shallowRef<ConnectionState>({ kind: 'open', generation: 1 }),
    async call(procedure, input): Promise<Outcome<unknown>> {
      const ask = bridge[procedure];
      if (typeof ask === 'function')
        return (await (ask as (input: unknown) => Promise<Outcome<unknown>>)(
          plain(input),
        )) satisfies Outcome<unknown>;
      const message = `${procedure}: must be a procedure of this window, got none; update the app`;
      return { ok: false, error: { code: 'internal', message } };
    },
    onEvent: (listener) => bridge.onEvent(listener),
  };
}
