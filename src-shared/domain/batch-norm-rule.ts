/** What batch norm needs of a minibatch: two numbers per channel, or there is no variance to divide by. */
import type { RunSettings } from './cells';
import type { NetworkBorder } from './model-size';
import type { ModelSpec } from './model-spec';
import { placeLayers } from './sequential-layers';

/** Why a cell's minibatches cannot be normalised, and the settings that decide it. */
export interface LonelyBatch {
  readonly settings: readonly string[];
  readonly fix: string;
}

/**
 * A minibatch of one sample where some batch norm sees one place of it: its variance is 0, what it normalises is 0 whatever
 * the sample, and running variances fall with each such batch. Null where there is none. PyTorch refuses the same.
 * @param samples - training samples of the cell
 */
export function lonelyBatch(
  { model, training }: Pick<RunSettings, 'model' | 'training'>,
  facts: NetworkBorder,
  samples: number,
): LonelyBatch | null {
  const { batchSize, dropLast } = training;
  if (!hasBatchNorm(model) || fewestPlaces(model, facts) > 1) return null;
  const norm = model.family === 'sequential' ? 'model.layers' : 'model.norm';
  if (batchSize === 1)
    return {
      settings: ['training.batchSize', norm],
      fix: 'use 2 or more, or another norm',
    };
  if (dropLast || samples % batchSize !== 1) return null;
  return {
    settings: ['training.batchSize', 'training.dropLast', 'dataset.fraction', norm],
    fix: 'drop the last batch, use another batch size, or another norm',
  };
}

/** Whether any layer of a model normalises with the statistics of the batch. */
export function hasBatchNorm(model: ModelSpec): boolean {
  if (model.family === 'sequential')
    return model.layers.some((layer) => layer.layer === 'norm' && layer.kind === 'batch');
  return 'norm' in model && model.norm === 'batch';
}

/** The fewest places of a sample that one of a network's norms of the batch sees together. */
function fewestPlaces(model: ModelSpec, border: NetworkBorder): number {
  const { sample } = border;
  if (model.family === 'sequential') {
    const places = placeLayers(model.layers, border).placed.map(({ layer, before }) =>
      layer.layer === 'norm' && layer.kind === 'batch'
        ? before.slice(0, -1).reduce((product, extent) => product * extent, 1)
        : Infinity,
    );
    return Math.min(...places);
  }
  if (sample.kind !== 'image') return 1;
  const image = [sample.height, sample.width] as const;
  switch (model.family) {
    case 'cnn':
      return halved(image, model.depth - 1);
    case 'resnet':
      return halved(image, model.depth === 18 ? 3 : 2);
    case 'vgg':
      return poolings(image, 4);
    default:
      return 1;
  }
}

type Extents = readonly [number, number];

/** After convolutions of stride 2, which round up. */
function halved([height, width]: Extents, times: number): number {
  return Math.ceil(height / 2 ** times) * Math.ceil(width / 2 ** times);
}

/** Images of one row or column are not pooled further. */
function poolings([height, width]: Extents, times: number): number {
  if (times === 0 || Math.min(height, width) < 2) return height * width;
  return poolings([Math.floor(height / 2), Math.floor(width / 2)], times - 1);
}
