import { describe, expect, it } from 'vitest';
import { toyLoss } from '#shared/domain/toy-landscape/effective-loss';
import {
  toyLandscapeAt,
  toyLoads,
  toyLoadScale,
  toySweepPair,
  toyTemperatureScale,
} from '#shared/domain/toy-landscape/toy-sweep';
import {
  landscapeSummary,
  placeInSweep,
  sweepCellText,
  sweepGrid,
  sweepTicks,
  toyCurves,
  toyFacts,
  toyReason,
  toyTop,
  traceOf,
  walkerAt,
} from '#renderer/features/toy-landscape/model';

const rugged = toyLandscapeAt(0.2, 0.005);
const pair = toySweepPair(rugged, 0);

describe('toyCurves', () => {
  it('are the bare loss x²/2 + c (1 − cos kx) and its average over the noise, from end to end', () => {
    const { bare, effective, most } = toyCurves(rugged, 2);
    expect([bare[0]?.[0], bare.at(-1)?.[0]]).toEqual([-2, 2]);
    for (const [x, y] of bare)
      expect(y).toBeCloseTo((x * x) / 2 + 0.2 * (1 - Math.cos(12 * x)), 12);
    for (const [i, [x, y]] of effective.entries())
      if (i % 100 === 0) {
        const step = 0.01;
        let mean = 0;
        for (let z = -8; z <= 8; z += step) {
          const at = x + Math.sqrt(0.005) * z;
          mean += ((at * at) / 2 + 0.2 * (1 - Math.cos(12 * at))) * Math.exp((-z * z) / 2) * step;
        }
        expect(y).toBeCloseTo(mean / Math.sqrt(2 * Math.PI), 9);
      }
    expect(most).toBe(Math.max(...[...bare, ...effective].map(([, y]) => y)));
  });
});

describe('toyTop', () => {
  it('is the highest point of a dense scan between the minima', () => {
    const [from, to] = [Math.min(...pair.minima), Math.max(...pair.minima)];
    let best = -Infinity;
    for (let i = 1; i < 50_000; i++)
      best = Math.max(best, toyLoss(rugged, from + (i / 50_000) * (to - from)));
    expect(toyTop(rugged, pair)?.[1]).toBeCloseTo(best, 6);
  });
  it('is none where both walkers reached the same minimum', () => {
    expect(toyTop(rugged, { minima: [0, 0] })).toBeNull();
  });
});

describe('the walk', () => {
  it('begins at −3 and 3, ends at the ends, and is thinned without losing either', () => {
    for (const [i, start] of [-3, 3].entries()) {
      const positions = pair.trajectories[i as 0 | 1];
      expect(walkerAt(positions, 0)).toBe(start);
      expect(walkerAt(positions, 1)).toBe(pair.ends[i]);
      const trace = traceOf(positions, 1, 50);
      expect(trace).toHaveLength(50);
      expect(trace[0]).toEqual([start, 0]);
      expect(trace.at(-1)).toEqual([pair.ends[i], 1]);
      expect(traceOf(positions, 0.5).at(-1)?.[0]).toBe(walkerAt(positions, 0.5));
    }
  });
});

describe('the phase in words', () => {
  it('names the side of each threshold on which the numbers lie', () => {
    const verdicts = (load: number, temperature: number) => {
      const one = toySweepPair(toyLandscapeAt(load, temperature), 0);
      const words = toyFacts(one).map(({ verdict }) => verdict.split(':')[0]);
      return { phase: one.phase, words, reason: toyReason(one) };
    };
    expect(verdicts(1, 0.002)).toMatchObject({ phase: 'I', words: ['sharp', 'poor', 'differ'] });
    expect(verdicts(1, 0.25)).toMatchObject({ phase: 'II' });
    expect(verdicts(1, 0.25).words.slice(0, 2)).toEqual(['sharp', 'well']);
    expect(verdicts(0.01, 0.002)).toMatchObject({
      phase: 'IV-B',
      words: ['flat', 'well', 'alike'],
    });
    expect(verdicts(0.01, 0.002).reason).toContain('close together');
    expect(verdicts(1, 0.002).reason).toContain('a barrier parts');
  });
  it('tells those who cannot see it where the walkers end', () => {
    const text = landscapeSummary(rugged, pair);
    expect(text).toContain(`phase ${pair.phase}`);
    expect(text).toContain('ripples of height 0.2');
  });
});

describe('the sweep on the screen', () => {
  it('has the powers of ten where their cells are', () => {
    expect(sweepTicks(toyLoadScale).map(({ text }) => text)).toEqual(['0.01', '0.1', '1']);
    expect(sweepTicks(toyTemperatureScale).map(({ text }) => text)).toEqual([
      '0.001',
      '0.01',
      '0.1',
      '1',
    ]);
    const { x } = sweepGrid([]);
    for (const [i, load] of toyLoads.entries())
      expect(placeInSweep(toyLoadScale, load)).toBeCloseTo(x.positions[i] ?? 0, 2);
    expect(sweepTicks(toyLoadScale)[1]?.at).toBeCloseTo(0.5, 10);
  });
  it('says how many pairs agree, and what is not computed yet is undecided', () => {
    const numbers = { loss: 0, curvature: 0, barrier: 0, distance: 0 };
    const cell = {
      load: 0.1,
      temperature: 0.01,
      phase: 'III',
      agreement: 7 / 9,
      ...numbers,
    } as const;
    expect(sweepCellText(cell)).toBe('Load 0.1, temperature 0.01: III, 7 of 9 pairs.');
    expect(sweepGrid([cell, null]).phases).toEqual(['III', 'undecided']);
  });
});
