/** Standard normal numbers for the toy landscape, the same in every process. */
import { uniformStream } from '../uniform-stream';

/**
 * Independent standard normal numbers from a uniform stream, by the polar method: two numbers from each point of the unit disc.
 * @param seed - 32-bit; the same seed gives the same numbers
 * Source: Marsaglia and Bray 1964; checked against the normal distribution function in tests/unit/domain/toy-sweep.test.ts
 */
export function normalStream(seed: number): () => number {
  const uniform = uniformStream(seed);
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    for (;;) {
      const a = 2 * uniform() - 1;
      const b = 2 * uniform() - 1;
      const square = a * a + b * b;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = b * factor;
      return a * factor;
    }
  };
}
