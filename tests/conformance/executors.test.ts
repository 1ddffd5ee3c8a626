/** Which executors the suites of this run cover. */
import { afterAll, describe, expect, it } from 'vitest';
import { engineNames } from '#main/engine/engines';
import { tolerancesOf } from '../tolerances';
import { absentExecutors, closeExecutors, executors } from './executors';

afterAll(closeExecutors);

describe('the conformance suites', () => {
  for (const { name, executor } of executors) {
    it(`cover ${name} on ${executor.stamp.device}`, () => {
      expect(executor.stamp.name).toBe(name);
      expect(executor.stamp.device).not.toBe('');
    });
  }

  for (const [name, reason] of absentExecutors)
    it.skip(`cover ${reason.startsWith(name) ? reason : `${name}: ${reason}`}`);

  it('know tolerances for every executor', () => {
    expect(Object.keys(tolerancesOf).sort()).toEqual([...engineNames].sort());
  });

  it('cover the executors that need no GPU', () => {
    const names = executors.map((e) => e.name);
    for (const name of ['reference', 'onnx-cpu']) expect(names).toContain(name);
  });
});
