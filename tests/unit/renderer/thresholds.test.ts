/** What the sliders of the thresholds set, and what the sensitivity view counts, by hand. */
import { describe, expect, it } from 'vitest';
import { summariseRobustness } from '#renderer/features/phase-diagram/sensitivity-model';
import { sliderSteps, sliderValue } from '#renderer/features/phase-diagram/threshold-scale';
import type { CellRobustness } from '#shared/domain/phase-sensitivity';

const cell = (share: number | null, changes: Partial<CellRobustness> = {}): CellRobustness => ({
  phase: share === null ? 'undecided' : 'I',
  share,
  shares: { I: share ?? 0, II: 0, III: 0, 'IV-A': 0, 'IV-B': 0, undecided: 1 - (share ?? 0) },
  close: [],
  isWithoutNumbers: false,
  ...changes,
});

describe('summariseRobustness', () => {
  it('counts cells that keep their phase always, in nine of ten settings or more, and those that have none', () => {
    const cells = [
      ...[1, 1, 0.99, 0.9, 0.89, 0.5].map((share) => cell(share)),
      cell(null, { close: ['cka'] }),
      cell(null, { isWithoutNumbers: true }),
    ];
    expect(summariseRobustness(cells)).toEqual({
      decided: 6,
      always: 2,
      mostly: 4,
      close: 1,
      withoutNumbers: 1,
    });
  });
});

describe('sliderValue', () => {
  const words = { name: 'trainLoss', title: '', unit: '', help: '' } as const;

  it('has two digits on a logarithmic slider: steps of a tenth of an order at most', () => {
    const slider = { ...words, scale: 'log', least: 0.01, most: 10 } as const;
    const at = (share: number) => sliderValue(slider, share * sliderSteps);
    expect([0, 0.25, 0.5, 1].map(at)).toEqual([0.01, 0.056, 0.32, 10]);
  });

  it('has round steps no coarser than its positions on a linear one', () => {
    const slider = { ...words, scale: 'linear', least: -7, most: 1 } as const;
    const at = (share: number) => sliderValue(slider, share * sliderSteps);
    expect([0, 0.3, 0.75, 1].map(at)).toEqual([-7, -4.6, -1, 1]);
  });
});
