/** Settings that several metrics have, with their words. */
import { z } from 'zod';
import type { SettingWords } from './metric-definition';

/** A whole number of a range. */
export const wholeFrom = (least: number, most: number) => z.number().int().min(least).max(most);

/** How many of the first training samples are read. */
export const samplesSetting = (usual: number, least = 1) =>
  wholeFrom(least, 10_000_000).default(usual);

/** Which seeds of a cell are joined in pairs. */
export const pairsSetting = z.enum(['ring', 'first']).default('ring');

export const samplesWords: SettingWords = {
  label: 'Samples',
  help: 'Training samples that the loss is averaged over, the same for every cell.',
};

export const pairsWords: SettingWords = {
  label: 'Pairs',
  titles: { ring: 'ring', first: 'first two' },
  help: 'Which seeds are joined: each with the next in a ring, which gives a spread, or the first two only, which is cheaper.',
};

/** `ring over the seeds` or `first two seeds`, for a methods section. */
export function describePairs(pairs: 'ring' | 'first'): string {
  return pairs === 'ring' ? 'ring over the seeds' : 'first two seeds';
}
