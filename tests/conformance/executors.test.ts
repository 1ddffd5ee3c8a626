/** Which executors the suites of this run cover. */
import { afterAll, describe, expect, it } from 'vitest';
import { engineNames } from '#main/engine/engines';
import { tolerancesOf } from '../tolerances';
import { absentExecutors, closeExecutors, executors } from './executors';

afterAll(closeExecutors);

describe('the conformance suites', () => {
  for (const name of engineNames) {
    const present = executors.find((candidate) => candidate.name === name);
    const what = present ? `on ${present.executor.stamp.device}` : absentExecutors.get(name);
    it.skipIf(absentExecutors.has(name))(`cover ${name}: ${what}`, () => {
      expect(present?.executor.stamp.name).toBe(name);
      expect(present?.executor.stamp.device).not.toBe('');
    });
  }

  it('know tolerances for every executor', () => {
    expect(Object.keys(tolerancesOf).sort()).toEqual([...engineNames].sort());
  });

  it('cover the executors that need no GPU', () => {
    const names = executors.map((e) => e.name);
    for (const name of ['reference', 'onnx-cpu']) expect(names).toContain(name);
  });
});
