/** How many trainable parameters a model has, known without building any network. */
import { expandCells } from './cells';
import { factsOf, type DatasetFacts, type SampleKind } from './datasets';
import type { ModelSpec, ModelSpecOf } from './model-spec';

/** What a network reads and tells apart. */
export interface NetworkBorder {
  /** Numbers of one sample. */
  readonly inputs: number;
  readonly classes: number;
  readonly sample: SampleKind;
}

/**
 * Number of trainable parameters P; running averages of batch norm are not counted.
 *
 * Networks of convolutions read features as images of one pixel row, transformers as sequences of one token: the spec's check
 * refuses both before. Never throws. Checked against the networks in tests/unit/metrics/model.test.ts
 */
export function parameterCount(model: ModelSpec, border: NetworkBorder): number {
  switch (model.family) {
    case 'mlp':
      return mlpCount(model, border);
    case 'cnn':
      return cnnCount(model, border);
    case 'vgg':
      return vggCount(model, border);
    case 'resnet':
      return resnetCount(model, border);
    case 'transformer':
      return transformerCount(model, border);
    default:
      return model satisfies never;
  }
}

/**
 * `parameterCount` of each cell of a spec, in the order of the cells; NaN where the data set is not known. Never throws.
 */
export function cellParameterCounts(
  spec: Parameters<typeof expandCells>[0],
  datasets: readonly DatasetFacts[],
): number[] {
  return expandCells(spec).map(({ settings }) => {
    const facts = factsOf(settings.dataset, datasets);
    return facts ? parameterCount(settings.model, facts) : NaN;
  });
}

/** Numbers that a network reads of one sample: of a problem's the point alone. */
export function networkInputs({ inputs, sample }: NetworkBorder): number {
  return sample.kind === 'points' ? sample.coordinates : inputs;
}

const linear = (inputs: number, out: number) => out * inputs + out;
const channelsOf = ({ sample, inputs }: NetworkBorder) =>
  sample.kind === 'image' ? sample.channels : inputs;

/** A convolution of kernel x kernel with its norm; without a norm it has a bias. */
function convolution(
  channels: number,
  out: number,
  { norm, kernel = 3 }: { norm: string; kernel?: number },
): number {
  return out * channels * kernel ** 2 + (norm === 'none' ? out : 2 * out);
}

function mlpCount({ width, depth, norm }: ModelSpecOf<'mlp'>, border: NetworkBorder): number {
  const inputs = networkInputs(border);
  const { classes } = border;
  const norms = norm === 'none' ? 0 : depth * 2 * width;
  return (
    linear(inputs, width) + (depth - 1) * linear(width, width) + linear(width, classes) + norms
  );
}

function cnnCount({ width, depth, norm }: ModelSpecOf<'cnn'>, border: NetworkBorder): number {
  let total = 0;
  let channels = channelsOf(border);
  for (let i = 0; i < depth; i++) {
    total += convolution(channels, width * 2 ** i, { norm });
    channels = width * 2 ** i;
  }
  return total + linear(channels, border.classes);
}

function vggCount({ width, norm }: ModelSpecOf<'vgg'>, border: NetworkBorder): number {
  let total = 0;
  let channels = channelsOf(border);
  for (const factor of [1, 2, 4, 4, 8, 8, 8, 8]) {
    total += convolution(channels, factor * width, { norm });
    channels = factor * width;
  }
  const { sample } = border;
  // Five poolings halve the image until one row or column is left.
  const pooled = { height: 1, width: 1 };
  if (sample.kind === 'image') {
    pooled.height = sample.height;
    pooled.width = sample.width;
    for (let i = 0; i < 5 && Math.min(pooled.height, pooled.width) >= 2; i++) {
      pooled.height = Math.floor(pooled.height / 2);
      pooled.width = Math.floor(pooled.width / 2);
    }
  }
  return total + linear(channels * pooled.height * pooled.width, border.classes);
}

function resnetCount(
  { width, depth, norm, skip }: ModelSpecOf<'resnet'>,
  border: NetworkBorder,
): number {
  const blocks = depth === 18 ? [2, 2, 2, 2] : new Array<number>(3).fill((depth - 2) / 6);
  let total = convolution(channelsOf(border), width, { norm });
  let channels = width;
  for (const [stage, count] of blocks.entries()) {
    const out = width * 2 ** stage;
    for (let i = 0; i < count; i++) {
      total += convolution(channels, out, { norm }) + convolution(out, out, { norm });
      if (skip && channels !== out) total += convolution(channels, out, { norm, kernel: 1 });
      channels = out;
    }
  }
  return total + linear(channels, border.classes);
}

function transformerCount(
  { width, depth, expansion }: ModelSpecOf<'transformer'>,
  { sample, inputs, classes }: NetworkBorder,
): number {
  const { length, vocabulary } =
    sample.kind === 'tokens' ? sample : { length: 1, vocabulary: inputs };
  const attention = linear(width, 3 * width) + linear(width, width);
  const feedForward = linear(width, expansion * width) + linear(expansion * width, width);
  return (
    (vocabulary + length) * width +
    depth * (attention + feedForward + 4 * width) +
    linear(width, classes)
  );
}
