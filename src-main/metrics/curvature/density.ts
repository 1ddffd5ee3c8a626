/** A spectral density as a curve: quadratures widened by a Gaussian. */
import type { Quadrature } from './quadrature';

/**
 * sum_i weight_i Normal(x; node_i, sigma^2) at each x of a grid: it integrates to 1 over the real line.
 * @param sigma - standard deviation, above 0
 * Source: Lin, Saad and Yang 2016; checked in tests/reference/curvature.test.ts. Never throws.
 */
export function smoothedDensity(
  { nodes, weights }: Quadrature,
  { grid, sigma }: { grid: readonly number[]; sigma: number },
): number[] {
  const height = 1 / (sigma * Math.sqrt(2 * Math.PI));
  return grid.map((x) => {
    let total = 0;
    for (let i = 0; i < nodes.length; i++) {
      const z = (x - (nodes[i] as number)) / sigma;
      total += (weights[i] as number) * Math.exp(-0.5 * z * z);
    }
    return height * total;
  });
}

/** Where a density is drawn: this many standard deviations beyond the outermost nodes. */
const margin = 4;

/** What a curve of the density is drawn with; null where all nodes are one. */
export interface DensityGrid {
  readonly sigma: number;
  /** Rising, equally spaced. */
  readonly grid: readonly number[];
}

/**
 * A grid over the nodes of all quadratures and some more on both sides.
 * @param relativeSigma - of the range of the nodes
 * @returns null where the range is 0: no width can be relative to it
 */
export function densityGrid(
  quadratures: readonly Quadrature[],
  { relativeSigma, points }: { relativeSigma: number; points: number },
): DensityGrid | null {
  const least = Math.min(...quadratures.map(({ nodes }) => nodes[0] as number));
  const most = Math.max(...quadratures.map(({ nodes }) => nodes.at(-1) as number));
  if (!(most > least)) return null;
  const sigma = relativeSigma * (most - least);
  const from = least - margin * sigma;
  const to = most + margin * sigma;
  const grid = Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
  return { sigma, grid };
}
