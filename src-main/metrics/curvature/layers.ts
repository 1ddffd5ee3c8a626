/** The layers of a network as ranges of its weight vector. */
import type { Network } from '#main/engine/networks/network';
import { sizeOf } from '#main/engine/tensor';

/** Weights start..end-1 of theta: those of one layer, whose weight and bias follow each other. */
export interface LayerRange {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Layers in flat order: parameters whose names agree up to their last dot (`fc1.weight`, `fc1.bias`) are one. Never throws. */
export function layerRanges({ parameters }: Pick<Network, 'parameters'>): LayerRange[] {
  const layers: LayerRange[] = [];
  let start = 0;
  for (const { name: full, shape } of parameters) {
    const end = start + sizeOf(shape);
    const name = full.replace(/\.[^.]*$/, '');
    const last = layers.at(-1);
    if (last?.name === name) layers[layers.length - 1] = { ...last, end };
    else layers.push({ name, start, end });
    start = end;
  }
  return layers;
}
