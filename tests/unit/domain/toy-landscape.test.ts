import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '#main/engine/random';
import {
  defaultToyFrequency,
  rippleHeight,
  toyCurvature,
  toyLoss,
  toySlope,
  withoutNoise,
  type ToyLandscape,
} from '#shared/domain/toy-landscape/effective-loss';
import { langevinTrajectory } from '#shared/domain/toy-landscape/langevin';
import { minimumBelow, stationaryPoints } from '#shared/domain/toy-landscape/stationary-points';
import { toyDiagram } from '#shared/domain/toy-landscape/toy-diagram';
import { toyPair } from '#shared/domain/toy-landscape/toy-pair';

const landscapes = fc.record({
  ruggedness: fc.integer({ min: 0, max: 300 }).map((v) => v / 100),
  frequency: fc.integer({ min: 50, max: 900 }).map((v) => v / 100),
  temperature: fc.integer({ min: 0, max: 100 }).map((v) => v / 100),
});
const places = fc.integer({ min: -400, max: 400 }).map((v) => v / 100);
const normals = (seed: number) => () => {
  const stream = new RandomStream(seed, 'test');
  return () => stream.normal();
};
const pairNormals = (pair: number, trajectory: 0 | 1) => normals(2 * pair + trajectory)();

/** The mean of f(x + sqrt(T) z) over standard normal z, by the trapezoidal rule on [-9, 9]: exact to rounding for smooth f. */
function smoothed(f: (x: number) => number, x: number, temperature: number): number {
  const step = 0.02;
  let total = 0;
  for (let z = -9; z <= 9; z += step)
    total += f(x + Math.sqrt(temperature) * z) * Math.exp((-z * z) / 2);
  return (total * step) / Math.sqrt(2 * Math.PI);
}

describe('toyLoss', () => {
  it('is the bare landscape convolved with a Gaussian of variance T', () => {
    fc.assert(
      fc.property(landscapes, places, (landscape, x) => {
        const { ruggedness: c, frequency: k, temperature } = landscape;
        const bare = (y: number) => (y * y) / 2 + c * (1 - Math.cos(k * y));
        const expected = smoothed(bare, x, temperature);
        expect(Math.abs(toyLoss(landscape, x) - expected)).toBeLessThan(1e-9 * (1 + expected));
        expect(toyLoss(withoutNoise(landscape), x)).toBeCloseTo(bare(x), 10);
      }),
    );
  });

  it('has its slope and curvature, by central differences', () => {
    fc.assert(
      fc.property(landscapes, places, (landscape, x) => {
        const h = 1e-4;
        const [up, down] = [toyLoss(landscape, x + h), toyLoss(landscape, x - h)];
        expect(Math.abs(toySlope(landscape, x) - (up - down) / (2 * h))).toBeLessThan(1e-4);
        const [steeper, flatter] = [toySlope(landscape, x + h), toySlope(landscape, x - h)];
        expect(Math.abs(toyCurvature(landscape, x) - (steeper - flatter) / (2 * h))).toBeLessThan(
          1e-3,
        );
      }),
    );
  });
});

/** Local extremes of the loss on a dense grid. */
function scan(landscape: ToyLandscape, sign: 1 | -1): number[] {
  const step = 2e-4;
  const reach = rippleHeight(landscape) * landscape.frequency + 0.1;
  const found: number[] = [];
  const at = (i: number) => sign * toyLoss(landscape, i * step);
  for (let i = -Math.ceil(reach / step); i * step <= reach; i++)
    if (at(i) < at(i - 1) && at(i) <= at(i + 1)) found.push(i * step);
  return found;
}

describe('stationaryPoints', () => {
  it('are all minima and maxima of a dense scan', () => {
    fc.assert(
      fc.property(landscapes, (landscape) => {
        const { minima, maxima } = stationaryPoints(landscape);
        const near = (points: readonly number[], x: number) =>
          points.some((point) => Math.abs(point - x) < 4e-4);
        // A pair that is about to vanish may be too flat for the grid.
        const clear = (x: number) => Math.abs(toyCurvature(landscape, x)) > 0.05;
        const scanned = scan(landscape, 1);
        for (const x of scanned.filter(clear)) expect(near(minima, x), `minimum ${x}`).toBe(true);
        for (const x of minima.filter(clear)) expect(near(scanned, x), `minimum ${x}`).toBe(true);
        const tops = scan(landscape, -1);
        for (const x of tops.filter(clear)) expect(near(maxima, x), `maximum ${x}`).toBe(true);
        for (const x of maxima.filter(clear)) expect(near(tops, x), `maximum ${x}`).toBe(true);
        expect(maxima).toHaveLength(minima.length - 1);
        for (const x of [...minima, ...maxima])
          expect(Math.abs(toySlope(landscape, x))).toBeLessThan(1e-10);
      }),
      { numRuns: 60 },
    );
  });

  it('are one minimum where temperature has smoothed the ripples away', () => {
    const rugged = { ruggedness: 2, frequency: 6, temperature: 0 };
    expect(stationaryPoints(rugged).minima.length).toBeGreaterThan(5);
    expect(stationaryPoints({ ...rugged, temperature: 1 })).toEqual({ minima: [0], maxima: [] });
  });

  it('part the line into basins', () => {
    const points = stationaryPoints({ ruggedness: 1, frequency: 5, temperature: 0.01 });
    points.maxima.forEach((x, i) => {
      expect(minimumBelow(points, x - 1e-6)).toBe(points.minima[i]);
      expect(minimumBelow(points, x + 1e-6)).toBe(points.minima[i + 1]);
    });
    expect(minimumBelow(points, 100)).toBe(points.minima.at(-1));
  });
});

