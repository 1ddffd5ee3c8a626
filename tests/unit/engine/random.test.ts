import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philox4x32, RandomStream } from '#main/engine/random';

describe('philox4x32', () => {
  // Known answers of the authors' Random123 library, philox 4x32 with 10 rounds.
  const known: [number[], [number, number], number[]][] = [
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ];
  for (const [counter, [k0, k1], expected] of known) {
    it(`gives the known answer for counter ${counter[0]?.toString(16)}`, () => {
      const block = Uint32Array.from(counter);
      philox4x32(block, k0, k1);
      expect(Array.from(block)).toEqual(expected);
    });
  }
});

describe('RandomStream', () => {
  const draw = (stream: RandomStream) => Array.from({ length: 50 }, () => stream.uint32());

  it('repeats for the same name and differs for another seed, purpose or index', () => {
    const first = draw(new RandomStream(1, 'init'));
    expect(draw(new RandomStream(1, 'init'))).toEqual(first);
    for (const other of [
      new RandomStream(2, 'init'),
      new RandomStream(1, 'shuffle'),
      new RandomStream(1, 'init', 1),
    ]) {
      expect(draw(other)).not.toEqual(first);
    }
  });

  it('makes permutations', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.nat(), (count, seed) => {
        const order = new RandomStream(seed, 'test').permutation(count);
        expect(Array.from(order).sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
      }),
    );
  });

  it('makes every permutation of three about equally often', () => {
    const counts = new Map<string, number>();
    const trials = 6000;
    for (let i = 0; i < trials; i++) {
      const key = new RandomStream(5, 'test', i).permutation(3).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Chi-squared with 5 degrees of freedom: 20.5 is the 0.1% point.
    const chi = [...counts.values()].reduce(
      (sum, n) => sum + (n - trials / 6) ** 2 / (trials / 6),
      0,
    );
    expect(chi).toBeLessThan(20.5);
  });

  it('draws uniform, normal, sign and symmetric beta numbers with the right moments', () => {
    const stream = new RandomStream(9, 'test');
    const n = 40000;
    const moments = (next: () => number) => {
      const xs = Array.from({ length: n }, next);
      const mean = xs.reduce((a, b) => a + b, 0) / n;
      return { mean, variance: xs.reduce((a, x) => a + (x - mean) ** 2, 0) / (n - 1) };
    };
    const uniform = moments(() => stream.uniform());
    expect(uniform.mean).toBeCloseTo(0.5, 1.7);
    expect(uniform.variance).toBeCloseTo(1 / 12, 2);
    const normal = moments(() => stream.normal());
    expect(Math.abs(normal.mean)).toBeLessThan(0.025);
    expect(Math.abs(normal.variance - 1)).toBeLessThan(0.04);
    expect(Math.abs(moments(() => stream.sign()).mean)).toBeLessThan(0.025);
    const beta = moments(() => stream.symmetricBeta(16));
    expect(Math.abs(beta.mean - 0.5)).toBeLessThan(0.003);
    // Variance of Beta(a, a): 1 / (4 (2a + 1)).
    expect(Math.abs(beta.variance * 4 * 33 - 1)).toBeLessThan(0.05);
  });
});
