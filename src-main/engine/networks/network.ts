/** What every network is: named parameters in flat order, and a function from parameters and inputs to logits. */
import type { Dropout } from '../dropout';
import { concat, reshape, slice, type Node } from '../graph';
import { sizeOf, type Shape } from '../tensor';
import type { HiddenLayer, Layer } from './layers';
import { featuresOf, symmetryOf, type UnitSymmetry } from './unit-symmetry';

export interface NetworkParameter {
  readonly name: string;
  readonly shape: Shape;
  /** Inputs that feed one output unit, for initialisation; of a bias, those of its layer. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** The value that every element starts with, whatever the initialisation (scales and shifts of norms). */
  readonly initial?: number;
}

/** A running average that batch norm keeps: it is not trained, and evaluation normalises with it. */
export interface NetworkStatistic {
  readonly name: string;
  readonly shape: readonly [number];
  readonly initial: number;
}

export interface Network {
  /** Names everything that the graph depends on. */
  readonly key: string;
  /** In the flat order of theta. */
  readonly parameters: readonly NetworkParameter[];
  /** P, the length of theta. */
  readonly parameterCount: number;
  /** In flat order; empty for networks without batch norm. */
  readonly statistics: readonly NetworkStatistic[];
  /** Q, the length of all statistics. */
  readonly statisticsCount: number;
  /** Most numbers that one layer computes for one sample: how much memory a batch takes. */
  readonly widestLayer: number;
  readonly dropout: Dropout;
  /** Representations inside of it, in order from the input. */
  readonly hidden: readonly HiddenLayer[];
  /** Which hidden units may change places. */
  readonly symmetry: UnitSymmetry;
  /**
   * The graph of the outputs before softmax.
   * @param parameters - one tensor per parameter, as `splitParameters` makes them
   * @param x - [...lead, N, inputs], or any shape that broadcasts to it
   * @param statistics - one row per statistic, as `splitStatistics` makes them, to normalise with; null: those of the batch
   * @param masks - [...lead, N, dropout units] to train with; null: nothing is dropped, as in all that is measured
   * @returns logits [...lead, N, classes], the batch's own value of every statistic, and every hidden representation
   * [...lead, N, ...extents of a sample]
   */
  forward(
    parameters: readonly Node[],
    x: Node,
    statistics: readonly Node[] | null,
    masks?: Node | null,
  ): {
    readonly logits: Node;
    readonly batch: readonly Node[];
    readonly hidden: readonly Node[];
  };
}

/** A network of one layer, which maps rows of inputs to rows of logits. @param rate - of its dropout layers */
export function networkOf(key: string, layer: Layer, rate = 0): Network {
  const count = (tensors: readonly { readonly shape: Shape }[]) =>
    tensors.reduce((total, { shape }) => total + sizeOf(shape), 0);
  return {
    symmetry: symmetryOf(layer.follow(featuresOf(null))),
    // The rate is in the masks that it is given.
    key: layer.units > 0 ? `${key} dropout` : key,
    dropout: { rate, units: layer.units },
    parameters: layer.parameters,
    parameterCount: count(layer.parameters),
    statistics: layer.statistics,
    statisticsCount: count(layer.statistics),
    widestLayer: layer.widest,
    hidden: layer.hidden,
    forward(parameters, x, statistics, masks = null) {
      const { result, batch, hidden } = layer.apply(x, { parameters, statistics, masks });
      return { logits: result, batch, hidden };
    },
  };
}

/**
 * How a parameter lies in graphs: as stored, but vectors (biases) as rows [1, n], so that they add to rows of activations
 * and cost no reshape.
 */
function graphShape({ shape }: { readonly shape: Shape }): Shape {
  return shape.length === 1 ? [1, ...shape] : shape;
}

function split(parts: readonly { readonly shape: Shape }[], rows: Node): Node[] {
  const lead = rows.shape.slice(0, -2);
  let start = 0;
  return parts.map((part) => {
    const end = start + sizeOf(part.shape);
    const cut = slice(rows, -1, { start, end });
    start = end;
    return reshape(cut, [...lead, ...graphShape(part)]);
  });
}

function join(parts: readonly { readonly shape: Shape }[], tensors: readonly Node[]): Node {
  const rows = tensors.map((tensor, i) => {
    const rank = graphShape(parts[i] as { shape: Shape }).length;
    const lead = tensor.shape.slice(0, tensor.shape.length - rank);
    return reshape(tensor, [...lead, 1, sizeOf(tensor.shape.slice(lead.length))]);
  });
  return concat(rows, -1);
}

/** Cuts rows of parameters [...lead, 1, P] into one tensor per parameter: weights [...lead, ...shape], biases [...lead, 1, n]. */
export function splitParameters(network: Network, theta: Node): Node[] {
  return split(network.parameters, theta);
}

/** One tensor per parameter, as `splitParameters` makes them, joined to rows [...lead, 1, P]: its inverse. */
export function joinParameters(network: Network, tensors: readonly Node[]): Node {
  return join(network.parameters, tensors);
}

/** Cuts rows [...lead, 1, Q] into one row [...lead, 1, n] per statistic. */
export function splitStatistics(network: Network, rows: Node): Node[] {
  return split(network.statistics, rows);
}

/** One row per statistic joined to [...lead, 1, Q]: the inverse of `splitStatistics`. */
export function joinStatistics(network: Network, rows: readonly Node[]): Node {
  return join(network.statistics, rows);
}
