/** Measures `hessian`. */
import type { RunMeasure } from '../measure';
import type { HessianSettings } from './definition';
import { measureHessian } from './hessian';

export const measure: RunMeasure<HessianSettings> = {
  subject: 'run',
  measure: async ({ context }, runs, settings) =>
    (await measureHessian(context, runs, settings)).map((measurements) => ({ measurements })),
};
