/** A chain of layers in words. */
import type { SequentialLayer } from '#shared/domain/sequential-layers';

/** `a chain of layers (conv1 3x3, 6 channels; batch norm; relu; ...)`: every layer in its order. Never throws. */
export function describeLayers(layers: readonly SequentialLayer[]): string {
  return `a chain of layers (${layers.map(describeLayer).join('; ')})`;
}

function describeLayer(layer: SequentialLayer): string {
  switch (layer.layer) {
    case 'convolution': {
      const { name, kernel, out, stride, padding } = layer;
      const steps = stride === 1 ? '' : `, stride ${stride}`;
      const zeros = padding === 0 ? '' : `, padding ${padding}`;
      return `${name} ${kernel}x${kernel} to ${out} channels${steps}${zeros}`;
    }
    case 'norm':
      return `${layer.kind} norm`;
    case 'activation':
      return layer.kind;
    case 'max-pool':
      return `max pooling ${layer.size}x${layer.size}`;
    case 'average-pool':
      return 'mean over pixels';
    case 'flatten':
      return 'flatten';
    case 'linear':
      return `${layer.name} to ${layer.out}`;
    default:
      return layer satisfies never;
  }
}
