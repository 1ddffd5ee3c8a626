import { effectScope, nextTick, shallowRef } from 'vue';
import { describe, expect, it } from 'vitest';
import {
  coefficientText,
  comparedTitle,
  groupLines,
  intervalText,
  isReversed,
  onBar,
  whyNoCoefficient,
  withinCount,
  withinTitle,
} from '#renderer/features/phase-diagram/correlations-model';
import { useCorrelations } from '#renderer/features/phase-diagram/use-correlations';
import {
  comparedMetrics,
  correlationTable,
  type MetricCorrelation,
} from '#shared/domain/correlation-table';
import type { CellsResult } from '#shared/domain/results';
import { publishedCells } from '../../reference/published/published-cells';

const none = { spearman: null, kendall: null, pearson: null };
const row: MetricCorrelation = {
  metric: 'hessianTrace',
  form: 'log',
  n: 25,
  coefficients: { spearman: -0.874, kendall: 0, pearson: null },
  intervals: {
    spearman: { low: -0.912, high: -0.801, resamples: 1000 },
    kendall: null,
    pearson: null,
  },
  within: [
    {
      path: 'model.width',
      groups: [
        { at: 4, coefficients: { ...none, spearman: 0.25 }, n: 5 },
        { at: 16, coefficients: none, n: 1 },
      ],
      means: { ...none, spearman: 0.25 },
    },
  ],
};
const [within] = row.within as [MetricCorrelation['within'][0]];

describe('the texts of the correlations view', () => {
  it('name the form in which a metric is compared', () => {
    expect(comparedTitle(row, false)).toBe('ln Hessian trace');
    expect(comparedTitle({ metric: 'modeConnectivity', form: 'absolute' }, false)).toBe(
      '|Mode connectivity|',
    );
    expect(comparedTitle({ metric: 'cka', form: 'plain' }, false)).toBe('CKA');
    expect(comparedTitle({ metric: 'another', form: 'plain' }, false)).toBe('another');
  });

  it('print signs, two decimals and intervals', () => {
    expect(coefficientText(row.coefficients.spearman)).toBe('−0.87');
    expect(coefficientText(row.coefficients.kendall)).toBe('+0.00');
    expect(coefficientText(null)).toBe('–');
    expect(intervalText(row, 'spearman')).toBe('95% from −0.91 to −0.80');
    expect(intervalText(row, 'kendall')).toBe('no interval');
    expect([-1, 0, 1].map(onBar)).toEqual([0, 0.5, 1]);
  });

  it('say why there is no coefficient', () => {
    expect(whyNoCoefficient(row, 'spearman')).toBeNull();
    expect(whyNoCoefficient(row, 'pearson')).toBe(
      'one of the two numbers is the same in all cells',
    );
    expect(whyNoCoefficient({ coefficients: none, n: 2 }, 'pearson')).toBe(
      '2 cells with both numbers: it takes three',
    );
  });

  it('tell of groups, how many have a coefficient and whether they say the opposite', () => {
    expect(withinTitle(within)).toBe('Within width');
    expect(withinCount(within, 'spearman')).toBe('1 of 2 values');
    expect(withinCount({ ...within, groups: within.groups.slice(0, 1) }, 'spearman')).toBe('');
    expect(groupLines(within, 'spearman')).toEqual([
      '4: +0.25 over 5 cells',
      '16: none over 1 cell',
    ]);
    expect(isReversed(row.coefficients, within, 'spearman')).toBe(true);
    expect(isReversed(row.coefficients, within, 'pearson')).toBe(false);
  });
});

describe('useCorrelations', () => {
  const published = publishedCells({
    leastBatch: 256,
    leastWidth: 16,
    withoutBatches: [],
    spread: true,
  });

  it('adds a metric at a time, and keeps the last rows until the next results are through', async () => {
    const results = shallowRef<CellsResult | null>(null);
    const scope = effectScope();
    const progress = scope.run(() => useCorrelations(results));
    if (!progress) throw new Error('tests: the scope must be active, got an ended one; make one');
    expect(progress.value).toEqual({ rows: [], total: 0 });
    const seen: number[] = [];
    const whole = comparedMetrics(published).length;
    const until = async (isReached: () => boolean) => {
      while (!isReached()) {
        await new Promise((done) => setTimeout(done));
        seen.push(progress.value.rows.length);
      }
    };
    results.value = published;
    await until(() => progress.value.rows.length === whole);
    expect(new Set(seen).size).toBeGreaterThan(2);
    const byMetric = (rows: readonly MetricCorrelation[]) =>
      [...rows].sort((a, b) => (`${a.metric}${a.form}` < `${b.metric}${b.form}` ? -1 : 1));
    expect(byMetric(progress.value.rows)).toEqual(byMetric(correlationTable(published)));

    seen.length = 0;
    const before = progress.value;
    results.value = { ...published, cells: published.cells.slice(1) };
    await until(() => progress.value !== before);
    expect(new Set(seen)).toEqual(new Set([whole]));

    const last = progress.value;
    results.value = { ...published };
    await nextTick();
    scope.stop();
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setTimeout(done));
    expect(progress.value).toBe(last);
  });
});
