import { describe, expect, it } from 'vitest';
import { countWork } from '#shared/domain/limits';
import { requireSpec } from '#shared/domain/check-spec';
import { modelMemory } from '#shared/domain/model-memory';
import { testPlan } from '../../fixtures/open-project';
import { digitsSpec } from '../../fixtures/specs';

const all = requireSpec(
  digitsSpec({
    metrics: [
      { name: 'hessian', samples: 64 },
      { name: 'cka' },
      { name: 'weight-distance' },
      { name: 'mode-connectivity', epochs: 1 },
    ],
  }),
).metrics;

describe('countWork', () => {
  it.each([1, 2, 3, 7, 40])('counts what a plan of %i seeds has', (count) => {
    const seeds = Array.from({ length: count }, (_, i) => i);
    const spec = requireSpec(digitsSpec({ seeds, metrics: all }));
    const { cells, tasks } = testPlan(spec);
    const work = countWork(cells.length, count, all);
    expect(work.tasks).toBe(tasks.length);
    expect(work.runs).toBe(tasks.filter((task) => task.kind === 'train').length);
    expect(work.pairs).toBe((cells.length * count * (count - 1)) / 2);
  });

  it('has no pairs where nothing is compared', () => {
    expect(countWork(10, 1000, [])).toEqual({ runs: 10_000, tasks: 10_000, pairs: 0 });
  });
});

describe('modelMemory', () => {
  const small = { parameters: 1000, outputs: 10 };

  it('does not grow with the seeds beyond two blocks that are compared', () => {
    const compared = all.filter(({ name }) => name === 'cka');
    expect(modelMemory(small, 100, compared)).toEqual(modelMemory(small, 32, compared));
    expect(modelMemory(small, 32, compared).what).toBe('cka');
  });

  it('is that of the part that needs most', () => {
    const [hessian] = all;
    expect(modelMemory(small, 3, []).what).toBe('training');
    expect(modelMemory(small, 3, all).what).toBe('hessian');
    expect(modelMemory(small, 1000, all).what).toBe('hessian');
    expect(modelMemory({ ...small, parameters: 2000 }, 3, hessian ? [hessian] : []).bytes).toBe(
      2 * modelMemory(small, 3, all).bytes,
    );
  });

  it('counts what the samples of a metric need, whatever the size of the model', () => {
    const of = (samples: number, outputs: number) => {
      const { metrics } = requireSpec(
        digitsSpec({ metrics: [{ name: 'tangent-kernel', samples }] }),
      );
      return modelMemory({ parameters: 1, outputs }, 1, metrics);
    };
    expect(of(1000, 10).bytes - of(10, 10).bytes).toBe(8 * (1e8 - 1e4));
    expect(of(10, 1000)).toEqual(of(1000, 10));
  });
});
