/** The layers of a network as its parameters name them. */
import type { Network } from '#main/engine/networks/network';
import { sizeOf } from '#main/engine/tensor';

/** A run of neighbouring parameters: `fc1` has `fc1.weight` and `fc1.bias`. */
export interface NetworkLayer {
  readonly name: string;
  /** Half-open range of theta. */
  readonly from: number;
  readonly to: number;
}

/** The layers in the order of theta; together they cover it. A parameter belongs to the layer named before its last dot. Never throws. */
export function networkLayers({ parameters }: Pick<Network, 'parameters'>): NetworkLayer[] {
  const layers: NetworkLayer[] = [];
  let from = 0;
  for (const { name, shape } of parameters) {
    const layer = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : name;
    const to = from + sizeOf(shape);
    const last = layers.at(-1);
    if (last?.name === layer) layers[layers.length - 1] = { ...last, to };
    else layers.push({ name: layer, from, to });
    from = to;
  }
  return layers;
}
