/**
 * The closed vocabulary of operations: one table with each op's parameters and its shape rule.
 * Axes are counted from the front (0-based) in a node; builders accept negative ones.
 */
import { ShapeError } from '#shared/errors';
import { resultSize, type ConvGeometry } from './convolution';
import { broadcastShapes, sizeOf, type DType, type Shape } from './tensor';

/** Parameters of every op; an op without any has an empty object. */
export interface OpParams {
  /** A value given at run time. */
  input: { readonly name: string };
  /** A value known when the graph is built; `values` row-major. */
  constant: { readonly values: readonly number[] };
  neg: object;
  exp: object;
  log: object;
  sqrt: object;
  tanh: object;
  relu: object;
  /** 1 where x > 0, else 0: the derivative of relu (0 at 0, as PyTorch). */
  step: object;
  /** The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
  erf: object;
  /** The larger of two; the first where they are equal, whose derivative is then 1. */
  maximum: object;
  /** 1 where a >= b, else 0: the derivative of maximum in a. */
  atLeast: object;
  add: object;
  sub: object;
  mul: object;
  div: object;
  /** Product of the last two axes, leading axes broadcast; the flags transpose an operand's last two axes first. */
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean };
  /** Images [...lead, N, H, W, C] and weights [...lead, O, C/groups, h, w] give [...lead, N, H', W', O]; leads broadcast. */
  conv2d: ConvGeometry;
  /** The transpose of conv2d in its image: results and weights give images. */
  conv2dInput: ConvGeometry;
  /** The transpose of conv2d in its weights, summed over N: images and results give weights. */
  conv2dWeight: ConvGeometry;
  transpose: { readonly permutation: readonly number[] };
  reshape: { readonly shape: Shape };
  broadcast: { readonly shape: Shape };
  /** Sum over axes, which stay with extent 1. */
  sum: { readonly axes: readonly number[] };
  /** Elements start..end-1 of one axis. */
  slice: { readonly axis: number; readonly start: number; readonly end: number };
  /** Zeros before and after on one axis. */
  pad: { readonly axis: number; readonly before: number; readonly after: number };
  concat: { readonly axis: number };
  /** Rows of a table: [R, ...rest] and int indices [...i] give [...i, ...rest]. */
  gather: object;
  /** The transpose of gather: adds rows [...i, ...rest] into zeros [rows, ...rest]. */
  scatterAdd: { readonly rows: number };
  /** Over the last axis. */
  softmax: object;
  logSoftmax: object;
  /** -sum(targets * logSoftmax(logits)) over the last axis, nats; each row of targets must sum to 1. */
  crossEntropy: object;
  /** Index of the first largest element of the last axis, int. */
  argMax: object;
}

export type OpName = keyof OpParams;

/** What shape inference needs of an operand. */
export interface Operand {
  readonly shape: Shape;
  readonly dtype: DType;
}

type ShapeRule<N extends OpName> = (inputs: readonly Operand[], params: OpParams[N]) => Shape;

const unary = ([x]: readonly Operand[]): Shape => (x as Operand).shape;
const binary = ([a, b]: readonly Operand[]): Shape =>
  broadcastShapes((a as Operand).shape, (b as Operand).shape);
const list = (shape: Shape) => `[${shape.join(',')}]`;

