/** What every network is: named parameters in flat order, and a function from parameters and inputs to logits. */
import { reshape, slice, type Node } from '../graph';
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
  /**
   * The graph of the outputs before softmax.
   * @param parameters - one tensor per parameter, each [...lead, ...shape] (see `splitParameters`)
   * @param x - [...lead, N, inputs], or any shape that broadcasts to it
   * @returns logits [...lead, N, classes]
   */
  logits(parameters: readonly Node[], x: Node): Node;
}

/** Cuts flat parameters [...lead, P] into one tensor per parameter, [...lead, ...shape]. */
export function splitParameters(network: Network, theta: Node): Node[] {
  const lead = theta.shape.slice(0, -1);
  let start = 0;
  return network.parameters.map(({ shape }) => {
    const end = start + sizeOf(shape);
    const part = slice(theta, -1, { start, end });
    start = end;
    return reshape(part, [...lead, ...shape]);
  });
}

/** A tensor per parameter, [...lead, ...shape], flattened to [...lead, size]: the inverse of one entry of `splitParameters`. */
export function flattenParameter(part: Node, leadRank: number): Node {
  const lead = part.shape.slice(0, leadRank);
  return reshape(part, [...lead, sizeOf(part.shape.slice(leadRank))]);
}
