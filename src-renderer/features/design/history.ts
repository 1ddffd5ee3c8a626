/** Undo and redo: edits of the same thing in quick succession are one step. */
import { computed, shallowRef } from 'vue';

/** Edits closer together than this, of the same thing, are undone together. */
const joinMs = 800;

/** A value with its past and future. */
export function useHistory<T>(first: T, now: () => number = () => performance.now()) {
  const value = shallowRef(first);
  const past = shallowRef<readonly T[]>([]);
  const future = shallowRef<readonly T[]>([]);
  let lastEdit = { of: '', at: -Infinity };

  /** @param of - what is edited: typing into one field is one step, two fields are two */
  function edit(next: T, of: string): void {
    if (next === value.value) return;
    const joins = lastEdit.of === of && now() - lastEdit.at < joinMs;
    if (!joins) past.value = [...past.value.slice(-199), value.value];
    future.value = [];
    value.value = next;
    lastEdit = { of, at: now() };
  }
  function undo(): void {
    const before = past.value.at(-1);
    if (before === undefined) return;
    future.value = [value.value, ...future.value];
    past.value = past.value.slice(0, -1);
    value.value = before;
    lastEdit = { of: '', at: -Infinity };
  }
  function redo(): void {
    const after = future.value[0];
    if (after === undefined) return;
    past.value = [...past.value, value.value];
    future.value = future.value.slice(1);
    value.value = after;
    lastEdit = { of: '', at: -Infinity };
  }
  /** Starts again from a value, without a past. */
  function reset(next: T): void {
    past.value = [];
    future.value = [];
    value.value = next;
    lastEdit = { of: '', at: -Infinity };
  }
  return {
    value,
    edit,
    undo,
    redo,
    reset,
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
  };
}
