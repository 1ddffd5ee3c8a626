/** What a measurement works with: one engine, one network, one cell's data. */
import type { Executor } from '#main/engine/executor';
import { evaluationProgram } from '#main/engine/network-programs';
import type { Network } from '#main/engine/networks/network';
import { tensor, type Tensor } from '#main/engine/tensor';

/** Samples on their way into programs. */
export interface SampleTensors {
  /** [N, inputs] */
  readonly x: Tensor;
  /** One-hot, [N, classes] */
  readonly targets: Tensor;
  /** [N] */
  readonly labels: Int32Array;
}

export interface CellContext {
  readonly executor: Executor;
  readonly network: Network;
  readonly inputs: number;
  readonly classes: number;
  readonly train: SampleTensors;
  /** Training samples in the order in which measurements take the first so many: the same ones in all cells. */
  readonly measured: SampleTensors;
  /** Says that order in words, after "first 512 training samples": empty for the file's own. */
  readonly measuredOrder: string;
  readonly test: SampleTensors;
  /** Train rows, then test rows: one program evaluates both. */
  readonly all: SampleTensors;
}

/** Weight vectors of several models as rows [S, 1, P]. */
export function stackModels(models: readonly Float32Array[]): Tensor {
  const size = models[0]?.length ?? 0;
  const data = new Float32Array(models.length * size);
  models.forEach((theta, s) => {
    data.set(theta, s * size);
  });
  return tensor([models.length, 1, size], data);
}

/** Row `index` of the first axis of a tensor, flat. */
export function modelRow(stack: Tensor, index: number): Float32Array {
  const size = stack.data.length / (stack.shape[0] as number);
  return new Float32Array(stack.data.subarray(index * size, (index + 1) * size));
}

/** The first `count` samples. */
export function firstSamples(samples: SampleTensors, count: number): SampleTensors {
  const cut = ({ shape, data }: Tensor) =>
    tensor(
      [count, ...shape.slice(1)],
      data.subarray(0, (count * data.length) / (shape[0] as number)),
    );
  return {
    x: cut(samples.x),
    targets: cut(samples.targets),
    labels: samples.labels.subarray(0, count),
  };
}

export interface SampleMeans {
  /** Mean cross-entropy, nats; null when it is not finite. */
  readonly loss: number | null;
  /** Fraction classified right. */
  readonly accuracy: number | null;
}

/**
 * Mean loss and accuracy of several models over ranges of samples, summed in float64.
 * @param stack - [S, 1, P]
 * @param ranges - half-open ranges of rows of `samples`
 * @returns one entry per model and range; both null where the loss is not finite
 */
export async function evaluateModels(
  context: CellContext,
  stack: Tensor,
  { samples, ranges }: { samples: SampleTensors; ranges: readonly (readonly [number, number])[] },
): Promise<SampleMeans[][]> {
  const models = stack.shape[0] as number;
  const count = samples.labels.length;
  const { executor, network, inputs, classes } = context;
  const key = `evaluate ${network.key} models=${models} samples=${count}`;
  const program = await executor.program(key, () =>
    evaluationProgram(network, models, { samples: count, inputs, classes }),
  );
  const result = await program.run({ theta: stack, x: samples.x, targets: samples.targets });
  const loss = (result['loss'] as Tensor).data;
  const prediction = (result['prediction'] as Tensor).data;
  return Array.from({ length: models }, (_, s) =>
    ranges.map(([from, to]) => {
      let total = 0;
      let right = 0;
      for (let i = from; i < to; i++) {
        total += loss[s * count + i] as number;
        if (prediction[s * count + i] === samples.labels[i]) right++;
      }
      return Number.isFinite(total)
        ? { loss: total / (to - from), accuracy: right / (to - from) }
        : { loss: null, accuracy: null };
    }),
  );
}
