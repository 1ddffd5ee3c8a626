/**
 * Parts that networks are composed of. A layer maps samples to samples: rows of features [...lead, N, features] or images
 * [...lead, N, height, width, channels]; its parameters have PyTorch's layouts and names.
 */
import type { ConvGeometry, Pair } from '../convolution';
import { resultSize } from '../convolution';
import {
  add,
  constant,
  conv2d,
  erf,
  matmul,
  mul,
  relu,
  reshape,
  slice,
  tanh,
  transpose,
  type Node,
} from '../graph';
import { sizeOf, type Shape } from '../tensor';
import type { NetworkParameter, NetworkStatistic } from './network';
import {
  axesOfFeatures,
  featuresOf,
  fixUnits,
  freeUnits,
  joinFeatures,
  type Features,
  type Followed,
} from './unit-symmetry';

/** What a layer is given when it is applied. */
export interface LayerTensors {
  /** One tensor per parameter: weights [...lead, ...shape], vectors [...lead, 1, n]. */
  readonly parameters: readonly Node[];
  /** Rows [...lead, 1, n] to normalise with; null to use those of the batch. */
  readonly statistics: readonly Node[] | null;
  /** What stays of the layer's own units, [...lead, N, units]; null: all of them. */
  readonly masks: Node | null;
}

/** A representation inside a network, by the name of the layer or block that ends it. */
export interface HiddenLayer {
  readonly name: string;
  /** Numbers of one sample. */
  readonly size: number;
}

interface Applied {
  readonly result: Node;
  /** For each statistic the batch's value [...lead, 1, n]; of no use where statistics were given. */
  readonly batch: readonly Node[];
  /** For each hidden representation its value [...lead, N, ...extents of a sample]. */
  readonly hidden: readonly Node[];
}

export interface Layer {
  readonly parameters: readonly NetworkParameter[];
  readonly statistics: readonly NetworkStatistic[];
  /** Extents of one sample of the result. */
  readonly result: Shape;
  /** Most numbers that a part of the layer computes for one sample. */
  readonly widest: number;
  /** Units of one sample that dropout layers in it may drop. */
  readonly units: number;
  /** In order from the input. */
  readonly hidden: readonly HiddenLayer[];
  apply(x: Node, tensors: LayerTensors): Applied;
  /** Which units its tensors and its result have, given those of its samples. */
  follow(features: Features): Followed;
}

export type Activation = 'relu' | 'tanh' | 'gelu' | 'gelu-tanh';

/** A layer without statistics; `follow` may be left out where there are no parameters and the features stay what they are. */
export function plain(
  result: Shape,
  apply: (x: Node, parameters: readonly Node[]) => Node,
  { parameters, follow }: Pick<Layer, 'parameters' | 'follow'> = {
    parameters: [],
    follow: keepFeatures,
  },
): Layer {
  return {
    follow,
    parameters,
    statistics: [],
    result,
    widest: sizeOf(result),
    units: 0,
    hidden: [],
    apply: (x, tensors) => ({ result: apply(x, tensors.parameters), batch: [], hidden: [] }),
  };
}

function keepFeatures(features: Features): Followed {
  return { features, parameters: [], statistics: [] };
}

/** Layers one after another; each is made for the extents that the one before gives. */
export function sequence(sample: Shape, makers: readonly ((sample: Shape) => Layer)[]): Layer {
  const layers: Layer[] = [];
  for (const make of makers) layers.push(make(layers.at(-1)?.result ?? sample));
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    statistics: layers.flatMap((layer) => layer.statistics),
    result: layers.at(-1)?.result ?? sample,
    widest: Math.max(sizeOf(sample), ...layers.map((layer) => layer.widest)),
    units: layers.reduce((total, layer) => total + layer.units, 0),
    hidden: layers.flatMap((layer) => layer.hidden),
    apply: (x, tensors) => applyAll(layers, x, tensors),
    follow: (features) => followAll(layers, features),
  };
}

function followAll(layers: readonly Layer[], features: Features): Followed {
  let followed = keepFeatures(features);
  for (const layer of layers) {
    const next = layer.follow(followed.features);
    followed = {
      features: next.features,
      parameters: [...followed.parameters, ...next.parameters],
      statistics: [...followed.statistics, ...next.statistics],
    };
  }
  return followed;
}

function applyAll(
  layers: readonly Layer[],
  x: Node,
  { parameters, statistics, masks }: LayerTensors,
): Applied {
  let result = x;
  const batch: Node[] = [];
  const hidden: Node[] = [];
  let parameter = 0;
  let statistic = 0;
  let unit = 0;
  for (const layer of layers) {
    const applied = layer.apply(result, {
      parameters: parameters.slice(parameter, parameter + layer.parameters.length),
      statistics: statistics?.slice(statistic, statistic + layer.statistics.length) ?? null,
      masks: masksBetween(masks, unit, unit + layer.units),
    });
    parameter += layer.parameters.length;
    unit += layer.units;
    statistic += layer.statistics.length;
    result = applied.result;
    batch.push(...applied.batch);
    hidden.push(...applied.hidden);
  }
  return { result, batch, hidden };
}

