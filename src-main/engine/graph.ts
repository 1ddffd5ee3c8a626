/** Nodes of a graph and the functions that make them: `add(a, b)`, `matmul(x, w, { transposeB: true })`, ... Nodes never change. */
import { ShapeError } from '#shared/errors';
import type { ConvGeometry } from './convolution';
import { resultType, shapeRules, type OpName, type OpParams } from './ops';
import { sizeOf, type DType, type Shape } from './tensor';

export interface NodeOf<N extends OpName> {
  readonly op: N;
  readonly inputs: readonly Node[];
  readonly params: OpParams[N];
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One value of a graph: an operation and the nodes that it reads. */
export type Node = { [N in OpName]: NodeOf<N> }[OpName];

/** Makes a node, its shape and type inferred. @throws ShapeError when the operands do not fit the op */
export function makeNode<N extends Exclude<OpName, 'input' | 'constant'>>(
  op: N,
  inputs: readonly Node[],
  params: OpParams[N],
): Node {
  const rule = shapeRules[op] as (inputs: readonly Node[], params: OpParams[N]) => Shape;
  return {
    op,
    inputs,
    params,
    shape: rule(inputs, params),
    dtype: resultType(op, inputs),
  } as NodeOf<N> as Node;
}

/** A value given at run time under `name`. */
export function input(name: string, shape: Shape, dtype: DType = 'float'): Node {
  return { op: 'input', inputs: [], params: { name }, shape, dtype };
}

/** A float known now; `values` has one entry per element, or one for all. */
export function constant(values: readonly number[] | number, shape: Shape = []): Node {
  const flat = typeof values === 'number' ? new Array<number>(sizeOf(shape)).fill(values) : values;
  if (flat.length !== sizeOf(shape))
    throw new ShapeError(
      `constant: must have ${sizeOf(shape)} values, got ${flat.length}; correct the shape`,
    );
  return { op: 'constant', inputs: [], params: { values: flat }, shape, dtype: 'float' };
}

const none = {};
export const neg = (x: Node) => makeNode('neg', [x], none);
export const exp = (x: Node) => makeNode('exp', [x], none);
export const log = (x: Node) => makeNode('log', [x], none);
export const sqrt = (x: Node) => makeNode('sqrt', [x], none);
export const tanh = (x: Node) => makeNode('tanh', [x], none);
export const relu = (x: Node) => makeNode('relu', [x], none);
export const step = (x: Node) => makeNode('step', [x], none);
export const erf = (x: Node) => makeNode('erf', [x], none);
export const maximum = (a: Node, b: Node) => makeNode('maximum', [a, b], none);
export const atLeast = (a: Node, b: Node) => makeNode('atLeast', [a, b], none);
export const add = (a: Node, b: Node) => makeNode('add', [a, b], none);
export const sub = (a: Node, b: Node) => makeNode('sub', [a, b], none);
export const mul = (a: Node, b: Node) => makeNode('mul', [a, b], none);
export const div = (a: Node, b: Node) => makeNode('div', [a, b], none);
export const softmax = (x: Node) => makeNode('softmax', [x], none);
export const logSoftmax = (x: Node) => makeNode('logSoftmax', [x], none);
export const crossEntropy = (logits: Node, targets: Node) =>
  makeNode('crossEntropy', [logits, targets], none);
export const argMax = (x: Node) => makeNode('argMax', [x], none);
export const gather = (table: Node, indices: Node) => makeNode('gather', [table, indices], none);
export const scatterAdd = (indices: Node, updates: Node, rows: number) =>
  makeNode('scatterAdd', [indices, updates], { rows });
export const reshape = (x: Node, shape: Shape) => makeNode('reshape', [x], { shape });
export const broadcast = (x: Node, shape: Shape) => makeNode('broadcast', [x], { shape });
export const transpose = (x: Node, permutation: readonly number[]) =>
  makeNode('transpose', [x], { permutation });

/** |x| = relu(x) + relu(-x); its derivative at 0 is 0. */
export const abs = (x: Node) => add(relu(x), relu(neg(x)));

/** Convolution of images [...lead, N, H, W, C] with weights [...lead, O, C/groups, h, w]. */
export const conv2d = (image: Node, weights: Node, geometry: ConvGeometry) =>
  makeNode('conv2d', [image, weights], geometry);
/** Results and weights to images: the transpose of `conv2d` in its image. */
export const conv2dInput = (result: Node, weights: Node, geometry: ConvGeometry) =>
  makeNode('conv2dInput', [result, weights], geometry);
/** Images and results to weights: the transpose of `conv2d` in its weights. */
export const conv2dWeight = (image: Node, result: Node, geometry: ConvGeometry) =>
  makeNode('conv2dWeight', [image, result], geometry);

/** Product over the last two axes; leading axes broadcast. */
export function matmul(
  a: Node,
  b: Node,
  options: { transposeA?: boolean; transposeB?: boolean } = {},
): Node {
  return makeNode('matmul', [a, b], {
    transposeA: options.transposeA ?? false,
    transposeB: options.transposeB ?? false,
  });
}

/** Sum over axes (negative: from the end), kept with extent 1. */
export function sum(x: Node, axes: readonly number[]): Node {
  return makeNode('sum', [x], { axes: axes.map((a) => fromFront(x, a)).sort((a, b) => a - b) });
}

/** Elements start..end-1 of an axis (negative: from the end). */
export function slice(x: Node, axis: number, range: { start: number; end: number }): Node {
  return makeNode('slice', [x], { axis: fromFront(x, axis), ...range });
}

export function pad(x: Node, axis: number, zeros: { before: number; after: number }): Node {
  return makeNode('pad', [x], { axis: fromFront(x, axis), ...zeros });
}

export function concat(inputs: readonly Node[], axis: number): Node {
  const [first] = inputs;
  if (!first) throw new ShapeError('concat: needs at least one operand, got none; pass one');
  return inputs.length === 1 ? first : makeNode('concat', inputs, { axis: fromFront(first, axis) });
}

/** Every node that `outputs` depend on, operands before their users, each once. */
export function topologicalOrder(outputs: readonly Node[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  for (const output of outputs) {
    if (seen.has(output)) continue;
    seen.add(output);
    stack.push({ node: output, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { node: Node; next: number };
      const child = top.node.inputs[top.next++];
      if (child === undefined) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(child)) {
        seen.add(child);
        stack.push({ node: child, next: 0 });
      }
    }
  }
  return order;
}

function fromFront(x: Node, axis: number): number {
  return axis < 0 ? axis + x.shape.length : axis;
}
