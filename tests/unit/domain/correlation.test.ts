import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '#main/engine/random';
import {
  correlation,
  correlationInterval,
  correlationKinds,
  ranks,
} from '#shared/domain/correlation';
import {
  correlationTable,
  strongestFirst,
  type MetricCorrelation,
} from '#shared/domain/correlation-table';
import { kendall } from '#shared/domain/kendall';
import type { CellMetric, CellResult } from '#shared/domain/results';
import { uniformStream } from '#shared/domain/uniform-stream';
import { publishedCells } from '../../reference/published/published-cells';
import { exactStatistics } from '../../tolerances';
import { noQuartiles } from '../../fixtures/no-quartiles';

const xs = [2, 0, 1, 3, 0, 0, 0, 5, 5, 3, 2, 3, 1, 1, 2, 5, 7, 6, 0, 4, 4, 5, 7, 6];
const ys = [-2, 2, 2, 5, 0, -1, -1, -1, 4, -1, -1, 1, 3, 1, -1, 1, 5, 3, -2, 2, 3, 6, 1, 2];
/** scipy.stats 1.10: pearsonr, spearmanr, kendalltau of the same lists, which have many ties. */
const byScipy = {
  pearson: 0.4942056666361446,
  spearman: 0.48420422593509566,
  kendall: 0.36586575027418344,
};

const uniformOf = (seed: number) => {
  const stream = new RandomStream(seed, 'probe', 0);
  return () => stream.uniform();
};

describe('correlation', () => {
  for (const kind of correlationKinds) {
    it(`${kind} is SciPy's, ties included`, () => {
      expect(Math.abs((correlation(kind, xs, ys) as number) - byScipy[kind])).toBeLessThan(
        exactStatistics,
      );
    });
    it(`${kind} is 1 of a rising line, -1 of a falling one, null where there is nothing to correlate`, () => {
      expect(correlation(kind, [1, 2, 5], [3, 5, 11])).toBeCloseTo(1, 12);
      expect(correlation(kind, [1, 2, 5], [-3, -5, -11])).toBeCloseTo(-1, 12);
      expect(correlation(kind, [1, 2, 5], [4, 4, 4])).toBeNull();
      expect(correlation(kind, [1, 2], [4, 5])).toBeNull();
      expect(correlation(kind, [], [])).toBeNull();
    });
  }
  it('ranks ties with their mean', () => {
    expect(ranks([30, 10, 20, 10])).toEqual([4, 1.5, 3, 1.5]);
  });
});

describe('kendall', () => {
  it('is what counting all pairs gives, with many ties and without', () => {
    const byPairs = (a: readonly number[], b: readonly number[]) => {
      let [balance, untiedA, untiedB] = [0, 0, 0];
      for (let i = 0; i < a.length; i++)
        for (let j = 0; j < i; j++) {
          const da = Math.sign((a[i] as number) - (a[j] as number));
          const db = Math.sign((b[i] as number) - (b[j] as number));
          balance += da * db;
          untiedA += da * da;
          untiedB += db * db;
        }
      return balance / Math.sqrt(untiedA) / Math.sqrt(untiedB);
    };
    for (const most of [2, 5, 1e9]) {
      const pairs = fc.array(fc.tuple(fc.nat(most), fc.nat(most)), { minLength: 2, maxLength: 40 });
      fc.assert(
        fc.property(pairs, (list) => {
          const [a, b] = [list.map(([x]) => x), list.map(([, y]) => y)];
          const expected = byPairs(a, b);
          if (Number.isNaN(expected)) expect(kendall(a, b)).toBeNaN();
          else expect(Math.abs(kendall(a, b) - expected)).toBeLessThan(exactStatistics);
        }),
      );
    }
  });
});

