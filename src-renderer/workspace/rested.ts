/** A value as it was when it last rested: for what is too slow to follow a slider. */
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue';

/** A quarter of a second where nothing is slow. Frames, not time: where a change takes long to show, the next one comes late too. */
const framesOfRest = 15;

/** Follows a value once it has been the same for some frames. */
export function useRested<Value>(value: Readonly<Ref<Value>>): Readonly<ShallowRef<Value>> {
  const rested = shallowRef(value.value);
  let left = 0;
  let asked: number | null = null;
  const count = () => {
    asked = null;
    left -= 1;
    if (left > 0) asked = requestAnimationFrame(count);
    else rested.value = value.value;
  };
  watch(value, () => {
    left = framesOfRest;
    asked ??= requestAnimationFrame(count);
  });
  onScopeDispose(() => {
    if (asked !== null) cancelAnimationFrame(asked);
  });
  return rested;
}
