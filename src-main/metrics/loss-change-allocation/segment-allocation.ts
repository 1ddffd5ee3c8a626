/** Which part of a change of the loss each parameter has brought about, along a straight line. */

/** A straight line in n parameters along which the loss changed. */
export interface LossSegment {
  /** Where the line ends less where it begins, [n]. */
  readonly movement: Float64Array;
  /** The loss at its end less that at its beginning. */
  readonly lossChange: number;
  /** Gradients at its beginning and end, [n]. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** The sum of the gradients, [n], at positions from 0 to 1 along it. */
  readonly gradientSum: (positions: readonly number[]) => Promise<Float64Array>;
}

export interface SegmentAllocation {
  /** [n]; negative where the parameter lowered the loss. */
  readonly allocation: Float64Array;
  /** Its sum. */
  readonly total: number;
  /** Intervals of the quadrature. */
  readonly splits: number;
  /** lossChange - total: what the quadrature missed. */
  readonly integrationError: number;
}

export interface AllocationLimits {
  /** In units of max(1, |lossChange|). */
  readonly tolerance: number;
  /** A power of two from 2 on. */
  readonly mostSplits: number;
}

/**
 * LCA_i = movement_i * integral over s from 0 to 1 of g_i(beginning + s movement), so that the sum over i is the change of the loss.
 *
 * The integral is by the composite rule of Simpson, exact where the loss is a polynomial of degree four or less along the line. It
 * begins with 2 intervals; they are halved until |lossChange - sum LCA| <= tolerance * max(1, |lossChange|), or there are
 * `mostSplits`. No gradient is taken twice.
 * Cost: splits - 1 gradients. Never throws by itself; where a gradient is not finite neither is the allocation.
 * Source: Lan, Liu, Zhou and Yosinski 2019; checked in tests/reference/trajectory.test.ts
 */
export async function allocateSegment(
  { movement, lossChange, first, last, gradientSum }: LossSegment,
  { tolerance, mostSplits }: AllocationLimits,
): Promise<SegmentAllocation> {
  const within = tolerance * Math.max(1, Math.abs(lossChange));
  const old = new Float64Array(movement.length);
  for (let splits = 2; ; splits *= 2) {
    const odd = await gradientSum(oddPositions(splits));
    const allocation = movement.map((moved, i) => {
      const ends = (first[i] as number) + (last[i] as number);
      const inner = 4 * (odd[i] as number) + 2 * (old[i] as number);
      return (moved * (ends + inner)) / (3 * splits);
    });
    const total = allocation.reduce((sum, x) => sum + x, 0);
    const integrationError = lossChange - total;
    if (!(Math.abs(integrationError) > within) || 2 * splits > mostSplits)
      return { allocation, total, splits, integrationError };
    odd.forEach((x, i) => {
      old[i] = (old[i] as number) + x;
    });
  }
}

/** 1/s, 3/s, ..., (s - 1)/s. */
function oddPositions(splits: number): number[] {
  return Array.from({ length: splits / 2 }, (_, k) => (2 * k + 1) / splits);
}
