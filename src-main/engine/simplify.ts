/** Makes graphs smaller without changing their values: shares equal nodes, folds constants, drops what does nothing. */
import {
  broadcast,
  constant,
  makeNode,
  matmul,
  mul,
  neg,
  reshape,
  topologicalOrder,
  type Node,
  type NodeOf,
} from './graph';
import type { OpName } from './ops';
import { errorFunction } from './special-functions';
import { broadcastShapes, sameShape, type Shape } from './tensor';

const binaryOps: Partial<Record<OpName, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};
const unaryOps: Partial<Record<OpName, (a: number) => number>> = {
  neg: (a) => -a,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  relu: (a) => (a > 0 ? a : 0),
  step: (a) => (a > 0 ? 1 : 0),
  erf: errorFunction,
};

/**
 * Nodes with the same values as `outputs` and fewer operations.
 *
 * Equal subgraphs become one node; constants are folded; x+0, x*1, double negation, reshapes of reshapes and broadcasts that
 * an elementwise op does anyway vanish; a transpose of the last two axes joins its matmul. Sums are never reordered.
 * Never throws.
 */
export function simplify(outputs: readonly Node[]): Node[] {
  const unique = new Map<string, Node>();
  const ids = new Map<Node, number>();
  const replaced = new Map<Node, Node>();

  const intern = (node: Node): Node => {
    const key = `${node.op}|${node.inputs.map((x) => ids.get(x)).join(',')}|${JSON.stringify(node.params)}|${node.shape.join(',')}|${node.dtype}`;
    const known = unique.get(key);
    if (known) return known;
    unique.set(key, node);
    ids.set(node, ids.size);
    return node;
  };
  // A rewrite may make several new nodes: each is interned, operands first.
  const settle = (node: Node): Node => {
    if (ids.has(node)) return node;
    const inputs = node.inputs.map(settle);
    const same = inputs.every((x, i) => x === node.inputs[i]);
    const current = same ? node : ({ ...node, inputs } as Node);
    const better = rewrite(current);
    return better === current ? intern(current) : settle(better);
  };
  for (const node of topologicalOrder(outputs)) {
    const inputs = node.inputs.map((x) => replaced.get(x) as Node);
    replaced.set(node, settle({ ...node, inputs }));
  }
  return outputs.map((output) => replaced.get(output) as Node);
}

/** The value that all elements share, when the graph shows one. */
function uniformValue(node: Node): number | null {
  if (node.op === 'constant') {
    const [first] = node.params.values;
    return first !== undefined && node.params.values.every((v) => v === first) ? first : null;
  }
  return node.op === 'broadcast' ? uniformValue(node.inputs[0] as Node) : null;
}

/** A node that is one number everywhere, in its cheapest form. */
function uniform(value: number, shape: Shape): Node {
  return shape.length === 0 ? constant(value) : broadcast(constant(value), shape);
}

/** One step towards a simpler equal node; the same node when there is none. */
function rewrite(node: Node): Node {
  const [a, b] = node.inputs;
  const unary = unaryOps[node.op];
  if (unary && a) {
    const value = uniformValue(a);
    if (value !== null) return uniform(unary(value), node.shape);
    if (node.op === 'neg' && a.op === 'neg') return a.inputs[0] as Node;
    return node;
  }
  if (binaryOps[node.op] && a && b) return rewriteBinary(node, a, b);
  switch (node.op) {
    case 'reshape':
      return rewriteReshape(node, a as Node);
    case 'broadcast':
      if (sameShape((a as Node).shape, node.shape)) return a as Node;
      return (a as Node).op === 'broadcast'
        ? broadcast((a as Node).inputs[0] as Node, node.shape)
        : node;
    case 'sum': {
      const x = a as Node;
      if (node.params.axes.every((axis) => x.shape[axis] === 1)) return x;
      const value = uniformValue(x);
      return value === null
        ? node
        : uniform(
            node.params.axes.reduce((v, axis) => v * (x.shape[axis] as number), value),
            node.shape,
          );
    }
    case 'matmul':
      return rewriteMatmul(node, a as Node, b as Node);
    default:
      return node;
  }
}

function rewriteReshape(node: NodeOf<'reshape'>, x: Node): Node {
  if (sameShape(x.shape, node.shape)) return x;
  if (x.op === 'reshape') return reshape(x.inputs[0] as Node, node.shape);
  const value = uniformValue(x);
  return value === null ? node : uniform(value, node.shape);
}

function rewriteBinary(node: Node, a: Node, b: Node): Node {
  const left = uniformValue(a);
  const right = uniformValue(b);
  if (left !== null && right !== null)
    return uniform(
      (binaryOps[node.op] as (a: number, b: number) => number)(left, right),
      node.shape,
    );
  const keeps = (x: Node) => sameShape(x.shape, node.shape);
  if (node.op === 'mul') {
    if (left === 1 && keeps(b)) return b;
    if (right === 1 && keeps(a)) return a;
    if (left === -1 && keeps(b)) return neg(b);
    // Constants first, and joined: c1 * (c2 * x) = (c1 c2) * x.
    if (right !== null) return mul(b, a);
    if (left !== null && b.op === 'mul') {
      const inner = uniformValue(b.inputs[0] as Node);
      if (inner !== null && keeps(b.inputs[1] as Node))
        return mul(constant(left * inner), b.inputs[1] as Node);
    }
  }
  if (node.op === 'add') {
    if (left === 0 && keeps(b)) return b;
    if (right === 0 && keeps(a)) return a;
  }
  if (
    (node.op === 'sub' && right === 0 && keeps(a)) ||
    (node.op === 'div' && right === 1 && keeps(a))
  )
    return a;
  return withoutBroadcasts(node as NodeOf<'add' | 'sub' | 'mul' | 'div'>, a, b);
}

/**
 * Elementwise ops broadcast by themselves: an operand needs no broadcast where the other one gives the shape, and where
 * neither does the result is broadcast instead, which is less work.
 */
function withoutBroadcasts(node: NodeOf<'add' | 'sub' | 'mul' | 'div'>, a: Node, b: Node): Node {
  if (a.op !== 'broadcast' && b.op !== 'broadcast') return node;
  const [x, y] = [withoutBroadcast(a), withoutBroadcast(b)];
  for (const [left, right] of [
    [x, b],
    [a, y],
    [x, y],
  ] as const) {
    const shape = broadcastShapes(left.shape, right.shape);
    if (sameShape(shape, node.shape) && (left !== a || right !== b)) {
      return makeNode(node.op, [left, right], {});
    }
  }
  return broadcast(makeNode(node.op, [x, y], {}), node.shape);
}

function withoutBroadcast(node: Node): Node {
  return node.op === 'broadcast' ? (node.inputs[0] as Node) : node;
}

/** Swaps only the last two axes. */
function isMatrixTranspose(node: Node): boolean {
  if (node.op !== 'transpose') return false;
  const rank = node.shape.length;
  return node.params.permutation.every(
    (axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i),
  );
}

function rewriteMatmul(node: NodeOf<'matmul'>, a: Node, b: Node): Node {
  const { transposeA, transposeB } = node.params;
  if (isMatrixTranspose(a))
    return matmul(a.inputs[0] as Node, b, { transposeA: !transposeA, transposeB });
  if (isMatrixTranspose(b))
    return matmul(a, b.inputs[0] as Node, { transposeA, transposeB: !transposeB });
  return node;
}
