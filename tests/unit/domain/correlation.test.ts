import { describe, expect, it } from 'vitest';
import { RandomStream } from '#main/engine/random';
import {
  correlation,
  correlationInterval,
  correlationKinds,
  ranks,
} from '#shared/domain/correlation';
import { correlationTable } from '#shared/domain/correlation-table';
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
  const table = correlationTable(results, {
    kind: 'spearman',
    resamples: 200,
    uniform: uniformOf(0),
    scaled: (metric, mean) =>
      metric === 'modeConnectivity' ? -Math.abs(mean) : metric === 'hessianTrace' ? -mean : mean,
  });
  const pooled = (metric: string) => table.find((row) => row.metric === metric)?.pooled;

  it('finds what is known of the published grid: flat, connected and alike go with accuracy, distance less', () => {
    for (const metric of ['hessianTrace', 'modeConnectivity', 'cka']) {
      expect(pooled(metric)?.value, metric).toBeGreaterThan(0.865);
      expect(pooled(metric)?.value, metric).toBeLessThan(0.895);
      expect(pooled(metric)?.interval?.low, metric).toBeGreaterThan(0.75);
    }
    expect(Math.abs(pooled('weightDistance')?.value ?? 0)).toBeCloseTo(0.42, 2);
    expect(pooled('cka')?.n).toBe(169);
  });

  it('looks within rows and columns, where a pooled correlation can reverse', () => {
    const cell = (load: number, temperature: number, testAccuracy: number, cka: number) => {
      const metric = (mean: number) => {
        const none = {
          ...noQuartiles,
          sd: null,
          se: null,
          errors: [],
          errorsOver: [],
          reasons: [],
        };
        return { ...none, mean, n: 1, values: [mean] };
      };
      return {
        index: 0,
        axes: { load, temperature },
        n: 1,
        diverged: 0,
        metrics: { testAccuracy: metric(testAccuracy), cka: metric(cka) },
        phase: 'undecided' as const,
        phaseReason: '',
      };
    };
    const values = [0, 1, 2];
    const rows = correlationTable(
      {
        experiment: 'reversal',
        axes: [
          { path: 'load', role: 'load', values },
          { path: 'temperature', role: 'temperature', values },
        ],
        cells: values.flatMap((i) => values.map((j) => cell(i, j, 10 * i - j, 10 * i + j))),
      },
      { kind: 'spearman', resamples: 100, uniform: uniformOf(1) },
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.pooled.value).toBeGreaterThan(0.7);
    const [byLoad, byTemperature] = rows[0]?.within ?? [];
    expect(byLoad?.mean).toBeCloseTo(-1, 12);
    expect(byTemperature?.mean).toBeCloseTo(1, 12);
    expect(byLoad?.groups.map(({ at, n }) => [at, n])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
  });
});
