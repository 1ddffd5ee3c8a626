/** Layers that normalise. */
import { add, constant, div, mul, reshape, sqrt, sub, sum, type Node } from '../graph';
import { sizeOf, type Shape } from '../tensor';
import { overRows, plain, type Layer } from './layers';
import type { NetworkParameter } from './network';
import {
  axesOfFeatures,
  divideUnits,
  fixUnits,
  type Features,
  type Followed,
} from './unit-symmetry';

/** `feature`: over the features of each place of a sample alone, as transformers do; `layer`: over all places. */
export type Norm = 'none' | 'batch' | 'layer' | 'group' | 'feature';

export interface NormOptions {
  /** Added to variances before their square root; 1e-5 by default, as PyTorch does. */
  readonly epsilon?: number;
  /** Of group norm; by default the largest divisor of the channels up to 8. */
  readonly groups?: number | undefined;
}

/** Normalises by kind. */
export function normalisation(
  name: string,
  kind: Norm,
  { epsilon = 1e-5, groups }: NormOptions = {},
): (sample: Shape) => Layer {
  return (sample) => {
    const channels = sample.at(-1) as number;
    switch (kind) {
      case 'none':
        return plain(sample, (x) => x);
      case 'batch':
        return batchNorm(name, sample, epsilon);
      case 'layer':
        return groupNorm(name, sample, { groups: 1, epsilon });
      case 'group':
        return groupNorm(name, sample, { groups: groups ?? usualGroups(channels), epsilon });
      case 'feature':
        return featureNorm(name, sample, epsilon);
      default:
        return kind satisfies never;
    }
  };
}

/** The largest divisor up to 8. */
const usualGroups = (channels: number) =>
  [8, 7, 6, 5, 4, 3, 2, 1].find((groups) => channels % groups === 0) as number;

const scaleAndShift = (name: string, count: number): NetworkParameter[] => [
  { name: `${name}.weight`, shape: [count], fanIn: count, fanOut: count, initial: 1 },
  { name: `${name}.bias`, shape: [count], fanIn: count, fanOut: count, initial: 0 },
];

/** Two numbers for each feature: scale and shift, or mean and variance. */
function perFeature(count: number, features: Features): Followed['parameters'] {
  const each = axesOfFeatures(count, features);
  return [each, each];
}

const followScale = (count: number) => (features: Features) => ({
  features,
  parameters: perFeature(count, features),
  statistics: [],
});

/**
 * (x - mean) / sqrt(variance + epsilon) per channel, over all samples and places of the batch (biased variance) or with given
 * statistics. The batch's own are its mean and its unbiased variance, which running averages are made of.
 */
function batchNorm(name: string, sample: Shape, epsilon: number): Layer {
  const channels = sample.at(-1) as number;
  return {
    parameters: scaleAndShift(name, channels),
    statistics: [
      { name: `${name}.running_mean`, shape: [channels], initial: 0 },
      { name: `${name}.running_var`, shape: [channels], initial: 1 },
    ],
    result: sample,
    widest: sizeOf(sample),
    units: 0,
    hidden: [],
    follow: (features) => ({
      ...followScale(channels)(features),
      statistics: perFeature(channels, features),
    }),
    apply(x, { parameters: [scale, shift], statistics }) {
      const batch: Node[] = [];
      const result = overRows(x, sample.length, (rows) => {
        const [mean, variance] = (statistics ?? moments(rows, [-2])) as [Node, Node];
        const count = rows.shape.at(-2) as number;
        batch.push(mean, mul(constant(count / Math.max(1, count - 1)), variance));
        return add(mul(normalise(rows, [mean, variance], epsilon), scale as Node), shift as Node);
      });
      return { result, batch, hidden: [] };
    },
  };
}

/** Normalises every sample over its places and a block of channels; with one group and rows of features, layer norm. */
function groupNorm(
  name: string,
  sample: Shape,
  { groups, epsilon }: { groups: number; epsilon: number },
): Layer {
  const channels = sample.at(-1) as number;
  const places = sizeOf(sample.slice(0, -1));
  return plain(
    sample,
    (x, [scale, shift]) => {
      const lead = x.shape.slice(0, x.shape.length - sample.length - 1);
      const count = x.shape[lead.length] as number;
      const blocks = reshape(x, [...lead, count, places, groups, channels / groups]);
      const normal = normalise(blocks, moments(blocks, [-3, -1]), epsilon);
      return overRows(reshape(normal, x.shape), sample.length, (rows) =>
        add(mul(rows, scale as Node), shift as Node),
      );
    },
    {
      parameters: scaleAndShift(name, channels),
      follow: (features) => {
        divideUnits(features.units, groups);
        // A group of a flattened image holds parts of units.
        if (groups > 1 && features.places > 1) fixUnits(features.units);
        return followScale(channels)(features);
      },
    },
  );
}

/** Normalises the features of each place of each sample. */
function featureNorm(name: string, sample: Shape, epsilon: number): Layer {
  const features = sample.at(-1) as number;
  return plain(
    sample,
    (x, [scale, shift]) =>
      overRows(x, sample.length, (rows) => {
        const normal = normalise(rows, moments(rows, [-1]), epsilon);
        return add(mul(normal, scale as Node), shift as Node);
      }),
    { parameters: scaleAndShift(name, features), follow: followScale(features) },
  );
}

/** Mean and biased variance over axes, which stay with extent 1. */
function moments(x: Node, axes: readonly number[]): [Node, Node] {
  const count = axes.reduce((product, axis) => product * (x.shape.at(axis) as number), 1);
  const mean = mul(constant(1 / count), sum(x, axes));
  const centred = sub(x, mean);
  return [mean, mul(constant(1 / count), sum(mul(centred, centred), axes))];
}

function normalise(x: Node, [mean, variance]: [Node, Node], epsilon: number): Node {
  return div(sub(x, mean), sqrt(add(variance, constant(epsilon))));
}