describe('uniformStream', () => {
  it('is uniform: 200,000 numbers in 64 bins, alone and with the one before, stay within what chance allows', () => {
    const uniform = uniformStream(7);
    const [alone, after] = [new Array<number>(64).fill(0), new Array<number>(64).fill(0)];
    let last = uniform();
    const count = 200_000;
    for (let i = 0; i < count; i++) {
      const value = uniform();
      const bin = Math.floor(64 * value);
      const both = 8 * Math.floor(8 * last) + Math.floor(8 * value);
      alone[bin] = (alone[bin] as number) + 1;
      after[both] = (after[both] as number) + 1;
      last = value;
    }
    // Chi squared with 63 degrees of freedom: 63 with a standard deviation of 11.
    for (const bins of [alone, after]) {
      const chi = bins.reduce((sum, v) => sum + (v - count / 64) ** 2 / (count / 64), 0);
      expect(chi).toBeGreaterThan(63 - 4 * 11);
      expect(chi).toBeLessThan(63 + 5 * 11);
    }
    expect(uniformStream(7)()).toBe(uniformStream(7)());
    expect(uniformStream(7)()).not.toBe(uniformStream(8)());
  });
});

describe('correlationInterval', () => {
  it('covers the true coefficient of normal samples about as often as it says', () => {
    const rho = 0.6;
    let covered = 0;
    const rounds = 200;
    for (let round = 0; round < rounds; round++) {
      const stream = new RandomStream(round, 'probe', 1);
      const first = Array.from({ length: 40 }, () => stream.normal());
      const second = first.map((x) => rho * x + Math.sqrt(1 - rho * rho) * stream.normal());
      const interval = correlationInterval('pearson', [first, second], {
        resamples: 300,
        uniform: uniformOf(round),
      });
      if (interval && interval.low <= rho && rho <= interval.high) covered++;
    }
    // 95% of 200 is 190 with a standard deviation of 3; percentile intervals of 40 entries are somewhat short.
    expect(covered).toBeGreaterThanOrEqual(177);
    expect(covered).toBeLessThan(200);
  });
  it('is null where most resamples are constant', () => {
    const spike = [0, 0, 0, 0, 0, 0, 0, 1];
    const options = { uniform: () => 0.1 };
    expect(correlationInterval('spearman', [spike, [1, 2, 3, 4, 5, 6, 7, 8]], options)).toBeNull();
  });
});

