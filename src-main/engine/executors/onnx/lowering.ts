/** One rule per op: how a node of our graph is written in ONNX, so that the provider has kernels for it. */
import type { Node, NodeOf } from '../../graph';
import type { OpName } from '../../ops';
import { sizeOf } from '../../tensor';
import { lowerConvolution } from './convolution';
import type { GraphWriter } from './graph-writer';
import { reshape } from './layout';
import { emitMatmul } from './matmul';

/** Writes a node, given the names of its operands, and returns the name of its result. */
type LoweringRule<N extends OpName> = (
  writer: GraphWriter,
  node: NodeOf<N>,
  inputs: readonly string[],
) => string;

const plain =
  <N extends OpName>(opType: string): LoweringRule<N> =>
  (writer, _, inputs) =>
    writer.emit(opType, inputs);
const alongLast =
  <N extends OpName>(opType: string): LoweringRule<N> =>
  (writer, _, inputs) =>
    writer.emit(opType, inputs, { attributes: { axis: { int: -1 } } });

export const loweringRules: { readonly [N in Exclude<OpName, 'input'>]: LoweringRule<N> } = {
  constant: (writer, node) => writer.floats(node.params.values, node.shape),
  neg: plain('Neg'),
  exp: plain('Exp'),
  log: plain('Log'),
  sqrt: plain('Sqrt'),
  tanh: plain('Tanh'),
  relu: plain('Relu'),
  step: (writer, _, [x]) =>
    writer.emit('Cast', [writer.emit('Greater', [x as string, writer.floats([0], [])])], {
      attributes: { to: { int: 1 } },
    }),
  erf: plain('Erf'),
  maximum: plain('Max'),
  atLeast: (writer, _, inputs) =>
    writer.emit('Cast', [writer.emit('GreaterOrEqual', inputs)], {
      attributes: { to: { int: 1 } },
    }),
  add: plain('Add'),
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  matmul: (writer, { params, inputs: [a, b] }, [left, right]) =>
    emitMatmul(
      writer,
      [
        { name: left as string, shape: (a as Node).shape },
        { name: right as string, shape: (b as Node).shape },
      ],
      params,
    ),
  conv2d: lowerConvolution,
  conv2dInput: lowerConvolution,
  conv2dWeight: lowerConvolution,
  transpose: (writer, { params }, inputs) =>
    writer.emit('Transpose', inputs, { attributes: { perm: { ints: params.permutation } } }),
  reshape: (writer, { shape }, [x]) => writer.emit('Reshape', [x as string, writer.int64s(shape)]),
  broadcast: (writer, { shape }, [x]) => writer.emit('Expand', [x as string, writer.int64s(shape)]),
  sum: (writer, node, [x]) => lowerSum(writer, node, x as string),
  slice: (writer, { params: { axis, start, end } }, [x]) =>
    writer.emit('Slice', [
      x as string,
      writer.int64s([start]),
      writer.int64s([end]),
      writer.int64s([axis]),
    ]),
  pad: (writer, { shape, params: { axis, before, after } }, [x]) => {
    const zeros = shape.map(() => 0);
    return writer.emit('Pad', [
      x as string,
      writer.int64s([...zeros.with(axis, before), ...zeros.with(axis, after)]),
    ]);
  },
  concat: (writer, { params }, inputs) =>
    writer.emit('Concat', inputs, { attributes: { axis: { int: params.axis } } }),
  gather: (writer, _, inputs) =>
    writer.emit('Gather', inputs, { attributes: { axis: { int: 0 } } }),
  scatterAdd: (writer, node, [indices, updates]) => {
    const zeros = writer.emit('Expand', [writer.floats([0], []), writer.int64s(node.shape)]);
    const { shape } = node.inputs[0] as Node;
    const narrow = writer.emit('Reshape', [indices as string, writer.int64s([...shape, 1])]);
    const rows = writer.emit('Cast', [narrow], { attributes: { to: { int: 7 } } });
    return writer.emit('ScatterND', [zeros, rows, updates as string], {
      attributes: { reduction: { text: 'add' } },
    });
  },
  softmax: alongLast('Softmax'),
  logSoftmax: (writer, _, [x]) => emitLogSoftmax(writer, x as string),
  crossEntropy: (writer, _, [logits, targets]) => {
    const logProbabilities = emitLogSoftmax(writer, logits as string);
    const product = writer.emit('Mul', [logProbabilities, targets as string]);
    return writer.emit('Neg', [
      writer.emit('ReduceSum', [product, writer.int64s([-1])], {
        attributes: { keepdims: { int: 0 } },
      }),
    ]);
  },
  argMax: (writer, _, inputs) => {
    const wide = writer.emit('ArgMax', inputs, {
      attributes: { axis: { int: -1 }, keepdims: { int: 0 } },
    });
    return writer.emit('Cast', [wide], { attributes: { to: { int: 6 } } });
  },
};

