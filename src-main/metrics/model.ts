/** From a spec's settings to the engine's network. */
import { networkInputs, type NetworkBorder } from '#shared/domain/model-size';
import type { ModelSpec } from '#shared/domain/model-spec';
import { startOfLayers } from '#shared/domain/sequential-layers';
import { PhasescapeError } from '#shared/errors';
import { cnn, resnet, vgg11 } from '#main/engine/networks/convolutional';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { sequential } from '#main/engine/networks/sequential';
import { transformer } from '#main/engine/networks/transformer';

/**
 * The network of a model spec for a data set's samples.
 * @throws PhasescapeError `invalid-input` when the family cannot read such samples
 */
export function makeNetwork(model: ModelSpec, border: NetworkBorder): Network {
  const { classes } = border;
  switch (model.family) {
    case 'mlp': {
      const hidden = Array.from({ length: model.depth }, () => model.width);
      const norm = model.norm === 'layer' ? 'feature' : model.norm;
      const { activation, dropout } = model;
      return mlp({ sizes: [networkInputs(border), ...hidden, classes], activation, norm, dropout });
    }
    case 'cnn':
      return cnn({ ...model, image: imageOf(model, border), classes });
    case 'vgg':
      return vgg11({ ...model, image: imageOf(model, border), classes });
    case 'resnet':
      return resnet({ ...model, image: imageOf(model, border), classes });
    case 'transformer':
      return transformer({
        ...tokensOf(model, border),
        classes,
        width: model.width,
        heads: model.heads,
        depth: model.depth,
        feedForward: model.expansion * model.width,
        activation: model.activation,
        causal: model.causal,
        pooling: model.pooling,
        dropout: model.dropout,
      });
    case 'sequential':
      return sequential({ sample: startOfLayers(border), layers: model.layers });
    default:
      return model satisfies never;
  }
}

function imageOf(model: ModelSpec, { sample }: NetworkBorder): readonly [number, number, number] {
  if (sample.kind === 'image') return [sample.height, sample.width, sample.channels];
  throw unreadable(model, 'images', sample.kind);
}

function tokensOf(
  model: ModelSpec,
  { sample }: NetworkBorder,
): { length: number; vocabulary: number } {
  if (sample.kind === 'tokens') return { length: sample.length, vocabulary: sample.vocabulary };
  throw unreadable(model, 'tokens', sample.kind);
}

function unreadable(model: ModelSpec, needed: string, kind: string): PhasescapeError {
  return new PhasescapeError(
    'invalid-input',
    `model.family: ${model.family} must have a data set of ${needed}, got one of ${kind}; use mlp or another data set`,
  );
}