describe('correlationTable', () => {
  const results = publishedCells({
    leastBatch: 16,
    leastWidth: 2,
    withoutBatches: [19, 27],
    spread: true,
  });
  const table = correlationTable(results, { resamples: 200 });
  const row = (metric: string, form = 'plain') =>
    table.find((r) => r.metric === metric && r.form === form);

  it('finds what is known of the published grid: flat, connected and alike go with accuracy, distance less', () => {
    for (const [metric, form, sign] of [
      ['hessianTrace', 'log', -1],
      ['modeConnectivity', 'absolute', -1],
      ['cka', 'plain', 1],
    ] as const) {
      const { coefficients, intervals } = row(metric, form) as MetricCorrelation;
      expect(sign * (coefficients.spearman ?? 0), metric).toBeGreaterThan(0.865);
      expect(sign * (coefficients.spearman ?? 0), metric).toBeLessThan(0.895);
      const { low, high } = intervals.spearman ?? { low: 0, high: 0 };
      expect(Math.min(Math.abs(low), Math.abs(high)), metric).toBeGreaterThan(0.75);
      expect(low).toBeLessThan(coefficients.spearman ?? 0);
      expect(high).toBeGreaterThan(coefficients.spearman ?? 0);
    }
    expect(Math.abs(row('weightDistance')?.coefficients.spearman ?? 0)).toBeCloseTo(0.42, 2);
    expect(row('cka')?.n).toBe(169);
  });

  it('has the strongest first, the score not at all, and each metric in its forms', () => {
    const strengths = table.map(({ coefficients }) => Math.abs(coefficients.spearman ?? 0));
    expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
    expect(row('testAccuracy')).toBeUndefined();
    expect(row('hessianTrace')).toBeUndefined();
    expect(row('modeConnectivity')?.form).toBe('plain');
    const constant = { coefficients: { spearman: null, kendall: null, pearson: null } };
    expect(strongestFirst([constant, ...table], 'pearson').at(-1)).toBe(constant);
  });

  it('gives the logarithm to Pearson, which ranks do not feel', () => {
    const cell = (index: number, trace: number | null) => ({
      ...cellOf({ load: index }, { testAccuracy: index, hessianTrace: trace }),
      index,
    });
    const cells = [1, 10, 100, 1000, -1, null].map((trace, i) => cell(i, trace));
    const [found] = correlationTable({ axes: [], cells }, { resamples: 10 });
    expect(found).toMatchObject({ metric: 'hessianTrace', form: 'log', n: 4, within: [] });
    expect(found?.coefficients.pearson).toBeCloseTo(1, 12);
  });

  it('looks within rows and columns, where a pooled correlation can reverse', () => {
    const values = [0, 1, 2];
    const rows = correlationTable(
      {
        axes: [
          { path: 'load', role: 'load', values },
          { path: 'temperature', role: 'temperature', values },
        ],
        cells: values.flatMap((i) =>
          values.map((j) =>
            cellOf({ load: i, temperature: j }, { testAccuracy: 10 * i - j, cka: 10 * i + j }),
          ),
        ),
      },
      { resamples: 100 },
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.coefficients.spearman).toBeGreaterThan(0.7);
    const [byLoad, byTemperature] = rows[0]?.within ?? [];
    for (const kind of correlationKinds) {
      expect(byLoad?.means[kind]).toBeCloseTo(-1, 12);
      expect(byTemperature?.means[kind]).toBeCloseTo(1, 12);
    }
    expect(byLoad?.groups.map(({ at, n }) => [at, n])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
  });

  it('takes the mean over the groups that have a coefficient alone', () => {
    const [row] = correlationTable(
      {
        axes: [
          { path: 'load', role: 'load', values: [0, 1, 2] },
          { path: 'temperature', role: 'temperature', values: [0, 1, 2, 3] },
        ],
        // Pearson's are 4 / 5 (one neighbouring pair exchanged) and 1; the third load has one cell.
        cells: [
          ...[1, 3, 2, 4].map((y, j) =>
            cellOf({ load: 0, temperature: j }, { testAccuracy: y, cka: j }),
          ),
          ...[0, 1, 2, 3].map((j) =>
            cellOf({ load: 1, temperature: j }, { testAccuracy: 2 * j, cka: j }),
          ),
          cellOf({ load: 2, temperature: 0 }, { testAccuracy: 1, cka: 1 }),
        ],
      },
      { resamples: 10 },
    );
    const [byLoad] = row?.within ?? [];
    expect(byLoad?.groups.map(({ coefficients, n }) => [coefficients.pearson, n])).toEqual([
      [expect.closeTo(0.8, 12), 4],
      [expect.closeTo(1, 12), 4],
      [null, 1],
    ]);
    expect(byLoad?.means.pearson).toBeCloseTo(0.9, 12);
  });

  it('compares problems with their relative error', () => {
    const cells = [1, 2, 3].map((i) =>
      cellOf({ load: i }, { testRelativeError: i, trainLoss: -i }),
    );
    const [found, ...others] = correlationTable({ axes: [], cells }, { resamples: 10 });
    expect(others).toEqual([]);
    expect(found?.metric).toBe('trainLoss');
    expect(found?.coefficients.spearman).toBeCloseTo(-1, 12);
  });
});

function cellOf(
  axes: Readonly<Record<string, number>>,
  means: Readonly<Record<string, number | null>>,
): CellResult {
  const metric = (mean: number | null): CellMetric => {
    const none = { ...noQuartiles, sd: null, se: null };
    return { ...none, mean, n: mean === null ? 0 : 1 };
  };
  return {
    index: 0,
    axes,
    n: 1,
    diverged: 0,
    metrics: Object.fromEntries(Object.entries(means).map(([name, mean]) => [name, metric(mean)])),
    phase: 'undecided',
    phaseReason: '',
  };
}
