/** What models answer to the samples that they are compared on. */
import { logitsProgram } from '#main/engine/network-programs';
import { tensor, type Tensor } from '#main/engine/tensor';
import { stackModels, type CellContext, type ModelWeights } from '../context';
import { softmaxRows, type Representation } from '../representation';
import { mixSamples } from './mixup';

/** The samples: training samples mixed up, of a problem as they are. @param mixupSeed - the same for all cells and runs */
export function comparedSamples(
  { objective, measured, inputs }: CellContext,
  samples: number,
  mixupSeed: number,
): Tensor {
  return objective.score === 'relative-error'
    ? tensor([samples, inputs], measured.x.data.subarray(0, samples * inputs))
    : mixSamples(measured.x, samples, mixupSeed);
}

/** Outputs of a model on `x` [N, inputs]: logits or their softmax, of a problem its solution. One model a call. */
export async function outputsOf(
  { executor, network, objective, inputs, classes }: CellContext,
  { weights, x }: { weights: ModelWeights; x: Tensor },
  kind: 'softmax' | 'logits',
): Promise<Representation> {
  const samples = x.shape[0] as number;
  const key = `logits ${network.key} ${objective.key} samples=${samples}`;
  const program = await executor.program(key, () =>
    logitsProgram(network, 1, { samples, inputs, objective }),
  );
  const result = await program.run({ ...stackModels([weights]), x });
  const data = Float64Array.from((result['logits'] as Tensor).data);
  const rows = { rows: samples, columns: classes, data };
  return kind === 'softmax' && objective.score === 'accuracy' ? softmaxRows(rows) : rows;
}
