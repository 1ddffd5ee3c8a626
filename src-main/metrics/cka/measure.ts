/** Measures `cka`. */
import type { AllPairsMeasure } from '../measure';
import { measureCka } from './cka';
import type { CkaSettings } from './definition';

export const measure: AllPairsMeasure<CkaSettings> = {
  subject: 'all-pairs',
  measure: async ({ context, settings: { dataset } }, models, { settings, ...across }) => ({
    measurements: await measureCka(context, models, {
      metric: settings,
      mixupSeed: dataset.noiseSeed,
      ...across,
    }),
  }),
};