/** Over the last axis; the WebGPU provider has no kernel for it. */
function emitLogSoftmax(writer: GraphWriter, x: string): string {
  if (writer.provider !== 'webgpu')
    return writer.emit('LogSoftmax', [x], { attributes: { axis: { int: -1 } } });
  const last = writer.int64s([-1]);
  const shifted = writer.emit('Sub', [x, writer.emit('ReduceMax', [x, last])]);
  const total = writer.emit('ReduceSum', [writer.emit('Exp', [shifted]), last]);
  return writer.emit('Sub', [shifted, writer.emit('Log', [total])]);
}

/**
 * A sum over axes that follow each other, with more behind them, is a product with a row of ones: ONNX Runtime's ReduceSum adds in
 * another order for one model than for several, and packing must not change a run's numbers.
 */
function lowerSum(writer: GraphWriter, node: NodeOf<'sum'>, x: string): string {
  const { shape } = node.inputs[0] as Node;
  const { axes } = node.params;
  const [first = 0] = axes;
  const end = first + axes.length;
  const isRun = axes.every((axis, i) => axis === first + i) && axes.length > 0;
  if (isRun && end < shape.length) {
    const count = sizeOf(shape.slice(first, end));
    const ones = writer.floats(new Array<number>(count).fill(1), [1, count]);
    const rows = { name: x, shape };
    const matrices = reshape(writer, rows, [
      ...shape.slice(0, first),
      count,
      sizeOf(shape.slice(end)),
    ]);
    const sums = {
      name: writer.emit('MatMul', [ones, matrices.name]),
      shape: matrices.shape.with(-2, 1),
    };
    return reshape(writer, sums, node.shape).name;
  }
  return writer.emit('ReduceSum', [x, writer.int64s(axes)], {
    attributes: { keepdims: { int: 1 } },
  });
}

/** Parts of one `Split`: a shader may bind as few as eight buffers, its operand among them. */
const mostSplits = { cpu: Infinity, cuda: Infinity, webgpu: 7 };

/** Slices that tile the last axis of one tensor become a single Split. Returns the name of each slice's result. */
export function lowerSplits(
  writer: GraphWriter,
  order: readonly Node[],
  name: (node: Node) => string,
): (after: Node) => ReadonlyMap<Node, string> {
  const groups = new Map<Node, NodeOf<'slice'>[]>();
  for (const node of order) {
    if (node.op !== 'slice') continue;
    const source = node.inputs[0] as Node;
    groups.set(source, [...(groups.get(source) ?? []), node]);
  }
  return (source) => {
    const parts = (groups.get(source) ?? []).toSorted((a, b) => a.params.start - b.params.start);
    const axis = source.shape.length - 1;
    const tiles =
      parts.length > 1 &&
      parts.length <= mostSplits[writer.provider] &&
      parts.every(
        (part, i) =>
          part.params.axis === axis && part.params.start === (parts[i - 1]?.params.end ?? 0),
      ) &&
      parts.at(-1)?.params.end === source.shape[axis];
    if (!tiles) return new Map();
    const outputs = parts.map(() => writer.name());
    writer.nodes.push({
      opType: 'Split',
      inputs: [
        name(source),
        writer.int64s(parts.map((part) => sizeOf(part.shape) / sizeOf(part.shape.slice(0, -1)))),
      ],
      outputs,
      attributes: { axis: { int: axis } },
    });
    return new Map(parts.map((part, i) => [part as Node, outputs[i] as string]));
  };
}

/** Step nodes that are only ever factors of products: they stay truth values, since `Where` is cheaper than cast and product. */
export function maskNodes(order: readonly Node[], outputs: readonly Node[]): ReadonlySet<Node> {
  const masks = new Set(order.filter((node) => node.op === 'step' && !outputs.includes(node)));
  for (const node of order) {
    const factors = node.inputs.filter((x) => masks.has(x));
    if (node.op !== 'mul' || factors.length > 1) for (const x of factors) masks.delete(x);
  }
  return masks;
}

export function lowerMask(writer: GraphWriter, x: string): string {
  return writer.emit('Greater', [x, writer.floats([0], [])]);
}

/** The product of a mask and another factor. */
export function lowerMasked(writer: GraphWriter, factors: readonly string[], mask: string): string {
  const other = factors.find((name) => name !== mask) as string;
  return writer.emit('Where', [mask, other, writer.floats([0], [])]);
}
