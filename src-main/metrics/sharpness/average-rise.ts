/** The expected rise of a loss under Gaussian perturbations of the weights. */
import { RandomStream } from '#main/engine/random';
import { meanAndError } from '../curvature/hutchinson';

/** Perturbations d_i = deviation * scale_i * z_i, z standard normal. */
export interface Perturbations {
  readonly deviation: number;
  /** [P]; ones for plain perturbations. */
  readonly scale: ArrayLike<number>;
}

/** Mean losses at points theta + d, in order. */
export type LossesAt = (points: readonly Float32Array[]) => Promise<readonly number[]>;

export interface AverageRise {
  readonly value: number;
  /** Sample standard deviation over sqrt(draws) of the rises of opposite pairs. */
  readonly standardError: number;
}

/** Points evaluated together, in bytes. */
const mostPointBytes = 64_000_000;

/**
 * E[L(theta + d)] - L(theta), as the mean over `draws` of (L(theta + d) + L(theta - d)) / 2 - L(theta): the slope cancels within a
 * pair. Of a quadratic it is deviation^2 / 2 times sum_i h_ii scale_i^2.
 *
 * Draw k is of the stream `perturbation` of `seed`, the same for all models.
 * Cost: 2 `draws` + 1 evaluations. Source: Neyshabur et al. 2017; Jiang et al. 2020 (relative to the weights); checked in
 * tests/reference/sharpness.test.ts
 */
export async function averageRise(
  losses: LossesAt,
  theta: ArrayLike<number>,
  {
    deviation,
    scale,
    draws,
    seed,
  }: Perturbations & { readonly draws: number; readonly seed: number },
): Promise<AverageRise> {
  const size = theta.length;
  const [base] = (await losses([Float32Array.from(theta)])) as [number];
  const together = Math.max(1, Math.floor(mostPointBytes / (8 * size)));
  const rises: number[] = [];
  for (let from = 0; from < draws; from += together) {
    const points: Float32Array[] = [];
    for (let k = from; k < Math.min(draws, from + together); k++) {
      const stream = new RandomStream(seed, 'perturbation', k);
      const [plus, minus] = [new Float32Array(size), new Float32Array(size)];
      for (let i = 0; i < size; i++) {
        const d = deviation * (scale[i] as number) * stream.normal();
        plus[i] = (theta[i] as number) + d;
        minus[i] = (theta[i] as number) - d;
      }
      points.push(plus, minus);
    }
    const values = await losses(points);
    for (let i = 0; i < values.length; i += 2)
      rises.push(((values[i] as number) + (values[i + 1] as number)) / 2 - base);
  }
  const { mean, standardError } = meanAndError(rises);
  return { value: mean, standardError };
}
