/** Measures `mode-connectivity`. */
import type { PairMeasure } from '../measure';
import type { ModeConnectivitySettings } from './definition';
import { curveStreamSeed, measureModeConnectivity } from './mode-connectivity';

export const measure: PairMeasure<ModeConnectivitySettings> = {
  subject: 'pair',
  async measure({ context, settings: cell }, pairs, settings) {
    const ends = pairs.map(([a, b]) => {
      const seeds = [a.seed, b.seed] as const;
      const streamSeed = curveStreamSeed(cell, seeds);
      return { seeds, streamSeed, first: a.weights.theta, last: b.weights.theta };
    });
    const curves = await measureModeConnectivity(context, ends, settings);
    return curves.map(({ measurements, bend, steps }) => ({
      measurements,
      vectors: { curve: { bend } },
      steps,
    }));
  },
};