/** The result of a layer as a hidden representation of its network, in place of those inside of the layer. */
export function represented(
  name: string,
  make: (sample: Shape) => Layer,
): (sample: Shape) => Layer {
  return (sample) => {
    const layer = make(sample);
    return {
      ...layer,
      hidden: [{ name, size: sizeOf(layer.result) }],
      apply: (x, tensors) => {
        const applied = layer.apply(x, tensors);
        return { ...applied, hidden: [applied.result] };
      },
    };
  };
}

function masksBetween(masks: Node | null, start: number, end: number): Node | null {
  return masks && end > start ? slice(masks, -1, { start, end }) : null;
}

/** The sum of a body and a shortcut (the sample itself where null), body's parameters first; a branch has no hidden representations. */
export function residual(body: Layer, shortcut: Layer | null): Layer {
  const own = body.parameters.length;
  const ownStatistics = body.statistics.length;
  return {
    parameters: [...body.parameters, ...(shortcut?.parameters ?? [])],
    statistics: [...body.statistics, ...(shortcut?.statistics ?? [])],
    result: body.result,
    widest: Math.max(body.widest, shortcut?.widest ?? 0),
    units: body.units + (shortcut?.units ?? 0),
    hidden: [],
    apply: (x, { parameters, statistics, masks }) => {
      const main = body.apply(x, {
        parameters: parameters.slice(0, own),
        statistics: statistics?.slice(0, ownStatistics) ?? null,
        masks: masksBetween(masks, 0, body.units),
      });
      const side = shortcut?.apply(x, {
        parameters: parameters.slice(own),
        statistics: statistics?.slice(ownStatistics) ?? null,
        masks: masksBetween(masks, body.units, body.units + shortcut.units),
      });
      return {
        result: add(main.result, side?.result ?? x),
        batch: [...main.batch, ...(side?.batch ?? [])],
        hidden: [],
      };
    },
    follow: (features) => {
      const main = body.follow(features);
      const side = shortcut?.follow(features) ?? keepFeatures(features);
      return {
        features: joinFeatures(main.features, side.features),
        parameters: [...main.parameters, ...side.parameters],
        statistics: [...main.statistics, ...side.statistics],
      };
    },
  };
}

/**
 * Drops units while training: x times a mask of 0 and 1 / (1 - rate), which comes from outside; nothing without a mask.
 * @param form - `units`: each number of a sample alone (Srivastava et al. 2014); `channels`: all places of a channel together, for
 * images, whose neighbouring pixels say the same (Tompson et al. 2015)
 */
export function dropout(form: 'units' | 'channels' = 'units'): (sample: Shape) => Layer {
  return (sample) => {
    const places = sample.slice(0, -1).map((extent) => (form === 'units' ? extent : 1));
    const own = [...places, sample.at(-1) as number];
    return {
      ...plain(sample, (x) => x),
      units: sizeOf(own),
      apply: (x, { masks }) => {
        const mask = masks && reshape(masks, [...masks.shape.slice(0, -1), ...own]);
        return { result: mask ? mul(x, mask) : x, batch: [], hidden: [] };
      },
    };
  };
}

export function activation(kind: Activation): (sample: Shape) => Layer {
  return (sample) => plain(sample, activations[kind]);
}

const activations: Readonly<Record<Activation, (x: Node) => Node>> = {
  relu,
  tanh,
  gelu: (x) => mul(mul(constant(0.5), x), add(constant(1), erf(mul(constant(Math.SQRT1_2), x)))),
  'gelu-tanh': (x) => {
    const inner = add(x, mul(constant(0.044715), mul(x, mul(x, x))));
    const scaled = mul(constant(Math.sqrt(2 / Math.PI)), inner);
    return mul(mul(constant(0.5), x), add(constant(1), tanh(scaled)));
  },
};

/**
 * Applies `f` to samples [...lead, N, ...places, features] seen as rows [...lead, N places, features]; `axes` counts those of
 * one sample.
 */
export function overRows(x: Node, axes: number, f: (rows: Node) => Node): Node {
  if (axes === 1) return f(x);
  const lead = x.shape.slice(0, x.shape.length - axes - 1);
  const places = x.shape.slice(lead.length, -1);
  const result = f(reshape(x, [...lead, sizeOf(places), x.shape.at(-1) as number]));
  return reshape(result, [...result.shape.slice(0, -2), ...places, result.shape.at(-1) as number]);
}

