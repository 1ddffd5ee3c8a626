/** Random numbers for resampling results, the same in every process: trainings and measurements draw from the engine's own streams. */

/**
 * Numbers uniform in [0, 1): a Weyl sequence through a 32-bit finaliser; the period is 2^32.
 * @param seed - 32-bit
 * Source: Steele, Lea and Flood 2014 (SplitMix), with the multipliers of Wellons' `prospector`
 */
export function uniformStream(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 2 ** 32;
  };
}
