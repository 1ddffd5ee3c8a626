import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { effectScope, nextTick, shallowRef } from 'vue';
import { useRested } from '../../../src-renderer/workspace/rested';

let frames: (() => void)[] = [];
const frame = () => {
  const due = frames;
  frames = [];
  for (const callback of due) callback();
};

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  vi.stubGlobal('cancelAnimationFrame', () => (frames = []));
});
afterEach(() => vi.unstubAllGlobals());

it('follows a value only once it has stayed the same for some frames', async () => {
  const scope = effectScope();
  const value = shallowRef(0);
  const rested = scope.run(() => useRested(value));
  for (let step = 1; step <= 40; step++) {
    value.value = step;
    await nextTick();
    frame();
    expect(rested?.value).toBe(0);
  }
  for (let still = 0; still < 15; still++) frame();
  expect(rested?.value).toBe(40);
  expect(frames).toEqual([]);
  value.value = 41;
  await nextTick();
  expect(frames).toHaveLength(1);
  scope.stop();
  expect(frames).toEqual([]);
});
