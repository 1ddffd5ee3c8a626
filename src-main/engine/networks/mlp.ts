/** The fully connected network: linear layers with an activation after every layer but the last. */
import { add, matmul, relu, tanh, type Node } from '../graph';
import { sizeOf } from '../tensor';
import type { Network, NetworkParameter } from './network';

export interface MlpOptions {
  /** Layer sizes from inputs to classes: 64-16-16-10 is [64, 16, 16, 10]. */
  readonly sizes: readonly number[];
  readonly activation: 'relu' | 'tanh';
}

/** An MLP with PyTorch's layout: weights [out, in], biases [out], names fc1, fc2, ... Never throws. */
export function mlp({ sizes, activation }: MlpOptions): Network {
  const layers = sizes
    .slice(1)
    .map((out, i) => ({ name: `fc${i + 1}`, inputs: sizes[i] as number, out }));
  const parameters: NetworkParameter[] = layers.flatMap(({ name, inputs, out }) => [
    { name: `${name}.weight`, shape: [out, inputs], fanIn: inputs, fanOut: out },
    { name: `${name}.bias`, shape: [out], fanIn: inputs, fanOut: out },
  ]);
  const activate = activation === 'relu' ? relu : tanh;
  return {
    key: `mlp ${sizes.join('-')} ${activation}`,
    parameters,
    widestLayer: Math.max(...sizes.slice(1)),
    parameterCount: parameters.reduce((total, p) => total + sizeOf(p.shape), 0),
    logits(tensors, x) {
      return layers.reduce((h, _, i) => {
        const weight = tensors[2 * i] as Node;
        const bias = tensors[2 * i + 1] as Node;
        const z = add(matmul(h, weight, { transposeB: true }), bias);
        return i === layers.length - 1 ? z : activate(z);
      }, x);
    },
  };
}
