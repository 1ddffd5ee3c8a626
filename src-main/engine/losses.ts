/** Losses as graphs. */
import { constant, crossEntropy, mul, reshape, sum, type Node } from './graph';

/**
 * Mean softmax cross-entropy over samples, nats: logits and targets [...lead, N, C] to [...lead].
 *
 * Targets are probabilities: each row sums to 1 (one-hot labels, smoothed or mixed ones).
 */
export function meanCrossEntropy(logits: Node, targets: Node): Node {
  const each = crossEntropy(logits, targets);
  const count = each.shape.at(-1) as number;
  return mul(constant(1 / count), reshape(sum(each, [-1]), each.shape.slice(0, -1)));
}
