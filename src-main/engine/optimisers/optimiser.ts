/** What every optimiser is: states beside the weights, and a graph of one step. */
import { add, constant, matmul, mul, type Node } from '../graph';
import type { Tensor } from '../tensor';

/** Loss [S] and its gradient [S, 1, P] of the minibatch at some weights, the compressibility regulariser in both. */
export interface Evaluated {
  readonly loss: Node;
  readonly gradient: Node;
}

export interface StepParts {
  /** [S, 1, P] */
  readonly theta: Node;
  readonly states: Readonly<Record<string, Node>>;
  /** Learning rate, a scalar. */
  readonly rate: Node;
  /** The optimiser's own numbers of this step, by name. */
  readonly scalars: Readonly<Record<string, Node>>;
  /** Standard normal numbers [S, 1, P], new ones each step; null unless the optimiser asks for them. */
  readonly noise: Node | null;
  /** Each call is another evaluation of the minibatch. */
  readonly at: (theta: Node) => Evaluated;
}

export interface Optimiser {
  /** Names everything that the graph of a step depends on. */
  readonly key: string;
  /** What is carried from step to step, each of theta's shape. */
  readonly states: readonly string[];
  /** Names of the numbers that change from step to step besides the rate. */
  readonly scalars: readonly string[];
  readonly needsNoise: boolean;
  /** Those numbers at a step, counted from 0 over the whole training. */
  scalarsAt(step: number): Readonly<Record<string, number>>;
  /** The states before the first step. */
  initialStates(theta: Tensor): Record<string, Tensor>;
  step(parts: StepParts): { theta: Node; states: Record<string, Node> };
}

/** States that start at zero. */
export function zeros(names: readonly string[], { shape, data }: Tensor): Record<string, Tensor> {
  return Object.fromEntries(
    names.map((name) => [name, { shape, data: new Float32Array(data.length) }]),
  );
}

/** Gradient plus decay times theta. */
export function withDecay(gradient: Node, theta: Node, decay: number): Node {
  return decay === 0 ? gradient : add(gradient, mul(constant(decay), theta));
}

/** Inner product of each model's rows: [S, 1, P] twice to [S, 1, 1]. */
export function innerProduct(a: Node, b: Node): Node {
  return matmul(a, b, { transposeB: true });
}