describe('langevinTrajectory', () => {
  const bowl = { ruggedness: 0, frequency: 5, temperature: 0.3 };

  it('of a bowl spreads with the variance of its closed form', () => {
    const time = 2;
    const ends = Array.from(
      { length: 2000 },
      (_, seed) =>
        langevinTrajectory(bowl, { start: 1, time, normal: normals(seed)() }).at(-1) as number,
    );
    const mean = ends.reduce((a, b) => a + b, 0) / ends.length;
    const variance = ends.reduce((a, x) => a + (x - mean) ** 2, 0) / ends.length;
    const exact = 0.3 * (1 - Math.exp(-2 * time));
    // Four standard errors, and 1% for the length of the steps.
    expect(Math.abs(mean - Math.exp(-time))).toBeLessThan(4 * Math.sqrt(exact / 2000) + 0.01);
    expect(Math.abs(variance / exact - 1)).toBeLessThan(4 * Math.sqrt(2 / 2000) + 0.01);
  });

  it('without temperature descends into the minimum below its start', () => {
    const cold = { ruggedness: 1, frequency: 5, temperature: 0 };
    const points = stationaryPoints(cold);
    for (const start of [-3, -0.9, 0.4, 2.2]) {
      const end = langevinTrajectory(cold, { start, time: 20, normal: normals(1)() }).at(-1);
      expect(end).toBeCloseTo(minimumBelow(points, start), 6);
    }
  });

  it('is the same for the same numbers', () => {
    const run = () => langevinTrajectory(bowl, { start: 1, time: 1, normal: normals(3)() });
    expect(run()).toEqual(run());
  });
});

describe('toyPair', () => {
  const options = { normals: (trajectory: 0 | 1) => normals(trajectory)() };

  it.each([
    ['of equal depth', [-3, 3]],
    ['of which the right one is deeper', [-3, 0.2]],
    ['of which the left one is deeper', [-0.2, 3]],
  ] as const)(
    'finds the barrier over the higher of two minima %s, as a dense scan does',
    (_which, starts) => {
      const landscape = { ruggedness: 1, frequency: 5, temperature: 0.02 };
      const { minima, barrier } = toyPair(landscape, { ...options, starts });
      const [from, to] = [Math.min(...minima), Math.max(...minima)];
      expect(to).toBeGreaterThan(from);
      let top = -Infinity;
      for (let i = 0; i <= 100_000; i++)
        top = Math.max(top, toyLoss(landscape, from + (i / 100_000) * (to - from)));
      const [left = 0, right = 0] = minima.map((x) => toyLoss(landscape, x));
      expect(barrier).toBeCloseTo(top - Math.max(left, right), 6);
      if (starts[0] + starts[1] !== 0) expect(Math.abs(left - right)).toBeGreaterThan(0.1);
    },
  );

  it('is of the same numbers for the same noise', () => {
    const landscape = { ruggedness: 0.3, frequency: 12, temperature: 0.1 };
    expect(toyPair(landscape, options)).toEqual(toyPair(landscape, options));
  });
});

describe('toyDiagram', () => {
  const options = {
    loads: [0.01, 0.08, 0.2, 1],
    temperatures: [0.002, 0.04, 0.25, 1],
    frequency: defaultToyFrequency,
    pairs: 3,
    normals: pairNormals,
  };
  const cells = toyDiagram(options);
  const at = (load: number, temperature: number) =>
    cells.find((cell) => cell.load === load && cell.temperature === temperature);

  it('has a cell for each load and temperature, row by row, the same every time', () => {
    expect(cells.map(({ load, temperature }) => [load, temperature])).toEqual(
      options.temperatures.flatMap((t) => options.loads.map((load) => [load, t])),
    );
    expect(toyDiagram(options)).toEqual(cells);
    for (const { agreement } of cells) expect(agreement).toBeGreaterThan(1 / 3);
  });

  it('has every phase', () => {
    // Cold: high ripples hold both far up the bowl, low ones near its ground but apart.
    expect(at(1, 0.002)?.phase).toBe('I');
    expect(at(0.08, 0.002)?.phase).toBe('III');
    // Hot: no ripples are left, but the noise is felt as loss.
    expect(at(1, 0.25)?.phase).toBe('II');
    expect(at(0.01, 1)?.phase).toBe('II');
    // In between both reach the ground; more noise leaves them farther apart.
    expect(at(0.2, 0.04)?.phase).toBe('IV-A');
    expect(at(0.01, 0.002)?.phase).toBe('IV-B');
  });

  it('is smooth where it is hot', () => {
    for (const load of options.loads) {
      expect(at(load, 1)?.barrier).toBe(0);
      expect(at(load, 1)?.curvature).toBeLessThan(1.01);
    }
  });
});
