/** One gradient rule per op: from the gradient of the result to the gradients of the operands, itself made of ops. */
import {
  atLeast,
  broadcast,
  conv2d,
  conv2dInput,
  conv2dWeight,
  div,
  exp,
  gather,
  logSoftmax,
  matmul,
  mul,
  neg,
  reshape,
  scatterAdd,
  slice,
  pad,
  softmax,
  step,
  sub,
  sum,
  transpose,
  constant,
  type Node,
  type NodeOf,
} from './graph';
import type { OpName } from './ops';
import { sameShape, type Shape } from './tensor';

/** Operands' gradients in order; a function so that only those needed are built; null where the derivative is zero. */
type GradientRule<N extends OpName> = (
  node: NodeOf<N>,
  gradient: Node,
) => readonly (null | (() => Node))[];

/** Sums a gradient over the axes along which its operand was broadcast. */
export function sumToShape(gradient: Node, shape: Shape): Node {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((extent, axis) =>
    axis < extra || (shape[axis - extra] === 1 && extent !== 1) ? [axis] : [],
  );
  return reshape(sum(gradient, axes), shape);
}

const operand = (node: Node, index: number): Node => node.inputs[index] as Node;
const lastAxis = (x: Node) => x.shape.length - 1;
const asNode = <N extends OpName>(node: NodeOf<N>): Node => node as unknown as Node;

/** `gradient` with a last axis of extent 1 added. */
function withLastAxis(x: Node): Node {
  return reshape(x, [...x.shape, 1]);
}

/** 2/sqrt(pi) exp(-x^2). */
export function erfSlope(x: Node): Node {
  return mul(constant(2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x))));
}

export const gradientRules: { readonly [N in OpName]: GradientRule<N> } = {
  input: () => [],
  constant: () => [],
  neg: (_, g) => [() => neg(g)],
  exp: (node, g) => [() => mul(g, asNode(node))],
  log: (node, g) => [() => div(g, operand(asNode(node), 0))],
  sqrt: (node, g) => [() => div(mul(g, constant(0.5)), asNode(node))],
  tanh: (node, g) => [() => mul(g, sub(constant(1), mul(asNode(node), asNode(node))))],
  relu: (node, g) => [() => mul(g, step(operand(asNode(node), 0)))],
  step: () => [null],
  erf: (node, g) => [() => mul(g, erfSlope(operand(asNode(node), 0)))],
  atLeast: () => [null, null],
  maximum: ({ inputs }, g) => {
    const [a, b] = inputs as [Node, Node];
    const first = atLeast(a, b);
    return [
      () => sumToShape(mul(g, first), a.shape),
      () => sumToShape(mul(g, sub(constant(1), first)), b.shape),
    ];
  },
  add: ({ inputs: [a, b] }, g) => [
    () => sumToShape(g, (a as Node).shape),
    () => sumToShape(g, (b as Node).shape),
  ],
  sub: ({ inputs: [a, b] }, g) => [
    () => sumToShape(g, (a as Node).shape),
    () => sumToShape(neg(g), (b as Node).shape),
  ],
  mul: ({ inputs }, g) => {
    const [a, b] = inputs as [Node, Node];
    return [() => sumToShape(mul(g, b), a.shape), () => sumToShape(mul(g, a), b.shape)];
  },
  div: (node, g) => {
    const [a, b] = node.inputs as [Node, Node];
    return [
      () => sumToShape(div(g, b), a.shape),
      () => sumToShape(neg(div(mul(g, asNode(node)), b)), b.shape),
    ];
  },
  matmul: ({ inputs, params: { transposeA: ta, transposeB: tb } }, g) => {
    const [a, b] = inputs as [Node, Node];
    return [
      () =>
        sumToShape(
          ta
            ? matmul(b, g, { transposeA: tb, transposeB: true })
            : matmul(g, b, { transposeB: !tb }),
          a.shape,
        ),
      () =>
        sumToShape(
          tb
            ? matmul(g, a, { transposeA: true, transposeB: ta })
            : matmul(a, g, { transposeA: !ta }),
          b.shape,
        ),
    ];
  },
  conv2d: ({ inputs, params }, g) => {
    const [x, w] = inputs as [Node, Node];
    return [
      () => sumToShape(conv2dInput(g, w, params), x.shape),
      () => sumToShape(conv2dWeight(x, g, params), w.shape),
    ];
  },
  conv2dInput: ({ inputs, params }, g) => {
    const [y, w] = inputs as [Node, Node];
    return [
      () => sumToShape(conv2d(g, w, params), y.shape),
      () => sumToShape(conv2dWeight(g, y, params), w.shape),
    ];
  },
  conv2dWeight: ({ inputs, params }, g) => {
    const [x, y] = inputs as [Node, Node];
    return [
      () => sumToShape(conv2dInput(y, g, params), x.shape),
      () => sumToShape(conv2d(x, g, params), y.shape),
    ];
  },
  transpose: ({ params: { permutation } }, g) => [
    () =>
      transpose(
        g,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
  ],
  reshape: ({ inputs: [x] }, g) => [() => reshape(g, (x as Node).shape)],
  broadcast: ({ inputs: [x] }, g) => [() => sumToShape(g, (x as Node).shape)],
  sum: ({ inputs: [x] }, g) => [() => broadcast(g, (x as Node).shape)],
  slice: ({ inputs: [x], params: { axis, start, end } }, g) => [
    () => pad(g, axis, { before: start, after: ((x as Node).shape[axis] as number) - end }),
  ],
  pad: ({ inputs: [x], params: { axis, before } }, g) => [
    () => slice(g, axis, { start: before, end: before + ((x as Node).shape[axis] as number) }),
  ],
  concat: ({ inputs, params: { axis } }, g) => {
    let start = 0;
    return inputs.map((x) => {
      const from = start;
      start += x.shape[axis] as number;
      const end = start;
      return () => slice(g, axis, { start: from, end });
    });
  },
  gather: ({ inputs }, g) => {
    const [table, indices] = inputs as [Node, Node];
    return [() => scatterAdd(indices, g, table.shape[0] as number), null];
  },
  scatterAdd: ({ inputs }, g) => [null, () => gather(g, inputs[0] as Node)],
  softmax: (node, g) => {
    const s = asNode(node);
    return [() => mul(s, sub(g, sum(mul(g, s), [lastAxis(s)])))];
  },
  logSoftmax: (node, g) => [() => sub(g, mul(softmax(operand(asNode(node), 0)), sum(g, [-1])))],
  crossEntropy: ({ inputs }, g) => {
    const [logits, targets] = inputs as [Node, Node];
    return [
      () => sumToShape(mul(withLastAxis(g), sub(softmax(logits), targets)), logits.shape),
      () => sumToShape(neg(mul(withLastAxis(g), logSoftmax(logits))), targets.shape),
    ];
  },
  argMax: () => [null],
};
