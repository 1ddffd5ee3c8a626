import { describe, expect, it } from 'vitest';
import { defaultToyThresholds, toyVerdict } from '#shared/domain/toy-landscape/toy-pair';
import { normalStream } from '#shared/domain/toy-landscape/normal-stream';
import {
  toyLandscapeAt,
  toyLastPosition,
  toyLoads,
  toyLoadScale,
  toyPairs,
  toyPositionOf,
  toySweepPair,
  toySweepRow,
  toyTemperatures,
  toyTemperatureScale,
  toyValueAt,
} from '#shared/domain/toy-landscape/toy-sweep';

/** The normal distribution function, by the trapezoidal rule from -9: exact to rounding for what is compared here. */
function normalDistribution(x: number): number {
  const step = 1e-3;
  let total = 0;
  for (let z = -9; z < x; z += step)
    total += (Math.exp((-z * z) / 2) + Math.exp(-((z + step) ** 2) / 2)) / 2;
  return (total * step) / Math.sqrt(2 * Math.PI);
}

describe('normalStream', () => {
  const count = 20_000;
  const next = normalStream(5);
  const drawn = Array.from({ length: count }, next);

  it('has the normal distribution, with successive numbers independent', () => {
    for (const x of [-2, -1, -0.3, 0, 0.7, 1.5]) {
      const part = drawn.filter((value) => value <= x).length / count;
      const expected = normalDistribution(x);
      const error = Math.sqrt((expected * (1 - expected)) / count);
      expect(Math.abs(part - expected), `below ${x}`).toBeLessThan(4 * error);
    }
    const product = drawn.slice(1).reduce((sum, value, i) => sum + value * (drawn[i] ?? 0), 0);
    expect(Math.abs(product / count)).toBeLessThan(4 / Math.sqrt(count));
  });

  it('is the same for the same seed and another for another', () => {
    const again = normalStream(5);
    expect(drawn.slice(0, 9)).toEqual(Array.from({ length: 9 }, again));
    expect(normalStream(6)()).not.toBe(drawn[0]);
  });
});

describe('the sliders of the toy landscape', () => {
  it('go from the least to the most in even steps of the logarithm, and back', () => {
    for (const scale of [toyLoadScale, toyTemperatureScale]) {
      expect(toyValueAt(scale, 0)).toBe(scale.least);
      expect(toyValueAt(scale, toyLastPosition)).toBe(scale.most);
      const middle = toyValueAt(scale, toyLastPosition / 2);
      expect(middle).toBeCloseTo(Math.sqrt(scale.least * scale.most), 3);
      for (let position = 0; position <= toyLastPosition; position++)
        expect(toyPositionOf(scale, toyValueAt(scale, position))).toBe(position);
      expect(toyPositionOf(scale, 1e-9)).toBe(0);
      expect(toyPositionOf(scale, 1e9)).toBe(toyLastPosition);
    }
  });

  it('pass through every cell of the sweep', () => {
    expect(toyLoads).toHaveLength(20);
    const positions = toyTemperatures.map((t) => toyPositionOf(toyTemperatureScale, t));
    expect(positions).toEqual(Array.from({ length: 20 }, (_, i) => 10 * i));
  });
});

describe('toySweepRow', () => {
  it('counts the very pairs that can be looked at one by one', () => {
    const temperature = toyTemperatures[9] ?? 0;
    for (const cell of toySweepRow(temperature).slice(8, 11)) {
      const landscape = toyLandscapeAt(cell.load, temperature);
      const pairs = Array.from({ length: toyPairs }, (_, pair) => toySweepPair(landscape, pair));
      const inPhase = pairs.filter(({ phase }) => phase === cell.phase).length;
      expect(cell.agreement).toBe(inPhase / toyPairs);
      const loss = pairs.reduce((sum, pair) => sum + pair.loss, 0) / toyPairs;
      expect(cell.loss).toBeCloseTo(loss, 12);
    }
  });
});

describe('toyVerdict', () => {
  it('puts each number against its threshold, the threshold itself on the stated side', () => {
    const { loss, barrier, distance } = defaultToyThresholds;
    const at = { loss, barrier, distance };
    const yes = { isSharp: true, isPoorlyConnected: false, areAlike: true };
    expect(toyVerdict(at)).toEqual(yes);
    expect(toyVerdict({ ...at, loss: loss - 1e-9 }).isSharp).toBe(false);
    expect(toyVerdict({ ...at, barrier: barrier + 1e-9 }).isPoorlyConnected).toBe(true);
    expect(toyVerdict({ ...at, distance: distance + 1e-9 }).areAlike).toBe(false);
  });
});
