/** The networks, data and steps that executors are measured and compared on. */
import type { Executor } from './executor';
import type { SampleShape } from './network-programs';
import { cnn } from './networks/convolutional';
import { initialParameters } from './networks/initialise';
import { mlp } from './networks/mlp';
import type { Network } from './networks/network';
import { sgd } from './optimisers/sgd';
import { RandomStream } from './random';
import { tensor, type Tensor } from './tensor';
import { trainingLoop } from './training-loop';

/** 64-16-16-10. */
export const perceptron = mlp({ sizes: [64, 16, 16, 10], activation: 'relu' });
/** Three convolutions of 8, 16 and 32 channels on 8x8 pixels. */
export const convolutions = cnn({
  image: [8, 8, 1],
  classes: 10,
  width: 8,
  depth: 3,
  activation: 'relu',
  norm: 'none',
});

/** Three convolutions of 16, 32 and 64 channels on 32x32 pixels of three colours. */
export const colourConvolutions = cnn({
  image: [32, 32, 3],
  classes: 10,
  width: 16,
  depth: 3,
  activation: 'relu',
  norm: 'none',
});

/** Random inputs in 0..1 and random one-hot labels. */
export function samples({ samples: count, inputs, classes }: SampleShape): {
  x: Tensor;
  targets: Tensor;
} {
  const stream = new RandomStream(0, 'test');
  const targets = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) targets[i * classes + stream.below(classes)] = 1;
  const x = Float32Array.from({ length: count * inputs }, () => stream.uniform());
  return { x: tensor([count, inputs], x), targets: tensor([count, classes], targets) };
}

/** Initial weights of seeds 0, 1, ..., one after another. */
export function models(network: Network, count: number): Float32Array {
  const theta = new Float32Array(count * network.parameterCount);
  for (let s = 0; s < count; s++)
    theta.set(initialParameters(network, s, 'fan-in-uniform'), s * network.parameterCount);
  return theta;
}

export interface TrainingSize {
  readonly models: number;
  readonly batchSize: number;
  readonly samples: number;
  /** Numbers in a sample; 64 when left out. */
  readonly inputs?: number;
}

/** Some steps of training from the same start, on the same minibatches. */
export async function training(
  executor: Executor,
  network: Network,
  size: TrainingSize,
): Promise<(steps: number) => Promise<Record<string, Tensor>>> {
  const shape = { inputs: 64, ...size, classes: 10 };
  const loop = await executor.loop(`train ${network.key} ${JSON.stringify(size)}`, () =>
    trainingLoop(network, shape, {
      optimiser: sgd({ momentum: 0.9, nesterov: false, weightDecay: 5e-4 }),
      constantRate: true,
      compressibility: 0,
    }),
  );
  const rows = [size.models, 1, network.parameterCount];
  const fixed = {
    theta: tensor(rows, models(network, size.models)),
    buffer: tensor(rows, new Float32Array(size.models * network.parameterCount)),
    ...samples(shape),
    rate: tensor([], Float32Array.of(0.05)),
  };
  return (steps) => {
    const stream = new RandomStream(1, 'test');
    const length = steps * size.models * size.batchSize;
    const indices = Int32Array.from({ length }, () => stream.below(size.samples));
    return loop.run(steps, {
      ...fixed,
      indices: tensor([steps, size.models, size.batchSize], indices),
    });
  };
}
