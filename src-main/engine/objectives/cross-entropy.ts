/** Classification: softmax cross-entropy against one-hot (or smoothed) targets. */
import { argMax, crossEntropy } from '../graph';
import type { Objective } from './objective';

/**
 * -sum_c targets_c ln softmax(logits)_c of each sample, nats; each row of targets sums to 1. The prediction is the class of
 * the largest output, the score the fraction predicted right.
 */
export const crossEntropyObjective: Objective = {
  key: 'cross-entropy',
  score: 'accuracy',
  losses: (model, { x, targets }) => crossEntropy(model.apply(x), targets),
  outputs: (model, x) => model.apply(x),
  predictions: (model, x) => argMax(model.apply(x)),
};
