/** Settings that slices of the landscape share, with their words. */
import { z } from 'zod';
import type { SettingWords } from './metric-definition';

/** Batch norm far from the trained weights: statistics of the samples at every point, or the running averages. */
export const statisticsSetting = z.enum(['batch', 'running']).default('batch');

export const statisticsWords: SettingWords = {
  label: 'Batch norm',
  titles: { batch: 'recomputed at every point', running: 'running averages' },
  help: 'What batch norm normalises with away from the trained weights. Other networks have no such choice.',
};

/** How far a slice goes to each side, in lengths of its directions. */
export const rangeSetting = z.number().positive().max(1000).default(1);

export const rangeWords: SettingWords = {
  label: 'Range',
  help: 'How far the slice goes to each side, in lengths of its directions.',
};

/** Points along each side of a square grid. @param usual - the default */
export const sideSetting = (usual: number) => z.number().int().min(3).max(401).default(usual);

export const sideWords: SettingWords = {
  label: 'Points',
  help: 'Points along each side of the grid; the cost grows with their square.',
};

/** A share of a surface's range by which it is enlarged beyond the points that it must show. */
export const marginSetting = z.number().min(0).max(10).default(0.25);

export const marginWords: SettingWords = {
  label: 'Margin',
  help: 'How far the grid goes beyond the points that it shows, as a part of their extent.',
};

/** `on the first 512 training samples`, and how batch norm is treated: the end of a methods sentence. */
export function describeSlice(settings: {
  readonly samples: number;
  readonly statistics: 'batch' | 'running';
}): string {
  const norm =
    settings.statistics === 'batch'
      ? 'statistics of batch norm recomputed at every point'
      : 'batch norm with the running averages';
  return `on ${settings.samples} training samples, ${norm}`;
}
