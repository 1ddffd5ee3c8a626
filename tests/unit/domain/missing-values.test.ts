import { describe, expect, it } from 'vitest';
import { phaseOfCell } from '#shared/domain/cell-phase';
import { buildDiagram } from '#shared/domain/diagram';
import { missingOf, whyMissing } from '#shared/domain/missing-values';
import { defaultThresholds } from '#shared/domain/phases';
import type { CellMetric, CellResult } from '#shared/domain/results';
import { summarise } from '#shared/domain/statistics';

function metric(entries: readonly (number | string | null)[]): CellMetric {
  const values = entries.map((e) => (typeof e === 'number' ? e : null));
  const reasons = entries.map((e) => (typeof e === 'string' ? e : null));
  const missing = missingOf(values, reasons);
  return { ...summarise(values), over: 'seeds', ...(missing ? { missing } : {}) };
}

const cell = (metrics: CellResult['metrics'], phaseReason = ''): CellResult => ({
  index: 0,
  axes: {},
  n: 2,
  diverged: 0,
  metrics,
  phase: 'undecided',
  phaseReason,
});

describe('whyMissing', () => {
  it('says nothing where every value is there', () => {
    expect(whyMissing(metric([1, 2]))).toBeNull();
  });
  it('gives each reason once, and how many are missing where others are not', () => {
    expect(whyMissing(metric(['a', 'a', 'b']))).toBe('a; b');
    expect(whyMissing(metric([1, 'a', 'b']))).toBe('2 of 3 missing: a; b');
  });
  it('tells what is not there yet from what could not be computed', () => {
    expect(whyMissing(metric([null]))).toBe('not measured yet');
    expect(whyMissing(undefined)).toBe('not measured yet');
  });
});

describe('phaseOfCell', () => {
  it('labels with the thresholds given', () => {
    const one = cell({ trainLoss: metric([5, 5]), modeConnectivity: metric([0, 0]) });
    expect(phaseOfCell(one, defaultThresholds).phase).toBe('II');
  });
  it('lets the results say why where there is no number at all', () => {
    const none = cell({ trainLoss: metric(['x']) }, 'not trained: the disk was full');
    expect(phaseOfCell(none, defaultThresholds).reason).toBe('not trained: the disk was full');
  });
});

describe('a panel of the diagram', () => {
  const reasonOf = (statistic: 'mean' | 'sd', value: CellMetric, name = 'testAccuracy') =>
    buildDiagram(
      { experiment: 'a', axes: [], cells: [cell({ [name]: value })] },
      { statistic, metrics: [name] },
    ).panels[0]?.cells[0]?.reason;
  it('says why it has nothing to draw', () => {
    expect(reasonOf('mean', metric(['the run diverged']))).toBe('the run diverged');
    expect(reasonOf('sd', metric([1]))).toBe('a standard deviation needs two values');
    expect(reasonOf('mean', metric([-2]), 'hessianTrace')).toBe(
      'it has no logarithm: its mean is -2',
    );
    expect(reasonOf('mean', metric([1, 2]))).toBeNull();
  });
});
