/** From a spec's settings to the engine's network, and the shape of its problem. */
import type { ModelSpec } from '#shared/domain/spec';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';

/** The network of a model spec for data of `inputs` features and `classes` classes. */
export function makeNetwork(
  model: ModelSpec,
  { inputs, classes }: { inputs: number; classes: number },
): Network {
  const hidden = Array.from({ length: model.depth }, () => model.width);
  return mlp({ sizes: [inputs, ...hidden, classes], activation: model.activation });
}
