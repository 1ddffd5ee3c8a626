/** What every network is: named parameters in flat order, and a function from parameters and inputs to logits. */
import { concat, reshape, slice, type Node } from '../graph';
import { sizeOf, type Shape } from '../tensor';

export interface NetworkParameter {
  readonly name: string;
  readonly shape: Shape;
  /** Inputs that feed one output unit, for initialisation; of a bias, those of its layer. */
  readonly fanIn: number;
  readonly fanOut: number;
}

export interface Network {
  /** Names everything that the graph depends on. */
  readonly key: string;
  /** In the flat order of theta. */
  readonly parameters: readonly NetworkParameter[];
  /** P, the length of theta. */
  readonly parameterCount: number;
  /** Most numbers that one layer computes for one sample: how much memory a batch takes. */
  readonly widestLayer: number;
  /**
   * The graph of the outputs before softmax.
   * @param parameters - one tensor per parameter, as `splitParameters` makes them
   * @param x - [...lead, N, inputs], or any shape that broadcasts to it
   * @returns logits [...lead, N, classes]
   */
  logits(parameters: readonly Node[], x: Node): Node;
}

/**
 * How a parameter lies in graphs: as stored, but vectors (biases) as rows [1, n], so that they add to rows of activations
 * and cost no reshape.
 */
function graphShape({ shape }: NetworkParameter): Shape {
  return shape.length === 1 ? [1, ...shape] : shape;
}

/** Cuts rows of parameters [...lead, 1, P] into one tensor per parameter: weights [...lead, ...shape], biases [...lead, 1, n]. */
export function splitParameters(network: Network, theta: Node): Node[] {
  const lead = theta.shape.slice(0, -2);
  let start = 0;
  return network.parameters.map((parameter) => {
    const end = start + sizeOf(parameter.shape);
    const part = slice(theta, -1, { start, end });
    start = end;
    return reshape(part, [...lead, ...graphShape(parameter)]);
  });
}

/** One tensor per parameter, as `splitParameters` makes them, joined to rows [...lead, 1, P]: its inverse. */
export function joinParameters(network: Network, parts: readonly Node[]): Node {
  const rows = parts.map((part, i) => {
    const rank = graphShape(network.parameters[i] as NetworkParameter).length;
    const lead = part.shape.slice(0, part.shape.length - rank);
    return reshape(part, [...lead, 1, sizeOf(part.shape.slice(lead.length))]);
  });
  return concat(rows, -1);
}
