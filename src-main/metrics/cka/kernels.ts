/** Gram matrices of models on the same samples. */
import { hiddenGramProgram } from '#main/engine/hidden-programs';
import type { Tensor } from '#main/engine/tensor';
import { stackModels, type CellContext, type ModelWeights } from '../context';
import type { Gram } from './hsic';

/**
 * Xc Xc' of hidden layers of a model on `x` [N, inputs], by positions among `network.hidden`; summed by the engine in its number type.
 * One model a call, so that memory does not grow with their number.
 */
export async function hiddenGrams(
  { executor, network, objective, inputs }: CellContext,
  { weights, x }: { weights: ModelWeights; x: Tensor },
  positions: readonly number[],
): Promise<Gram[]> {
  const samples = x.shape[0] as number;
  const key = `hidden-grams ${network.key} ${objective.key} samples=${samples} layers=${positions.join()}`;
  const program = await executor.program(key, () =>
    hiddenGramProgram(network, { models: 1, positions }, { samples, inputs, objective }),
  );
  const result = await program.run({ ...stackModels([weights]), x });
  return positions.map((_, i) => {
    const { data } = result[`layer${i}`] as Tensor;
    return { rows: samples, data: data instanceof Float64Array ? data : Float32Array.from(data) };
  });
}
