/**
 * Forward-mode differentiation: tangents of outputs for given tangents of some nodes, as a graph.
 *
 * Several tangents go through at once along the *vector axis*, axis 1: where a node has shape [S, 1, ...], its tangent may
 * have shape [S, K, ...], or [1, K, ...] when the models share it; the primal values are then computed once for all K.
 * Ops must leave axis 1 alone. Applied to its own result it gives second derivatives along the same directions.
 */
import { ShapeError } from '#shared/errors';
import { erfSlope } from './gradient-rules';
import {
  add,
  atLeast,
  broadcast,
  concat,
  constant,
  conv2d,
  conv2dInput,
  conv2dWeight,
  div,
  gather,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  scatterAdd,
  slice,
  softmax,
  step,
  sub,
  sum,
  topologicalOrder,
  transpose,
  type Node,
  type NodeOf,
} from './graph';
import type { OpName, OpParams } from './ops';
import { broadcastShapes, sameShape, type Shape } from './tensor';

/** Tangents of the operands in order, null for zero; at least one is not null. */
type Tangents = readonly (Node | null)[];
type TangentRule<N extends OpName> = (node: NodeOf<N>, tangents: Tangents) => Node | null;

const vectorAxis = 1;

/** A shape of the primal with the tangent's extent on the vector axis. */
function widenShape(shape: Shape, primal: Shape, tangent: Shape): Shape {
  if (sameShape(primal, tangent)) return shape;
  const count = tangent[vectorAxis] as number;
  if (
    tangent.length !== primal.length ||
    !sameShape(primal.with(vectorAxis, count), tangent) ||
    shape[vectorAxis] !== 1
  ) {
    throw new ShapeError(
      `linearise: tangents may differ from [${primal.join(',')}] on axis 1 only, got [${tangent.join(',')}]; keep axis 1 free for the vectors`,
    );
  }
  return shape.with(vectorAxis, count);
}

const asNode = <N extends OpName>(node: NodeOf<N>): Node => node as unknown as Node;
const x0 = (node: { inputs: readonly Node[] }) => node.inputs[0] as Node;
const d0 = (tangents: Tangents) => tangents[0] as Node;

function sumOf(a: Node | null, b: Node | null): Node | null {
  return a && b ? add(a, b) : (a ?? b);
}

/** The chain rule of an elementwise op with one operand. */
const elementwise = <N extends OpName>(
  derivative: (node: NodeOf<N>, tangent: Node) => Node,
): TangentRule<N> => {
  return (node, tangents) => derivative(node, d0(tangents));
};

/** The product rule of an op that is linear in each of its two operands. */
const bilinear = <N extends OpName>(
  product: (a: Node, b: Node, params: OpParams[N]) => Node,
): TangentRule<N> => {
  return ({ inputs, params }, [a, b]) => {
    const [x, y] = inputs as [Node, Node];
    return sumOf(a ? product(a, y, params) : null, b ? product(x, b, params) : null);
  };
};