/** Shapes of results; a rule throws ShapeError naming the op, the rule and the shapes. */
export const shapeRules: { readonly [N in Exclude<OpName, 'input' | 'constant'>]: ShapeRule<N> } = {
  neg: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  tanh: unary,
  relu: unary,
  step: unary,
  erf: unary,
  maximum: binary,
  atLeast: binary,
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  softmax: needLastAxis('softmax'),
  logSoftmax: needLastAxis('logSoftmax'),
  matmul: ([a, b], { transposeA, transposeB }) => {
    const x = (a as Operand).shape;
    const y = (b as Operand).shape;
    if (x.length < 2 || y.length < 2) {
      throw new ShapeError(
        `matmul: operands must have two axes or more, got ${list(x)} and ${list(y)}; reshape them`,
      );
    }
    const [m, k] = lastTwo(x, transposeA);
    const [inner, n] = lastTwo(y, transposeB);
    if (k !== inner) {
      throw new ShapeError(
        `matmul: inner extents must agree, got ${list(x)}${transposeA ? "'" : ''} and ${list(y)}${transposeB ? "'" : ''}; check the transposes`,
      );
    }
    return [...broadcastShapes(x.slice(0, -2), y.slice(0, -2)), m, n];
  },
  conv2d: ([x, w], geometry) => {
    const image = imageAxes('conv2d', (x as Operand).shape, geometry.image);
    const [out, channels] = weightAxes('conv2d', (w as Operand).shape, geometry);
    sameChannels('conv2d', image.channels, channels * geometry.groups);
    const lead = broadcastShapes(image.lead, (w as Operand).shape.slice(0, -4));
    return [...lead, image.count, ...resultSize(geometry), out];
  },
  conv2dInput: ([y, w], geometry) => {
    const result = imageAxes('conv2dInput', (y as Operand).shape, resultSize(geometry));
    const [out, channels] = weightAxes('conv2dInput', (w as Operand).shape, geometry);
    sameChannels('conv2dInput', result.channels, out);
    const lead = broadcastShapes(result.lead, (w as Operand).shape.slice(0, -4));
    return [...lead, result.count, ...geometry.image, channels * geometry.groups];
  },
  conv2dWeight: ([x, y], geometry) => {
    const image = imageAxes('conv2dWeight', (x as Operand).shape, geometry.image);
    const result = imageAxes('conv2dWeight', (y as Operand).shape, resultSize(geometry));
    const { groups, kernel } = geometry;
    if (image.count !== result.count || image.channels % groups > 0 || result.channels % groups > 0)
      throw new ShapeError(
        `conv2dWeight: images and results must have one count, and channels that ${groups} divides, got ${list((x as Operand).shape)} and ${list((y as Operand).shape)}; reshape them`,
      );
    const lead = broadcastShapes(image.lead, result.lead);
    return [...lead, result.channels, image.channels / groups, ...kernel];
  },
  transpose: ([x], { permutation }) => {
    const { shape } = x as Operand;
    if (permutation.length !== shape.length || new Set(permutation).size !== shape.length) {
      throw new ShapeError(
        `transpose: must name each of the ${shape.length} axes once, got ${list(permutation)}; correct the permutation`,
      );
    }
    return permutation.map((axis) => extent(shape, axis, 'transpose'));
  },
  reshape: ([x], { shape }) => {
    const from = (x as Operand).shape;
    if (sizeOf(from) !== sizeOf(shape))
      throw new ShapeError(
        `reshape: must keep ${sizeOf(from)} elements of ${list(from)}, got ${list(shape)}; correct the shape`,
      );
    return shape;
  },
  broadcast: ([x], { shape }) => {
    const from = (x as Operand).shape;
    const result = broadcastShapes(from, shape);
    if (result.length !== shape.length || result.some((e, i) => e !== shape[i])) {
      throw new ShapeError(
        `broadcast: ${list(from)} must fit into the target, got ${list(shape)}; reshape first`,
      );
    }
    return shape;
  },
  sum: ([x], { axes }) => (x as Operand).shape.map((e, axis) => (axes.includes(axis) ? 1 : e)),
  slice: ([x], { axis, start, end }) => {
    const { shape } = x as Operand;
    if (start < 0 || end <= start || end > extent(shape, axis, 'slice')) {
      throw new ShapeError(
        `slice: 0 <= start < end <= ${shape[axis]} must hold, got ${start}..${end} of axis ${axis} in ${list(shape)}; correct the range`,
      );
    }
    return shape.with(axis, end - start);
  },
  pad: ([x], { axis, before, after }) => {
    const { shape } = x as Operand;
    return shape.with(axis, before + extent(shape, axis, 'pad') + after);
  },
  concat: (inputs, { axis }) => {
    const [first] = inputs;
    const shape = (first as Operand).shape;
    for (const other of inputs) {
      if (
        other.shape.length !== shape.length ||
        other.shape.some((e, i) => i !== axis && e !== shape[i])
      ) {
        throw new ShapeError(
          `concat: shapes must agree besides axis ${axis}, got ${list(shape)} and ${list(other.shape)}; reshape them`,
        );
      }
    }
    return shape.with(
      axis,
      inputs.reduce((total, x) => total + extent(x.shape, axis, 'concat'), 0),
    );
  },
  gather: ([table, indices]) => {
    if ((indices as Operand).dtype !== 'int')
      throw new ShapeError('gather: indices must be int, got float; use an int input');
    if ((table as Operand).shape.length < 1)
      throw new ShapeError('gather: the table must have rows, got a scalar; reshape it');
    return [...(indices as Operand).shape, ...(table as Operand).shape.slice(1)];
  },
  scatterAdd: ([indices, updates], { rows }) => {
    const i = (indices as Operand).shape;
    const u = (updates as Operand).shape;
    if (i.some((e, axis) => e !== u[axis]))
      throw new ShapeError(
        `scatterAdd: updates must begin with the shape of the indices, got ${list(i)} and ${list(u)}; reshape them`,
      );
    return [rows, ...u.slice(i.length)];
  },
  crossEntropy: ([logits, targets]) => {
    const z = (logits as Operand).shape;
    const full = broadcastShapes(z, (targets as Operand).shape);
    if (z.length < 1 || full.at(-1) !== z.at(-1))
      throw new ShapeError(
        `crossEntropy: classes must agree, got ${list(z)} and ${list((targets as Operand).shape)}; one-hot the labels`,
      );
    return full.slice(0, -1);
  },
  argMax: ([x]) => needLastAxis('argMax')([x as Operand]).slice(0, -1),
};

