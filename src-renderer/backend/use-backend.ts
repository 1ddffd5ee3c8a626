/** Composables over the backend: events and answers that end with the component's scope. */
import { inject, onScopeDispose, shallowRef, watch, type InjectionKey, type ShallowRef } from 'vue';
import type { EventName, EventPayload } from '#shared/contract/events';
import type { ProcedureInput, ProcedureName, ProcedureOutput } from '#shared/contract/procedures';
import type { ErrorReport } from '#shared/errors';
import type { Backend } from './backend';

export const backendKey: InjectionKey<Backend> = Symbol('backend');

/** The backend that `main.ts` provided. */
export function useBackend(): Backend {
  const backend = inject(backendKey);
  if (!backend)
    throw new Error('useBackend: must be called inside the app that provides a backend');
  return backend;
}

/** Listens to an event until the scope ends. */
export function useWorkbenchEvent<N extends EventName>(
  name: N,
  listener: (payload: EventPayload<N>) => void,
): void {
  onScopeDispose(useBackend().on(name, listener));
}

export interface Answer<T> {
  /** The last good answer; stays while a newer one is asked for. */
  readonly value: Readonly<ShallowRef<T | null>>;
  readonly error: Readonly<ShallowRef<ErrorReport | null>>;
  readonly isLoading: Readonly<ShallowRef<boolean>>;
  /** Asks again. While one call is on its way, several requests become one more. */
  readonly reload: () => void;
}

/**
 * Asks a procedure now, whenever its input changes and after every reconnect.
 *
 * @param input - null asks nothing and clears the value
 * @param of - what the answer is about: while this stays the same, another input keeps the old answer until the new one is there
 */
export function useAnswer<N extends ProcedureName>(
  name: N,
  input: () => ProcedureInput<N> | null,
  of?: () => unknown,
): Answer<ProcedureOutput<N>> {
  const backend = useBackend();
  const value: ShallowRef<ProcedureOutput<N> | null> = shallowRef(null);
  const error = shallowRef<ErrorReport | null>(null);
  const isLoading = shallowRef(false);
  let isAsking = false;
  let isStale = false;
  let question = 0;
  let subject = of?.();

  async function ask(): Promise<void> {
    const asked = input();
    if (asked === null) return;
    if (isAsking) {
      isStale = true;
      return;
    }
    isAsking = true;
    isLoading.value = true;
    const number = question;
    const outcome = await backend.call(name, asked);
    isAsking = false;
    if (number === question) {
      isLoading.value = false;
      error.value = outcome.ok ? null : outcome.error;
      if (outcome.ok) value.value = outcome.value;
    }
    if (isStale || number !== question) {
      isStale = false;
      void ask();
    }
  }

  watch(
    () => JSON.stringify(input()),
    () => {
      question += 1;
      const isOther = of === undefined || of() !== subject || input() === null;
      subject = of?.();
      if (isOther) value.value = null;
      error.value = null;
      isLoading.value = false;
      void ask();
    },
    { immediate: true },
  );
  watch(backend.state, (now, before) => {
    if (now.kind === 'open' && before.kind !== 'open' && now.generation > 1) void ask();
  });
  onScopeDispose(() => {
    question += 1;
  });
  return { value, error, isLoading, reload: () => void ask() };
}