const tangentRules: { readonly [N in OpName]: TangentRule<N> } = {
  input: () => null,
  constant: () => null,
  step: () => null,
  atLeast: () => null,
  argMax: () => null,
  neg: elementwise((_, d) => neg(d)),
  exp: elementwise((y, d) => mul(asNode(y), d)),
  log: elementwise((y, d) => div(d, x0(y))),
  sqrt: elementwise((y, d) => div(mul(constant(0.5), d), asNode(y))),
  tanh: elementwise((y, d) => mul(sub(constant(1), mul(asNode(y), asNode(y))), d)),
  relu: elementwise((y, d) => mul(step(x0(y)), d)),
  erf: elementwise((y, d) => mul(erfSlope(x0(y)), d)),
  maximum: ({ inputs }, [a, b]) => {
    const [x, y] = inputs as [Node, Node];
    const first = atLeast(x, y);
    return sumOf(a ? mul(first, a) : null, b ? mul(sub(constant(1), first), b) : null);
  },
  add: (_, [a, b]) => sumOf(a ?? null, b ?? null),
  sub: (_, [a, b]) => (b ? (a ? sub(a, b) : neg(b)) : (a ?? null)),
  mul: bilinear(mul),
  div: (node, [a, b]) => {
    const [, y] = node.inputs as [Node, Node];
    return sumOf(a ? div(a, y) : null, b ? neg(div(mul(asNode(node), b), y)) : null);
  },
  matmul: bilinear(matmul),
  conv2d: bilinear(conv2d),
  conv2dInput: bilinear(conv2dInput),
  conv2dWeight: bilinear(conv2dWeight),
  transpose: ({ params }, tangents) => transpose(d0(tangents), params.permutation),
  reshape: (node, tangents) => {
    const primal = x0(node).shape;
    // A tangent that several models share has 1 on their axis: a shape of theirs needs it once for each.
    const tangent = broadcast(d0(tangents), broadcastShapes(d0(tangents).shape, primal));
    return reshape(tangent, widenShape(node.params.shape, primal, tangent.shape));
  },
  broadcast: (node, tangents) =>
    broadcast(d0(tangents), broadcastShapes(d0(tangents).shape, node.params.shape)),
  sum: ({ params }, tangents) => sum(d0(tangents), params.axes),
  slice: ({ params }, tangents) => slice(d0(tangents), params.axis, params),
  pad: ({ params }, tangents) => pad(d0(tangents), params.axis, params),
  concat: ({ inputs, params }, tangents) => {
    const widest = Math.max(...tangents.map((d) => d?.shape[vectorAxis] ?? 1));
    const parts = inputs.map((x, i) => {
      const shape =
        x.shape[vectorAxis] === 1 && params.axis !== vectorAxis
          ? x.shape.with(vectorAxis, widest)
          : x.shape;
      return broadcast(tangents[i] ?? constant(0), shape);
    });
    return concat(parts, params.axis);
  },
  gather: ({ inputs }, [table]) => (table ? gather(table, inputs[1] as Node) : null),
  scatterAdd: ({ inputs, params }, [, updates]) =>
    updates ? scatterAdd(x0({ inputs }), updates, params.rows) : null,
  softmax: (node, tangents) => {
    const weighted = mul(asNode(node), d0(tangents));
    return sub(weighted, mul(asNode(node), sum(weighted, [-1])));
  },
  logSoftmax: (node, tangents) =>
    sub(d0(tangents), sum(mul(softmax(x0(node)), d0(tangents)), [-1])),
  crossEntropy: ({ inputs }, [logits, targets]) => {
    const [z, t] = inputs as [Node, Node];
    if (targets)
      throw new ShapeError(
        'linearise: targets of crossEntropy must not depend on the varied nodes, got some that do; write the loss with logSoftmax',
      );
    const terms = mul(sub(softmax(z), t), logits as Node);
    return reshape(sum(terms, [-1]), terms.shape.slice(0, -1));
  },
};

/**
 * Tangents of `outputs` when each node of `directions` moves along its tangent (J times v), one node per output.
 *
 * Of a gradient graph this is an exact Hessian-vector product, forward over reverse.
 * @param directions - node to tangent; a tangent has its node's shape, or K in place of 1 on axis 1, or 1 on an axis
 *   along which it is the same
 * @returns null for an output that does not move
 * @throws ShapeError when an op would mix the vector axis with another
 * Cost: about two evaluations of the outputs per vector, the primal once.
 * Source: Pearlmutter 1994; checked in tests/reference/mlp.test.ts
 */
export function linearise(
  outputs: readonly Node[],
  directions: ReadonlyMap<Node, Node>,
): (Node | null)[] {
  const tangents = new Map<Node, Node | null>(directions);
  for (const node of topologicalOrder(outputs)) {
    if (tangents.has(node)) continue;
    const operands = node.inputs.map((x) => tangents.get(x) ?? null);
    if (operands.every((d) => d === null)) {
      tangents.set(node, null);
      continue;
    }
    const rule = tangentRules[node.op] as (node: Node, tangents: Tangents) => Node | null;
    const tangent = rule(node, operands);
    // A tangent smaller than its node would be summed too few times further on.
    tangents.set(node, tangent && broadcast(tangent, broadcastShapes(tangent.shape, node.shape)));
  }
  return outputs.map((output) => tangents.get(output) ?? null);
}
