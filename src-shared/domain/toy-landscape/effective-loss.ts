/**
 * A one-dimensional landscape to play with, our own: a bowl with ripples, which temperature smooths. The published effective landscape
 * of Yang et al. 2021 has no formula that is known to us.
 */

export interface ToyLandscape {
  /** c, height of the ripples: what load sets. Not negative. */
  readonly ruggedness: number;
  /** k, ripples in 2 pi units of x. Above 0. */
  readonly frequency: number;
  /** T, variance of the noise that smooths them. Not negative. */
  readonly temperature: number;
}

/** Ripples close enough for all phases to show as load goes from 0.01 to 1 and temperature from 0.001 to 1. */
export const defaultToyFrequency = 12;

/** Height of the ripples that is left at that temperature: c exp(-k^2 T / 2). */
export function rippleHeight({ ruggedness, frequency, temperature }: ToyLandscape): number {
  return ruggedness * Math.exp((-(frequency ** 2) * temperature) / 2);
}

/**
 * The effective loss at x: that of the bare landscape, x^2/2 + c (1 - cos kx), averaged over Gaussian noise of variance T.
 *
 * Closed form: x^2/2 + T/2 + c - c exp(-k^2 T / 2) cos kx. Never throws. Checked by quadrature in tests/unit/domain/toy-landscape.test.ts
 */
export function toyLoss(landscape: ToyLandscape, x: number): number {
  const { ruggedness, frequency, temperature } = landscape;
  const bowl = (x * x + temperature) / 2;
  return bowl + ruggedness - rippleHeight(landscape) * Math.cos(frequency * x);
}

/** Its first derivative in x. */
export function toySlope(landscape: ToyLandscape, x: number): number {
  const { frequency } = landscape;
  return x + rippleHeight(landscape) * frequency * Math.sin(frequency * x);
}

/** Its second derivative in x: how sharp it is. */
export function toyCurvature(landscape: ToyLandscape, x: number): number {
  const { frequency } = landscape;
  return 1 + rippleHeight(landscape) * frequency ** 2 * Math.cos(frequency * x);
}

/** The landscape without noise. */
export function withoutNoise(landscape: ToyLandscape): ToyLandscape {
  return { ...landscape, temperature: 0 };
}
