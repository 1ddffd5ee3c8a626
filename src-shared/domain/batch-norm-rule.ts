/** What batch norm needs of a minibatch: two numbers per channel, or there is no variance to divide by. */
import type { RunSettings } from './cells';
import type { DatasetFacts, SampleKind } from './datasets';
import type { ModelSpec } from './model-spec';

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
  facts: Pick<DatasetFacts, 'sample'>,
  samples: number,
): LonelyBatch | null {
  const { batchSize, dropLast } = training;
  if (!('norm' in model) || model.norm !== 'batch' || fewestPlaces(model, facts.sample) > 1)
    return null;
  if (batchSize === 1)
    return {
      settings: ['training.batchSize', 'model.norm'],
      fix: 'use 2 or more, or another norm',
    };
  if (dropLast || samples % batchSize !== 1) return null;
  return {
    settings: ['training.batchSize', 'training.dropLast', 'dataset.fraction', 'model.norm'],
    fix: 'drop the last batch, use another batch size, or another norm',
  };
}

/** The fewest places of a sample that one of a network's norms sees together. */
function fewestPlaces(model: ModelSpec, sample: SampleKind): number {
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
