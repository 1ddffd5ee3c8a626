/** Layers that normalise. */
import { add, constant, div, mul, reshape, sqrt, sub, sum, type Node } from '../graph';
import { sizeOf, type Shape } from '../tensor';
import { overRows, plain, type Layer } from './layers';
import type { NetworkParameter } from './network';
import { divideUnits, type Features, type Followed } from './unit-symmetry';

/** `feature`: over the features of each place of a sample alone, as transformers do; `layer`: over all places. */
export type Norm = 'none' | 'batch' | 'layer' | 'group' | 'feature';

/** Added to variances before their square root, as PyTorch does. */
const epsilon = 1e-5;

/** Normalises by kind; group norm takes the largest divisor of the channels up to 8 as its number of groups. */
export function normalisation(name: string, kind: Norm): (sample: Shape) => Layer {
  return (sample) => {
    const channels = sample.at(-1) as number;
    switch (kind) {
      case 'none':
        return plain(sample, (x) => x);
      case 'batch':
        return batchNorm(name, sample);
      case 'layer':
        return groupNorm(name, sample, 1);
      case 'group':
        return groupNorm(
          name,
          sample,
          [8, 7, 6, 5, 4, 3, 2, 1].find((groups) => channels % groups === 0) as number,
        );
      case 'feature':
        return featureNorm(name, sample);
      default:
        return kind satisfies never;
    }
  };
}

const scaleAndShift = (name: string, count: number): NetworkParameter[] => [
  { name: `${name}.weight`, shape: [count], fanIn: count, fanOut: count, initial: 1 },
  { name: `${name}.bias`, shape: [count], fanIn: count, fanOut: count, initial: 0 },
];

/** Two numbers for each feature: scale and shift, or mean and variance. */
function perFeature(count: number, { units, places }: Features): Followed['parameters'] {
  const each = { view: [places, count / places], axes: [null, units] };
  return [each, each];
}

const followScale = (count: number) => (features: Features) => ({
  features,
  parameters: perFeature(count, features),
  statistics: [],
});

/**
 * (x - mean) / sqrt(variance + 1e-5) per channel, over all samples and places of the batch (biased variance) or with given
 * statistics. The batch's own are its mean and its unbiased variance, which running averages are made of.
 */
function batchNorm(name: string, sample: Shape): Layer {
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
        return add(mul(normalise(rows, mean, variance), scale as Node), shift as Node);
      });
      return { result, batch, hidden: [] };
    },
  };
}

/** Normalises every sample over its places and a block of channels; with one group and rows of features, layer norm. */
function groupNorm(name: string, sample: Shape, groups: number): Layer {
  const channels = sample.at(-1) as number;
  const places = sizeOf(sample.slice(0, -1));
  return plain(
    sample,
    (x, [scale, shift]) => {
      const lead = x.shape.slice(0, x.shape.length - sample.length - 1);
      const count = x.shape[lead.length] as number;
      const blocks = reshape(x, [...lead, count, places, groups, channels / groups]);
      const normal = normalise(blocks, ...moments(blocks, [-3, -1]));
      return overRows(reshape(normal, x.shape), sample.length, (rows) =>
        add(mul(rows, scale as Node), shift as Node),
      );
    },
    {
      parameters: scaleAndShift(name, channels),
      follow: (features) => {
        divideUnits(features.units, groups);
        return followScale(channels)(features);
      },
    },
  );
}

/** Normalises the features of each place of each sample. */
function featureNorm(name: string, sample: Shape): Layer {
  const features = sample.at(-1) as number;
  return plain(
    sample,
    (x, [scale, shift]) =>
      overRows(x, sample.length, (rows) => {
        const normal = normalise(rows, ...moments(rows, [-1]));
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

function normalise(x: Node, mean: Node, variance: Node): Node {
  return div(sub(x, mean), sqrt(add(variance, constant(epsilon))));
}
