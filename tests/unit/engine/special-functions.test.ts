import { describe, expect, it } from 'vitest';
import { errorFunction } from '#main/engine/special-functions';

describe('errorFunction', () => {
  it.each([
    // Abramowitz and Stegun, table 7.1, and its tail.
    [0, 0],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
    [5, 0.9999999999984626],
    [7, 1],
  ])('of %f is %f', (x, expected) => {
    expect(Math.abs(errorFunction(x) - expected)).toBeLessThan(2e-15);
    expect(errorFunction(-x)).toBe(-errorFunction(x));
  });
});
