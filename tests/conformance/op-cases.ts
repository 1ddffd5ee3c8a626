/** One small graph per op, for the conformance suite: every op of the vocabulary is in it. */
import { resultSize, type ConvGeometry } from '#main/engine/convolution';
import * as g from '#main/engine/graph';
import type { Node } from '#main/engine/graph';
import type { OpName } from '#main/engine/ops';
import type { Shape } from '#main/engine/tensor';

export interface OpCase {
  readonly op: OpName;
  readonly name: string;
  /** Shapes of the float operands; values are drawn, away from kinks and poles. */
  readonly operands: readonly Shape[];
  /** Draws positive values only (log, sqrt, div). */
  readonly positive?: boolean;
  readonly build: (operands: readonly Node[]) => Node;
  /** Ops without derivatives (argMax, step: zero almost everywhere). */
  readonly flat?: boolean;
}

const one =
  (f: (x: Node) => Node) =>
  ([x]: readonly Node[]) =>
    f(x as Node);
const two =
  (f: (a: Node, b: Node) => Node) =>
  ([a, b]: readonly Node[]) =>
    f(a as Node, b as Node);
const indices = () => g.input('indices', [2, 3], 'int');

const geometry: ConvGeometry = {
  image: [5, 4],
  kernel: [3, 3],
  stride: [1, 1],
  padding: [1, 1],
  dilation: [1, 1],
  groups: 1,
};
const geometries: readonly {
  readonly name: string;
  readonly geometry: ConvGeometry;
  readonly channels: number;
  readonly out: number;
}[] = [
  { name: 'padded 3x3', geometry, channels: 2, out: 3 },
  { name: 'with strides 2 and 3', geometry: { ...geometry, stride: [2, 3] }, channels: 1, out: 2 },
  {
    name: 'with a stride larger than the kernel',
    geometry: { ...geometry, kernel: [1, 1], stride: [2, 2], padding: [0, 0] },
    channels: 2,
    out: 2,
  },
  {
    name: 'pointwise',
    geometry: { ...geometry, kernel: [1, 1], padding: [0, 0] },
    channels: 3,
    out: 2,
  },
  {
    name: 'dilated, uneven kernel',
    geometry: { ...geometry, kernel: [2, 3], dilation: [2, 1], padding: [0, 1] },
    channels: 2,
    out: 2,
  },
  {
    name: 'in two groups',
    geometry: { ...geometry, stride: [2, 1], groups: 2 },
    channels: 4,
    out: 6,
  },
  { name: 'depthwise', geometry: { ...geometry, groups: 3 }, channels: 3, out: 3 },
];

/** Every geometry for each of the three ops, and operands with leading axes that broadcast. */
const convolutionCases: readonly OpCase[] = geometries.flatMap(
  ({ name, geometry, channels, out }) => {
    const [rows, columns] = resultSize(geometry);
    const image = [2, ...geometry.image, channels];
    const result = [2, rows, columns, out];
    const weights = [out, channels / geometry.groups, ...geometry.kernel];
    const one = { geometry, image, result, weights };
    return name === 'in two groups' || name === 'padded 3x3'
      ? [
          ...threeConvolutions(name, one),
          ...threeConvolutions(`${name}, models side by side`, {
            geometry,
            image: [2, 1, ...image],
            result: [2, 1, ...result],
            weights: [1, 3, ...weights],
          }),
          ...threeConvolutions(`${name}, shared images`, {
            geometry,
            image,
            result: [3, ...result],
            weights: [3, ...weights],
          }),
        ]
      : threeConvolutions(name, one);
  },
);

function threeConvolutions(
  name: string,
  {
    geometry,
    image,
    result,
    weights,
  }: { geometry: ConvGeometry; image: Shape; result: Shape; weights: Shape },
): OpCase[] {
  return [
    {
      op: 'conv2d',
      name: `a convolution, ${name}`,
      operands: [image, weights],
      build: two((x, w) => g.conv2d(x, w, geometry)),
    },
    {
      op: 'conv2dInput',
      name: `a convolution transposed in its image, ${name}`,
      operands: [result, weights],
      build: two((y, w) => g.conv2dInput(y, w, geometry)),
    },
    {
      op: 'conv2dWeight',
      name: `a convolution transposed in its weights, ${name}`,
      operands: [image, result],
      build: two((x, y) => g.conv2dWeight(x, y, geometry)),
    },
  ];
}

export const indexValues = Int32Array.of(2, 0, 3, 1, 1, 2);

