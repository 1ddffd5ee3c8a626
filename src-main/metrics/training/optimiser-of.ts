/** From a spec's optimiser settings to the engine's optimiser. */
import type { OptimizerSpec } from '#shared/domain/optimizer-spec';
import { adam } from '#main/engine/optimisers/adam';
import { entropySgd } from '#main/engine/optimisers/entropy-sgd';
import type { Optimiser } from '#main/engine/optimisers/optimiser';
import { pal } from '#main/engine/optimisers/pal';
import { sam, sgd } from '#main/engine/optimisers/sgd';

/** The optimiser of a spec; learning rate and schedule are given to the loop step by step. */
export function optimiserOf(spec: OptimizerSpec): Optimiser {
  switch (spec.name) {
    case 'sgd':
      return sgd(spec);
    case 'sam':
      return sam(spec);
    case 'adam':
      return adam({ ...spec, isDecoupled: false });
    case 'adamw':
      return adam({ ...spec, isDecoupled: true });
    case 'entropy-sgd':
      return entropySgd(pick(spec));
    case 'pal':
      return pal({
        relaxation: spec.relaxation,
        longest: spec.longest,
        fullMeasuringStep: spec.learningRate,
        momentum: spec.momentum,
        weightDecay: spec.weightDecay,
      });
    default:
      return spec satisfies never;
  }
}

/** What the graph of Entropy-SGD depends on: not the rate and its schedule, which would compile it anew. */
function pick({
  innerSteps,
  innerRate,
  noise,
  averaging,
  scope,
  scoping,
  momentum,
  weightDecay,
}: Extract<OptimizerSpec, { name: 'entropy-sgd' }>): Parameters<typeof entropySgd>[0] {
  return { innerSteps, innerRate, noise, averaging, scope, scoping, momentum, weightDecay };
}
