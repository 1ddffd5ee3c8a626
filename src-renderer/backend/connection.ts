/** What a transport offers: calls with an answer each, events, and a state that a person can be shown. */
import type { ShallowRef } from 'vue';
import type { WorkbenchEvent } from '#shared/contract/events';
import type { Outcome } from '#shared/errors';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  /** `generation` counts connects, from 1: what was read before a reconnect may be stale. */
  | { readonly kind: 'open'; readonly generation: number }
  /** Lost; tries again by itself. */
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  /** Will not come back by itself. */
  | { readonly kind: 'refused'; readonly why: string };

export interface Connection {
  readonly state: Readonly<ShallowRef<ConnectionState>>;
  call(procedure: string, input: unknown): Promise<Outcome<unknown>>;
  onEvent(listener: (event: WorkbenchEvent) => void): () => void;
}

/** A set of listeners; each removal works once and only for its own entry. */
export function createListeners<T>() {
  const listeners = new Set<{ readonly hear: (value: T) => void }>();
  return {
    add: (hear: (value: T) => void): (() => void) => {
      const entry = { hear };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    tell: (value: T): void => {
      for (const entry of [...listeners]) entry.hear(value);
    },
  };
}
