/** The fully connected network: linear layers with a norm and an activation after every layer but the last. */
import { activation, dropout, linear, represented, sequence, type Activation } from './layers';
import { networkOf, type Network } from './network';
import { normalisation, type Norm } from './norms';

export interface MlpOptions {
  /** Layer sizes from inputs to classes: 64-16-16-10 is [64, 16, 16, 10]. */
  readonly sizes: readonly number[];
  readonly activation: Activation;
  readonly norm?: Norm;
  /** Rate at which units of every hidden layer are dropped after their activation (Srivastava et al. 2014). */
  readonly dropout?: number;
}

/**
 * An MLP with PyTorch's layout: weights [out, in], biases [out], names fc1, fc2, ..., norms norm1, norm2, ... Its hidden representations
 * are the activations of its hidden layers. Never throws.
 */
export function mlp({
  sizes,
  activation: kind,
  norm = 'none',
  dropout: rate = 0,
}: MlpOptions): Network {
  const outs = sizes.slice(1);
  const makers = outs.flatMap((out, i) => {
    const layer = linear(`fc${i + 1}`, out);
    const isLast = i === outs.length - 1;
    if (isLast) return [layer];
    const hidden = [
      layer,
      normalisation(`norm${i + 1}`, norm),
      represented(`fc${i + 1}`, activation(kind)),
    ];
    return rate > 0 ? [...hidden, dropout()] : hidden;
  });
  return networkOf(
    `mlp ${sizes.join('-')} ${kind} ${norm}`,
    sequence([sizes[0] as number], makers),
    rate,
  );
}