/** Features to features at every place of a sample: x W' + b. */
export function linear(name: string, out: number, bias = true): (sample: Shape) => Layer {
  return (sample) => {
    const inputs = sample.at(-1) as number;
    const scale = { fanIn: inputs, fanOut: out };
    return plain(
      sample.with(-1, out),
      (x, [weight, offset]) =>
        overRows(x, sample.length, (rows) => {
          const product = matmul(rows, weight as Node, { transposeB: true });
          return offset ? add(product, offset) : product;
        }),
      {
        parameters: [
          { name: `${name}.weight`, shape: [out, inputs], ...scale },
          ...(bias ? [{ name: `${name}.bias`, shape: [out], ...scale }] : []),
        ],
        follow: (features) => {
          const made = freeUnits(out);
          const { view, axes } = axesOfFeatures(inputs, features);
          const weight = { view: [out, ...view], axes: [made, ...axes] };
          const offset = { view: [out], axes: [made] };
          return {
            features: featuresOf(made),
            parameters: bias ? [weight, offset] : [weight],
            statistics: [],
          };
        },
      },
    );
  };
}

export interface ConvolutionOptions {
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly dilation?: number;
  readonly groups?: number;
  readonly bias?: boolean;
}

/** Images to images. */
export function convolution(name: string, options: ConvolutionOptions): (sample: Shape) => Layer {
  const { out, kernel, stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = options;
  return (sample) => {
    const [height, width, channels] = sample as [number, number, number];
    const both = (value: number): Pair => [value, value];
    const geometry: ConvGeometry = {
      image: [height, width],
      kernel: both(kernel),
      stride: both(stride),
      padding: both(padding),
      dilation: both(dilation),
      groups,
    };
    const seen = (channels / groups) * kernel * kernel;
    const scale = { fanIn: seen, fanOut: (out / groups) * kernel * kernel };
    const result = [...resultSize(geometry), out];
    return {
      ...plain(
        result,
        (x, [weight, offset]) => {
          const y = conv2d(x, weight as Node, geometry);
          return offset ? add(y, overImages(offset)) : y;
        },
        {
          parameters: [
            { name: `${name}.weight`, shape: [out, channels / groups, kernel, kernel], ...scale },
            ...(bias ? [{ name: `${name}.bias`, shape: [out], ...scale }] : []),
          ],
          follow: ({ units }) => {
            const made = freeUnits(out);
            // A group of channels is read by some units alone: neither may change places freely.
            if (groups > 1) [units, made].forEach(fixUnits);
            const view = [out, channels / groups, kernel, kernel];
            const weight = { view, axes: [made, groups > 1 ? null : units, null, null] };
            const offset = { view: [out], axes: [made] };
            return {
              features: featuresOf(made),
              parameters: bias ? [weight, offset] : [weight],
              statistics: [],
            };
          },
        },
      ),
      // The patches that the kernel reads are written out.
      widest: Math.max(sizeOf(result), sizeOf(result.slice(0, 2)) * seen * groups),
    };
  };
}

/** A row [...lead, 1, n] of channels as [...lead, 1, 1, 1, n], to combine with images. */
function overImages(row: Node): Node {
  return reshape(row, [...row.shape.slice(0, -2), 1, 1, 1, row.shape.at(-1) as number]);
}

/**
 * Any sample as one row of features.
 * @param order - `place`: in the order in which it lies; `unit`: images channel by channel, as PyTorch flattens
 */
export function flatten(order: 'place' | 'unit' = 'place'): (sample: Shape) => Layer {
  return (sample) => {
    const places = sizeOf(sample.slice(0, -1));
    const lies = order === 'place' || places === 1;
    return {
      ...(lies ? asSample([sizeOf(sample)], sample.length) : channelsFirst(sample)),
      follow: ({ units, ...row }) =>
        keepFeatures(
          sample.length === 1
            ? { units, ...row }
            : { units, places, order: places === 1 ? 'place' : order },
        ),
    };
  };
}

function channelsFirst(sample: Shape): Layer {
  const channels = sample.at(-1) as number;
  const places = sizeOf(sample.slice(0, -1));
  return plain([sizeOf(sample)], (x) => {
    const lead = x.shape.slice(0, x.shape.length - sample.length);
    const rank = lead.length;
    const swapped = [...lead.keys(), rank + 1, rank];
    const turned = transpose(reshape(x, [...lead, places, channels]), swapped);
    return reshape(turned, [...lead, sizeOf(sample)]);
  });
}

/** A row of features as a sample of the given extents. */
export function unflatten(result: Shape): (sample: Shape) => Layer {
  return (sample) => ({
    ...asSample(result, sample.length),
    follow: ({ units }) => {
      fixUnits(units);
      return keepFeatures(featuresOf(null));
    },
  });
}

function asSample(result: Shape, axes: number): Layer {
  return plain(result, (x) => reshape(x, [...x.shape.slice(0, x.shape.length - axes), ...result]));
}
