import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateSegment } from '#main/metrics/loss-change-allocation/segment-allocation';

const coefficient = fc.integer({ min: -300, max: 300 }).map((v) => v / 100);
const polynomial = fc.array(coefficient, { minLength: 5, maxLength: 5 });

/** c0 + c1 w + ... + c4 w^4 */
const valueOf = (c: readonly number[], w: number) => c.reduceRight((sum, a) => sum * w + a, 0);
const slopeOf = (c: readonly number[], w: number) =>
  c.reduceRight((sum, a, k) => (k === 0 ? sum : sum * w + k * a), 0);

describe('allocateSegment', () => {
  it('is exact, parameter by parameter, where the loss is a sum of quartics of single weights', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(polynomial, coefficient, coefficient), { minLength: 1, maxLength: 6 }),
        async (parts) => {
          const from = parts.map(([, w]) => w);
          const to = parts.map(([, , w]) => w);
          const gradient = (at: readonly number[]) =>
            Float64Array.from(parts, ([c], i) => slopeOf(c, at[i] as number));
          const changes = parts.map(
            ([c], i) => valueOf(c, to[i] as number) - valueOf(c, from[i] as number),
          );
          const lossChange = changes.reduce((a, b) => a + b, 0);
          const { allocation, splits, integrationError } = await allocateSegment(
            {
              movement: Float64Array.from(to, (w, i) => w - (from[i] as number)),
              lossChange,
              first: gradient(from),
              last: gradient(to),
              gradientSum: (positions) => {
                const sum = new Float64Array(from.length);
                for (const s of positions)
                  gradient(from.map((w, i) => w + s * ((to[i] as number) - w))).forEach(
                    (g, i) => (sum[i] = (sum[i] as number) + g),
                  );
                return Promise.resolve(sum);
              },
            },
            { tolerance: 1e-9, mostSplits: 32 },
          );
          expect(splits).toBe(2);
          expect(Math.abs(integrationError)).toBeLessThan(1e-9 * Math.max(1, Math.abs(lossChange)));
          changes.forEach((change, i) => {
            expect(Math.abs((allocation[i] as number) - change)).toBeLessThan(
              1e-11 * Math.max(1, Math.abs(change)),
            );
          });
        },
      ),
    );
  });

  it('meets a change that no polynomial gives by halving, and says what it misses where it may not', async () => {
    // L(w) = sin(8 w) from 0 to 1.
    const segment = {
      movement: Float64Array.of(1),
      lossChange: Math.sin(8),
      first: Float64Array.of(8),
      last: Float64Array.of(8 * Math.cos(8)),
      gradientSum: (positions: readonly number[]) =>
        Promise.resolve(
          Float64Array.of(positions.reduce((sum, s) => sum + 8 * Math.cos(8 * s), 0)),
        ),
    };
    const fine = await allocateSegment(segment, { tolerance: 1e-3, mostSplits: 32 });
    expect(fine.splits).toBeGreaterThan(4);
    expect(Math.abs(fine.total - Math.sin(8))).toBeLessThan(1e-3);
    const coarse = await allocateSegment(segment, { tolerance: 1e-3, mostSplits: 2 });
    expect(coarse.splits).toBe(2);
    const simpson = (8 + 4 * 8 * Math.cos(4) + 8 * Math.cos(8)) / 6;
    expect(coarse.integrationError).toBeCloseTo(Math.sin(8) - simpson, 12);
  });
});
