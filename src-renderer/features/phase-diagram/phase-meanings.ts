/** Each phase in a few words. */
import type { Phase } from '#shared/domain/phases';

export const phaseMeanings: Readonly<Record<Phase, string>> = {
  I: 'sharp, poorly connected',
  II: 'sharp, well connected',
  III: 'flat, poorly connected',
  'IV-A': 'flat, connected, models differ',
  'IV-B': 'flat, connected, models alike',
  undecided: 'missing, not trained or too close',
};
