import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assignBlocks,
  assignLargest,
  totalScore,
} from '#main/metrics/linear-barrier/linear-assignment';
import { permutationsOf } from '../fixtures/permutations';

const bestOf = (scores: Float64Array, allowed: (p: readonly number[]) => boolean, n: number) => {
  let best = -Infinity;
  for (const p of permutationsOf(Array.from({ length: n }, (_, i) => i)))
    if (allowed(p)) best = Math.max(best, totalScore(scores, Int32Array.from(p)));
  return best;
};

const isPermutation = (p: Int32Array) => [...p].sort((a, b) => a - b).every((v, i) => v === i);

const matrices = (sizes: fc.Arbitrary<number>) =>
  sizes.chain((n) =>
    fc
      // Whole numbers have ties, and no rounding.
      .array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1e6, max: 1e6 })), {
        minLength: n * n,
        maxLength: n * n,
      })
      .map((values) => ({ n, scores: Float64Array.from(values) })),
  );

describe('assignLargest', () => {
  it('finds the largest total over all permutations', () => {
    fc.assert(
      fc.property(matrices(fc.integer({ min: 1, max: 6 })), ({ n, scores }) => {
        const found = assignLargest(scores, n);
        expect(isPermutation(found)).toBe(true);
        expect(totalScore(scores, found)).toBe(bestOf(scores, () => true, n));
      }),
    );
  });

  it('undoes a permutation of 200 rows, whatever is added to rows and columns', () => {
    const n = 200;
    const hidden = Int32Array.from({ length: n }, (_, i) => (i * 77 + 13) % n);
    const scores = Float64Array.from({ length: n * n }, (_, at) => {
      const [row, column] = [Math.floor(at / n), at % n];
      return Number(hidden[row] === column) + ((row * 31) % 17) - ((column * 7) % 23);
    });
    expect(assignLargest(scores, n)).toEqual(hidden);
  });
});

describe('assignBlocks', () => {
  it('finds the largest total over permutations that move blocks as wholes', () => {
    fc.assert(
      fc.property(
        matrices(fc.constant(6)),
        fc.constantFrom(1, 2, 3, 6),
        ({ n, scores }, blocks) => {
          const size = n / blocks;
          const keepsBlocks = (p: ArrayLike<number>) =>
            Array.from(p).every((to, i, all) => {
              const first = all[i - (i % size)] as number;
              return Math.floor(to / size) === Math.floor(first / size);
            });
          const found = assignBlocks(scores, n, blocks);
          expect(isPermutation(found) && keepsBlocks(found)).toBe(true);
          expect(totalScore(scores, found)).toBe(bestOf(scores, keepsBlocks, n));
        },
      ),
      { numRuns: 30 },
    );
  });
});
