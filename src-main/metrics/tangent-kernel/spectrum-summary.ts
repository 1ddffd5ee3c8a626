/** What is read off the spectrum of a kernel. */

/** Relative error of gradients in the spectral norm by rounding: some 32 units in the last place. */
const gradientRounding = { float32: 2 ** -19, float64: 2 ** -48 } as const;

export interface KernelSummary {
  /** Descending; what rounding hides is there as it came out, or below 0. */
  readonly eigenvalues: Float64Array;
  readonly top: number;
  readonly topError: number;
  /** null where rounding hides it. */
  readonly bottom: number | null;
  readonly bottomError: number;
  /** Eigenvalues up to it are hidden by rounding. */
  readonly floor: number;
  /** null for a kernel of zeros. */
  readonly effectiveRank: number | null;
}

/**
 * Ends, error and effective rank of the spectrum of J J', M eigenvalues, where J is known up to a relative error e.
 *
 * Singular values of J are off by at most e times the largest one, eigenvalues therefore by 2 e sqrt(value top); those up to
 * max(e^2, M 2^-52) top are hidden. Effective rank: exp(-sum p ln p), p_i = eigenvalue_i / their sum, those below 0 as 0.
 * @param ascending - eigenvalues
 * @param rank - most that the rank can be
 * Never throws. Source: Weyl's inequality for singular values; Roy and Vetterli 2007
 */
export function summariseKernel(
  ascending: Float64Array,
  { rank, dtype }: { readonly rank: number; readonly dtype: 'float32' | 'float64' },
): KernelSummary {
  const eigenvalues = ascending.toReversed();
  const size = eigenvalues.length;
  const top = eigenvalues[0] ?? 0;
  const bottom = eigenvalues[size - 1] ?? 0;
  const relative = gradientRounding[dtype];
  const floor = Math.max(relative ** 2, size * Number.EPSILON) * top;
  const error = (value: number) => 2 * relative * Math.sqrt(value * top) + floor;
  return {
    eigenvalues,
    top,
    topError: error(top),
    bottom: rank < size || !(bottom > floor) ? null : bottom,
    bottomError: error(Math.max(0, bottom)),
    floor,
    effectiveRank: effectiveRank(eigenvalues),
  };
}

function effectiveRank(eigenvalues: Float64Array): number | null {
  let total = 0;
  for (const value of eigenvalues) total += Math.max(0, value);
  if (!(total > 0)) return null;
  let entropy = 0;
  for (const value of eigenvalues)
    if (value > 0) entropy -= (value / total) * Math.log(value / total);
  return Math.exp(entropy);
}
