/** Networks of convolutions: the three-convolution net, VGG and residual networks. Images come as rows, channels last. */
import type { Shape } from '../tensor';
import {
  activation,
  convolution,
  dropout,
  flatten,
  linear,
  represented,
  residual,
  sequence,
  unflatten,
  type Activation,
  type Layer,
} from './layers';
import { networkOf, type Network } from './network';
import { normalisation, type Norm } from './norms';
import { globalAveragePool, maxPool } from './pooling';

export interface ImageNetworkOptions {
  /** Height, width and channels of an image. */
  readonly image: readonly [number, number, number];
  readonly classes: number;
  /** Channels of the first convolution. */
  readonly width: number;
  readonly activation: Activation;
  readonly norm: Norm;
  /** Rate of dropout; each network says where. */
  readonly dropout?: number;
}

type Maker = (sample: Shape) => Layer;

function imageNetwork(name: string, options: ImageNetworkOptions, body: readonly Maker[]): Network {
  const { image, classes, width, activation: kind, norm } = options;
  const makers = [unflatten(image), ...body, linear('fc', classes)];
  const [height, columns, channels] = image;
  return networkOf(
    `${name} ${image.join('x')} ${width} ${classes} ${kind} ${norm}`,
    sequence([height * columns * channels], makers),
    options.dropout,
  );
}

/** Dropout where a network has any. */
function dropping({ dropout: rate = 0 }: ImageNetworkOptions, form: 'units' | 'channels'): Maker[] {
  return rate > 0 ? [dropout(form)] : [];
}

/** A 3x3 convolution with padding 1, its norm and the activation, which is a hidden representation; without a norm it has a bias. */
function block(
  [convolutionName, normName]: readonly [string, string],
  { out, stride = 1 }: { out: number; stride?: number },
  { norm, activation: kind }: ImageNetworkOptions,
): Maker[] {
  return [
    convolution(convolutionName, { out, kernel: 3, stride, padding: 1, bias: norm === 'none' }),
    normalisation(normName, norm),
    represented(convolutionName, activation(kind)),
  ];
}

/**
 * `depth` convolutions of 3x3, each after the first with twice the channels and stride 2, the mean pixel and a linear layer;
 * with depth 3: w, 2w, 4w channels. Names conv1, conv2, ..., norms norm1, norm2, ..., fc. Dropout before the linear layer.
 * @throws ShapeError never: padding keeps at least one pixel
 */
export function cnn(options: ImageNetworkOptions & { readonly depth: number }): Network {
  const { depth, width } = options;
  const body = Array.from({ length: depth }, (_, i) =>
    block(
      [`conv${i + 1}`, `norm${i + 1}`],
      { out: width * 2 ** i, stride: i === 0 ? 1 : 2 },
      options,
    ),
  );
  return imageNetwork(`cnn depth ${depth}`, options, [
    ...body.flat(),
    globalAveragePool(),
    ...dropping(options, 'units'),
  ]);
}

/** Channels in units of the width; null is a pooling. */
const vgg11Plan = [1, null, 2, null, 4, 4, null, 8, 8, null, 8, 8, null] as const;

/**
 * VGG-11 with a single linear layer (Simonyan and Zisserman 2015, as used on CIFAR): width 64 is the published one. Images
 * that have shrunk to one pixel are not pooled further. Dropout before the linear layer.
 */
export function vgg11(options: ImageNetworkOptions): Network {
  let index = 0;
  const poolWhereLarger: Maker = (sample) =>
    Math.min(...sample.slice(0, 2)) >= 2 ? maxPool(2)(sample) : sequence(sample, []);
  const body = vgg11Plan.flatMap((factor) => {
    if (factor === null) return [poolWhereLarger];
    index++;
    return block([`conv${index}`, `norm${index}`], { out: factor * options.width }, options);
  });
  return imageNetwork('vgg11', options, [...body, flatten(), ...dropping(options, 'units')]);
}

export interface ResidualOptions extends ImageNetworkOptions {
  /** 18: four stages of two blocks (He et al. 2016, its CIFAR form); 6n + 2: three stages of n blocks. */
  readonly depth: number;
  /** Without skips the same convolutions follow one another. */
  readonly skip: boolean;
}

/**
 * A residual network for small images: a 3x3 convolution, stages of blocks of two 3x3 convolutions with w, 2w, 4w (8w)
 * channels, the mean pixel and a linear layer. Hidden representations: conv1, and each block. Where a block changes the extents its shortcut is a 1x1 convolution. Dropout between
 * the two convolutions of each block (Zagoruyko and Komodakis 2016), of whole channels.
 */
export function resnet(options: ResidualOptions): Network {
  const { depth, width, norm, skip, activation: kind } = options;
  const blocks = depth === 18 ? [2, 2, 2, 2] : [1, 2, 3].map(() => (depth - 2) / 6);
  const stages = blocks.flatMap((count, stage) =>
    Array.from({ length: count }, (_, i): Maker => {
      const stride = stage > 0 && i === 0 ? 2 : 1;
      return residualBlock(`layer${stage + 1}.${i}`, { out: width * 2 ** stage, stride }, options);
    }),
  );
  const stem = block(['conv1', 'norm1'], { out: width }, options);
  const name = `resnet${depth}${skip ? '' : ' without skips'}`;
  return imageNetwork(name, { ...options, norm, activation: kind }, [
    ...stem,
    ...stages,
    globalAveragePool(),
  ]);
}

function residualBlock(
  name: string,
  { out, stride }: { out: number; stride: number },
  options: ResidualOptions,
): Maker {
  const { norm, skip, activation: kind } = options;
  const bias = norm === 'none';
  return represented(name, (sample) => {
    const body = sequence(sample, [
      ...block([`${name}.conv1`, `${name}.norm1`], { out, stride }, options),
      ...dropping(options, 'channels'),
      convolution(`${name}.conv2`, { out, kernel: 3, padding: 1, bias }),
      normalisation(`${name}.norm2`, norm),
    ]);
    if (!skip) return sequence(sample, [() => body, activation(kind)]);
    const keeps = stride === 1 && sample.at(-1) === out;
    const shortcut = keeps
      ? null
      : sequence(sample, [
          convolution(`${name}.shortcut`, { out, kernel: 1, stride, bias }),
          normalisation(`${name}.shortcut_norm`, norm),
        ]);
    return sequence(sample, [() => residual(body, shortcut), activation(kind)]);
  });
}
