/** Answers of one procedure to several questions, each asked once and kept. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import type { ProcedureInput, ProcedureName, ProcedureOutput } from '#shared/contract/procedures';
import type { Outcome } from '#shared/errors';
import { useBackend } from '../../backend/use-backend';

export interface Answers<T> {
  /** By the key of the question; absent until it is answered. */
  readonly byKey: Readonly<ShallowRef<ReadonlyMap<string, Outcome<T>>>>;
  /** Asks again what has such a key; the old answers stay until the new ones are there. */
  readonly reload: (which: (key: string) => boolean) => void;
}

/** @param questions - inputs by key; what is no longer asked is forgotten */
export function useAnswers<N extends ProcedureName>(
  name: N,
  questions: () => ReadonlyMap<string, ProcedureInput<N>>,
): Answers<ProcedureOutput<N>> {
  const backend = useBackend();
  const byKey: ShallowRef<ReadonlyMap<string, Outcome<ProcedureOutput<N>>>> = shallowRef(new Map());
  const underWay = new Set<string>();
  let isOver = false;

  async function ask(key: string, input: ProcedureInput<N>): Promise<void> {
    if (underWay.has(key)) return;
    underWay.add(key);
    const outcome = await backend.call(name, input);
    underWay.delete(key);
    if (!isOver && questions().has(key)) byKey.value = new Map([...byKey.value, [key, outcome]]);
  }

  watch(
    () => [...questions().keys()].join(' '),
    () => {
      const wanted = questions();
      byKey.value = new Map([...byKey.value].filter(([key]) => wanted.has(key)));
      for (const [key, input] of wanted) if (!byKey.value.has(key)) void ask(key, input);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    isOver = true;
  });
  return {
    byKey,
    reload: (which) => {
      for (const [key, input] of questions()) if (which(key)) void ask(key, input);
    },
  };
}
