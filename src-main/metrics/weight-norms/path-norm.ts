/** The path norm of a network of ReLUs. */
import { logitsProgram } from '#main/engine/network-programs';
import { tensor, type Tensor } from '#main/engine/tensor';
import type { ModelSpec } from '#shared/domain/model-spec';
import type { SequentialLayer } from '#shared/domain/sequential-layers';
import type { CellContext, ModelWeights } from '../context';
import type { ValueOrReason } from '../run-scalar';

/**
 * Why a family has no path norm; null where it has one: it is one for units that can be rescaled, layer against layer, without
 * changing the function.
 */
export function whyNoPathNorm(model: ModelSpec): string | null {
  if (model.family === 'transformer') return 'path norms do not know attention';
  if (model.family === 'sequential') return whyNoPathNormOfLayers(model.layers);
  if (model.norm !== 'none') return 'path norms do not know norm layers';
  if (model.activation !== 'relu')
    return `path norms are of ReLU networks, this one has ${model.activation}`;
  return null;
}

function whyNoPathNormOfLayers(layers: readonly SequentialLayer[]): string | null {
  if (layers.some(({ layer }) => layer === 'norm')) return 'path norms do not know norm layers';
  const other = layers.find((layer) => layer.layer === 'activation' && layer.kind !== 'relu');
  return other?.layer === 'activation'
    ? `path norms are of ReLU networks, this one has ${other.kind}`
    : null;
}

/**
 * sqrt(sum over all paths from an input or a bias to an output of the product of the squared weights on it).
 *
 * One forward pass of the squared weights and biases on an input of ones: a path that shares weights with another counts on its own,
 * as in convolutions; mean poolings divide and maxima choose as they do in the network. Does not change when the weights into a unit
 * are multiplied, and those out of it divided, by a number above 0.
 * Source: Neyshabur, Salakhutdinov and Srebro 2015; by a forward pass as Jiang et al. 2020; checked in tests/unit/metrics/weight-norms.test.ts
 */
export async function pathNorm(
  { executor, network, inputs: rowLength }: CellContext,
  { theta }: Pick<ModelWeights, 'theta'>,
  model: ModelSpec,
): Promise<ValueOrReason> {
  const reason = whyNoPathNorm(model);
  if (reason !== null) return { reason };
  // A row of a problem holds more than the point that the network reads.
  const inputs = model.family === 'mlp' ? (network.parameters[0]?.shape[1] ?? 0) : rowLength;
  const program = await executor.program(`logits ${network.key} ones`, () =>
    logitsProgram(network, 1, { samples: 1, inputs }),
  );
  const { logits } = await program.run({
    theta: tensor(
      [1, 1, theta.length],
      theta.map((w) => w * w),
    ),
    x: tensor([1, inputs], new Float32Array(inputs).fill(1)),
  });
  let total = 0;
  for (const output of (logits as Tensor).data) total += output;
  return Number.isFinite(total)
    ? { value: Math.sqrt(total) }
    : { reason: 'the sum over paths is larger than the engine can hold' };
}
