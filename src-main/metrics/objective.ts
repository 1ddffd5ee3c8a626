/** From a spec's data settings to what is minimised. */
import { generatedSpecOf, type DatasetSpec } from '#shared/domain/dataset-spec';
import { convection, reaction } from '#main/engine/objectives/evolution';
import { crossEntropyObjective } from '#main/engine/objectives/cross-entropy';
import type { Objective } from '#main/engine/objectives/objective';
import { poisson } from '#main/engine/objectives/poisson';

/** The objective of a data set: cross-entropy for classes, that of the equation for a problem. Never throws. */
export function makeObjective(dataset: DatasetSpec): Objective {
  const spec = generatedSpecOf(dataset);
  switch (spec?.name) {
    case 'convection':
      return convection(spec);
    case 'reaction':
      return reaction(spec);
    case 'poisson-1d':
      return poisson({ ...spec, dimensions: 1 });
    case 'poisson-2d':
      return poisson({ ...spec, dimensions: 2 });
    default:
      return crossEntropyObjective;
  }
}
