/** How many trainable parameters a model has and how much arithmetic it is, known without building any network. */
import { expandCells } from './cells';
import { factsOf, type DatasetFacts, type SampleKind } from './datasets';
import type { ModelSpec, ModelSpecOf } from './model-spec';
import { placeLayers, type PlacedLayer } from './sequential-layers';

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
  return layersOf(model, border).reduce((total, { parameters }) => total + parameters, 0);
}

/**
 * Multiplications that one sample's outputs take in products of matrices and convolutions: what a large network costs. Norms,
 * activations and pooling are not counted. Never throws. Checked against the networks' graphs in tests/unit/metrics/model.test.ts
 */
export function productCount(model: ModelSpec, border: NetworkBorder): number {
  return layersOf(model, border).reduce((total, { products }) => total + products, 0);
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

/** What one layer has, and takes for one sample. */
interface LayerSize {
  readonly parameters: number;
  readonly products: number;
}

function layersOf(model: ModelSpec, border: NetworkBorder): LayerSize[] {
  switch (model.family) {
    case 'mlp':
      return mlpLayers(model, border);
    case 'cnn':
      return cnnLayers(model, border);
    case 'vgg':
      return vggLayers(model, border);
    case 'resnet':
      return resnetLayers(model, border);
    case 'transformer':
      return transformerLayers(model, border);
    case 'sequential':
      return placeLayers(model.layers, border).placed.map(sizeOfLayer);
    default:
      return model satisfies never;
  }
}

const linear = (inputs: number, out: number, places = 1): LayerSize => ({
  parameters: out * inputs + out,
  products: places * out * inputs,
});
const norms = (parameters: number): LayerSize => ({ parameters, products: 0 });

/** An image of features on its way through convolutions. */
interface Pixels {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

function pixelsOf({ sample, inputs }: NetworkBorder): Pixels {
  return sample.kind === 'image' ? sample : { channels: inputs, height: 1, width: 1 };
}

/** A padded convolution of kernel x kernel with its norm; without a norm it has a bias. */
function convolution(
  { channels, height, width }: Pixels,
  out: number,
  { norm, kernel = 3, stride = 1 }: { norm: string; kernel?: number; stride?: number },
): { layer: LayerSize; after: Pixels } {
  const weights = out * channels * kernel ** 2;
  const after = {
    channels: out,
    height: Math.ceil(height / stride),
    width: Math.ceil(width / stride),
  };
  return {
    layer: {
      parameters: weights + (norm === 'none' ? out : 2 * out),
      products: weights * after.height * after.width,
    },
    after,
  };
}

function mlpLayers({ width, depth, norm }: ModelSpecOf<'mlp'>, border: NetworkBorder): LayerSize[] {
  const hidden = Array.from({ length: depth - 1 }, () => linear(width, width));
  return [
    linear(networkInputs(border), width),
    ...hidden,
    linear(width, border.classes),
    norms(norm === 'none' ? 0 : depth * 2 * width),
  ];
}

function cnnLayers({ width, depth, norm }: ModelSpecOf<'cnn'>, border: NetworkBorder): LayerSize[] {
  const layers: LayerSize[] = [];
  let pixels = pixelsOf(border);
  for (let i = 0; i < depth; i++) {
    const stride = i === 0 ? 1 : 2;
    const { layer, after } = convolution(pixels, width * 2 ** i, { norm, stride });
    layers.push(layer);
    pixels = after;
  }
  return [...layers, linear(pixels.channels, border.classes)];
}

function vggLayers({ width, norm }: ModelSpecOf<'vgg'>, border: NetworkBorder): LayerSize[] {
  const layers: LayerSize[] = [];
  let pixels = pixelsOf(border);
  // Five poolings halve the image until one row or column is left.
  for (const group of [[1], [2], [4, 4], [8, 8], [8, 8]]) {
    for (const factor of group) {
      const { layer, after } = convolution(pixels, factor * width, { norm });
      layers.push(layer);
      pixels = after;
    }
    if (Math.min(pixels.height, pixels.width) >= 2) {
      const [height, across] = [pixels.height, pixels.width].map((n) => Math.floor(n / 2));
      pixels = { ...pixels, height: height as number, width: across as number };
    }
  }
  return [...layers, linear(pixels.channels * pixels.height * pixels.width, border.classes)];
}

function resnetLayers(
  { width, depth, norm, skip }: ModelSpecOf<'resnet'>,
  border: NetworkBorder,
): LayerSize[] {
  const blocks = depth === 18 ? [2, 2, 2, 2] : new Array<number>(3).fill((depth - 2) / 6);
  const stem = convolution(pixelsOf(border), width, { norm });
  const layers = [stem.layer];
  let pixels = stem.after;
  for (const [stage, count] of blocks.entries()) {
    const out = width * 2 ** stage;
    for (let i = 0; i < count; i++) {
      const stride = stage > 0 && i === 0 ? 2 : 1;
      const first = convolution(pixels, out, { norm, stride });
      const second = convolution(first.after, out, { norm });
      layers.push(first.layer, second.layer);
      if (skip && pixels.channels !== out)
        layers.push(convolution(pixels, out, { norm, kernel: 1, stride }).layer);
      pixels = second.after;
    }
  }
  return [...layers, linear(pixels.channels, border.classes)];
}

function sizeOfLayer({ layer, before, after }: PlacedLayer): LayerSize {
  const inputs = before.at(-1) as number;
  switch (layer.layer) {
    case 'convolution': {
      const weights = layer.out * inputs * layer.kernel ** 2;
      const [height, width = 1] = after;
      const parameters = weights + (layer.bias ? layer.out : 0);
      return { parameters, products: weights * height * width };
    }
    case 'linear': {
      const { parameters, products } = linear(inputs, layer.out);
      return { parameters: parameters - (layer.bias ? 0 : layer.out), products };
    }
    case 'norm':
      return norms(2 * inputs);
    case 'activation':
    case 'max-pool':
    case 'average-pool':
    case 'flatten':
      return norms(0);
    default:
      return layer satisfies never;
  }
}

function transformerLayers(
  { width, depth, expansion, pooling }: ModelSpecOf<'transformer'>,
  { sample, inputs, classes }: NetworkBorder,
): LayerSize[] {
  const { length, vocabulary } =
    sample.kind === 'tokens' ? sample : { length: 1, vocabulary: inputs };
  const embedding = {
    parameters: (vocabulary + length) * width,
    products: length * vocabulary * width,
  };
  // Scores of all pairs of places, and means of the values by them.
  const attention = { parameters: 0, products: 2 * length ** 2 * width };
  const block = [
    linear(width, 3 * width, length),
    attention,
    linear(width, width, length),
    linear(width, expansion * width, length),
    linear(expansion * width, width, length),
    norms(4 * width),
  ];
  const blocks = Array.from({ length: depth }, () => block).flat();
  const mean = { parameters: 0, products: pooling === 'mean' ? length * width : 0 };
  return [embedding, ...blocks, mean, linear(width, classes)];
}
