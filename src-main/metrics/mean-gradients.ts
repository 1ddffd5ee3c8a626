/** Mean losses with their gradients at several weights: what follows a training along its way is made of. */
import { stateGradientProgram } from '#main/engine/state-gradient-program';
import type { Tensor } from '#main/engine/tensor';
import {
  modelRow,
  sampleChunks,
  samplesBetween,
  stackModels,
  type CellContext,
  type ModelWeights,
  type SampleTensors,
} from './context';

export interface MeanGradient {
  /** Mean over the samples; not finite where the model's is not. */
  readonly loss: number;
  /** [P] in theta. */
  readonly gradient: Float64Array;
  /** [Q] in the running averages of batch norm; empty for networks without. */
  readonly statisticsGradient: Float64Array;
}

/** Bytes of one layer's activations up to which models share a call: what does not fit into the second-level cache loses. */
const mostSharedBytes = 2_000_000;
/** Weights of a call: of large networks few models are in memory together, however few the samples are. */
const mostSharedWeights = 4_000_000;

/**
 * Mean loss of each model over all given samples with its gradients, evaluation mode, without weight decay; one after another or
 * several in a call. Memory: one call's models and 100 MB for a layer's values.
 * @param take - is told each model's numbers in order; float32 on most engines, summed over parts of the samples in float64
 */
export async function eachMeanGradient(
  context: CellContext,
  models: Iterable<ModelWeights>,
  on: { readonly samples: SampleTensors; readonly take: (result: MeanGradient) => void },
): Promise<void> {
  const { parameterCount, widestLayer } = context.network;
  const bytes = 4 * on.samples.labels.length * widestLayer;
  const most = Math.max(
    1,
    Math.floor(Math.min(mostSharedBytes / bytes, mostSharedWeights / parameterCount)),
  );
  let group: ModelWeights[] = [];
  const flush = async () => {
    if (group.length > 0)
      (await gradientsTogether(context, group, on.samples)).forEach((result) => {
        on.take(result);
      });
    group = [];
  };
  for (const model of models) {
    group.push(model);
    if (group.length === most) await flush();
  }
  await flush();
}

/** `eachMeanGradient` of one model. */
export async function meanGradient(
  context: CellContext,
  model: ModelWeights,
  samples: SampleTensors,
): Promise<MeanGradient> {
  const [result] = await gradientsTogether(context, [model], samples);
  return result as MeanGradient;
}

async function gradientsTogether(
  context: CellContext,
  group: readonly ModelWeights[],
  samples: SampleTensors,
): Promise<MeanGradient[]> {
  const { executor, network, objective, inputs, classes } = context;
  const models = group.length;
  const stack = stackModels(group);
  const count = samples.labels.length;
  const totals = group.map(() => ({
    loss: 0,
    gradient: new Float64Array(network.parameterCount),
    statisticsGradient: new Float64Array(network.statisticsCount),
  }));
  for (const [from, to] of sampleChunks(context, count, models)) {
    const { x, targets } = samplesBetween(samples, from, to);
    const shape = { samples: to - from, inputs, classes, objective };
    const key = `state gradient ${network.key} ${objective.key} models=${models} samples=${to - from}`;
    const program = await executor.program(key, () => stateGradientProgram(network, models, shape));
    const result = await program.run({ ...stack, x, targets });
    const part = (to - from) / count;
    totals.forEach((total, s) => {
      total.loss += part * ((result['loss'] as Tensor).data[s] as number);
      addScaled(total.gradient, modelRow(result['gradient'] as Tensor, s), part);
      if (network.statisticsCount > 0)
        addScaled(
          total.statisticsGradient,
          modelRow(result['statisticsGradient'] as Tensor, s),
          part,
        );
    });
  }
  return totals;
}

/** total += factor * values */
export function addScaled(total: Float64Array, values: ArrayLike<number>, factor: number): void {
  for (let i = 0; i < total.length; i++)
    total[i] = (total[i] as number) + factor * (values[i] as number);
}