/** The type of an op's result. */
export function resultType(op: OpName, inputs: readonly Operand[]): DType {
  if (op === 'argMax') return 'int';
  if (['reshape', 'broadcast', 'slice', 'concat', 'gather', 'transpose'].includes(op))
    return (inputs[0] as Operand).dtype;
  return 'float';
}

interface ImageAxes {
  readonly lead: Shape;
  readonly count: number;
  readonly channels: number;
}

/** Takes images [...lead, N, H, W, C] apart. */
function imageAxes(op: string, shape: Shape, size: readonly [number, number]): ImageAxes {
  const [count, height, width, channels] = shape.slice(-4);
  if (shape.length < 4 || height !== size[0] || width !== size[1])
    throw new ShapeError(
      `${op}: images must be [...lead, N, ${size[0]}, ${size[1]}, channels], got ${list(shape)}; reshape them`,
    );
  return { lead: shape.slice(0, -4), count: count as number, channels: channels as number };
}

/** Out and in channels of weights [...lead, O, C/groups, h, w]. */
function weightAxes(op: string, shape: Shape, { kernel, groups }: ConvGeometry): [number, number] {
  const [out, channels, height, width] = shape.slice(-4) as [number, number, number, number];
  if (shape.length < 4 || height !== kernel[0] || width !== kernel[1] || out % groups > 0)
    throw new ShapeError(
      `${op}: weights must be [...lead, out, in/groups, ${kernel[0]}, ${kernel[1]}] with out divisible by ${groups}, got ${list(shape)}; reshape them`,
    );
  return [out, channels];
}

function sameChannels(op: string, got: number, wanted: number): void {
  if (got !== wanted)
    throw new ShapeError(
      `${op}: channels must agree with the weights' ${wanted}, got ${got}; correct the channels or the groups`,
    );
}

function needLastAxis(op: string): (inputs: readonly Operand[]) => Shape {
  return ([x]) => {
    const { shape } = x as Operand;
    if (shape.length < 1)
      throw new ShapeError(`${op}: needs at least one axis, got a scalar; reshape it`);
    return shape;
  };
}

function extent(shape: Shape, axis: number, op: string): number {
  const e = shape[axis];
  if (e === undefined)
    throw new ShapeError(
      `${op}: axis must be in 0..${shape.length - 1}, got ${axis} for ${list(shape)}; correct the axis`,
    );
  return e;
}

function lastTwo(shape: Shape, swap: boolean): [number, number] {
  const rows = shape.at(-2) as number;
  const columns = shape.at(-1) as number;
  return swap ? [columns, rows] : [rows, columns];
}