export const opCases: readonly OpCase[] = [
  { op: 'input', name: 'an input', operands: [[2, 3]], build: one((x) => x) },
  {
    op: 'constant',
    name: 'a constant',
    operands: [[2]],
    build: one((x) => g.add(x, g.constant([0.5, -2], [2]))),
  },
  { op: 'neg', name: 'negation', operands: [[2, 3]], build: one(g.neg) },
  { op: 'exp', name: 'the exponential', operands: [[2, 3]], build: one(g.exp) },
  { op: 'log', name: 'the logarithm', operands: [[2, 3]], positive: true, build: one(g.log) },
  { op: 'sqrt', name: 'the square root', operands: [[2, 3]], positive: true, build: one(g.sqrt) },
  { op: 'tanh', name: 'tanh', operands: [[2, 3]], build: one(g.tanh) },
  { op: 'relu', name: 'relu', operands: [[2, 3]], build: one((x) => g.mul(x, g.relu(x))) },
  { op: 'step', name: 'step', operands: [[2, 3]], flat: true, build: one(g.step) },
  {
    op: 'add',
    name: 'a sum that broadcasts',
    operands: [
      [2, 1, 3],
      [4, 1],
    ],
    build: two((a, b) => g.mul(g.add(a, b), g.add(a, b))),
  },
  {
    op: 'sub',
    name: 'a difference that broadcasts',
    operands: [
      [2, 3],
      [1, 3],
    ],
    build: two((a, b) => g.mul(g.sub(a, b), a)),
  },
  { op: 'mul', name: 'a product that broadcasts', operands: [[2, 3], [3]], build: two(g.mul) },
  {
    op: 'div',
    name: 'a quotient that broadcasts',
    operands: [
      [2, 3],
      [2, 1],
    ],
    positive: true,
    build: two(g.div),
  },
  {
    op: 'matmul',
    name: 'a matrix product',
    operands: [
      [2, 3],
      [3, 4],
    ],
    build: two((a, b) => g.matmul(a, b)),
  },
  {
    op: 'matmul',
    name: 'a batched product with shared left side',
    operands: [
      [2, 3],
      [5, 3, 4],
    ],
    build: two((a, b) => g.matmul(a, b)),
  },
  {
    op: 'matmul',
    name: 'a batched product with shared right side, left transposed',
    operands: [
      [5, 3, 2],
      [3, 4],
    ],
    build: two((a, b) => g.matmul(a, b, { transposeA: true })),
  },
  {
    op: 'matmul',
    name: 'a batched product, right transposed',
    operands: [
      [5, 2, 3],
      [5, 4, 3],
    ],
    build: two((a, b) => g.matmul(a, b, { transposeB: true })),
  },
  {
    op: 'matmul',
    name: 'a product, both transposed, batches broadcast',
    operands: [
      [2, 1, 3, 2],
      [3, 4, 3],
    ],
    build: two((a, b) => g.matmul(a, b, { transposeA: true, transposeB: true })),
  },
  { op: 'erf', name: 'the error function', operands: [[2, 3]], build: one(g.erf) },
  {
    op: 'maximum',
    name: 'a maximum that broadcasts',
    operands: [[2, 3], [3]],
    build: two((a, b) => g.mul(g.maximum(a, b), a)),
  },
  {
    op: 'atLeast',
    name: 'a comparison',
    operands: [[2, 3], [3]],
    flat: true,
    build: two(g.atLeast),
  },
  ...convolutionCases,
  {
    op: 'transpose',
    name: 'a transpose',
    operands: [[2, 3, 4]],
    build: one((x) => g.mul(g.transpose(x, [2, 0, 1]), g.transpose(x, [2, 0, 1]))),
  },
  {
    op: 'reshape',
    name: 'a reshape',
    operands: [[2, 6]],
    build: one((x) => g.mul(g.reshape(x, [3, 4]), g.reshape(x, [3, 4]))),
  },
  {
    op: 'broadcast',
    name: 'a broadcast',
    operands: [[2, 1]],
    build: one((x) =>
      g.concat([g.broadcast(x, [3, 2, 4]), g.broadcast(g.mul(x, x), [3, 2, 4])], 0),
    ),
  },
  {
    op: 'sum',
    name: 'a sum over rows',
    operands: [[2, 3, 4]],
    build: one((x) => g.mul(g.sum(x, [1]), g.sum(x, [-2]))),
  },
  {
    op: 'sum',
    name: 'a sum over two axes',
    operands: [[2, 3, 4]],
    build: one((x) => g.mul(g.sum(x, [0, -1]), x)),
  },
  {
    op: 'slice',
    name: 'a slice',
    operands: [[2, 5]],
    build: one((x) =>
      g.mul(g.slice(x, -1, { start: 1, end: 4 }), g.slice(x, -1, { start: 2, end: 5 })),
    ),
  },
  {
    op: 'slice',
    name: 'slices that tile an axis',
    operands: [[2, 5]],
    build: one((x) =>
      g.mul(
        g.sum(g.slice(x, -1, { start: 0, end: 2 }), [-1]),
        g.slice(x, -1, { start: 2, end: 5 }),
      ),
    ),
  },
  {
    op: 'pad',
    name: 'a pad',
    operands: [[2, 3]],
    build: one((x) =>
      g.mul(g.pad(x, 1, { before: 1, after: 2 }), g.pad(x, 1, { before: 2, after: 1 })),
    ),
  },
  {
    op: 'concat',
    name: 'a concatenation',
    operands: [
      [2, 3],
      [2, 2],
    ],
    build: two((a, b) => g.mul(g.concat([a, b, a], 1), g.concat([b, a, a], 1))),
  },
  {
    op: 'gather',
    name: 'a gather',
    operands: [[4, 3]],
    build: one((x) => g.mul(g.gather(x, indices()), g.gather(x, indices()))),
  },
  {
    op: 'scatterAdd',
    name: 'a scatter with repeated rows',
    operands: [[2, 3, 2]],
    build: one((x) => g.mul(g.scatterAdd(indices(), x, 4), g.scatterAdd(indices(), x, 4))),
  },
  { op: 'softmax', name: 'softmax', operands: [[2, 4]], build: one(g.softmax) },
  { op: 'logSoftmax', name: 'log softmax', operands: [[2, 4]], build: one(g.logSoftmax) },
  {
    op: 'crossEntropy',
    name: 'cross-entropy',
    operands: [[3, 2, 4]],
    build: one((z) => g.crossEntropy(z, g.constant([0, 1, 0, 0, 0.25, 0.25, 0.5, 0], [2, 4]))),
  },
  { op: 'argMax', name: 'argmax', operands: [[2, 4]], flat: true, build: one(g.argMax) },
];
