/** One rule per op that is not elementwise: the layout of its result and the instructions that fill it. */
import type { ConvGeometry } from '../../convolution';
import type { Node, NodeOf } from '../../graph';
import type { OpName } from '../../ops';
import { sizeOf, type Shape } from '../../tensor';
import { instruction, type Instruction, type View, type Word } from './instructions';
import {
  broadcastLayout,
  contiguous,
  isContiguous,
  joinAxes,
  ownStorage,
  reshapeLayout,
  sliceLayout,
  transposeLayout,
  type Layout,
} from './layout';

/** What a product does before it stores: + bias, relu, or times step of a tensor. */
export interface Finish {
  readonly bias: Layout | null;
  readonly relu: boolean;
  readonly step: Layout | null;
}

export const noFinish: Finish = { bias: null, relu: false, step: null };

/** What rules write to. */
export interface Sink {
  readonly instructions: Instruction[];
  /** Where the result of a node should go, when something decided it. */
  destination(node: Node): Layout | null;
}

type Rule<N extends OpName> = (
  sink: Sink,
  node: NodeOf<N>,
  inputs: readonly Layout[],
  finish: Finish,
) => Layout;

type LoweredOp = Exclude<
  OpName,
  | 'input'
  | 'constant'
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'tanh'
  | 'relu'
  | 'step'
  | 'erf'
  | 'maximum'
  | 'atLeast'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
>;

/** The decided place of a result where `accepts` it, else new memory. */
function resultLayout(
  sink: Sink,
  node: Node,
  accepts: (layout: Layout) => boolean = () => true,
): Layout {
  const decided = sink.destination(node);
  return decided && accepts(decided)
    ? decided
    : contiguous(ownStorage(sizeOf(node.shape)), node.shape);
}

/** Copies a tensor; both have one shape. */
export function copy(sink: Sink, from: Layout, to: Layout): void {
  const { extents, strides } = joinAxes({
    extents: to.shape,
    strides: [from.strides, to.strides],
  });
  const [source, target] = strides as [number[], number[]];
  sink.instructions.push(
    instruction(
      'copy',
      [
        extents.length,
        ...extents,
        { layout: from, strides: source },
        { layout: to, strides: target },
      ],
      [to],
    ),
  );
}

/** The tensor with its last `axes` axes contiguous, copied where they are not. */
function withContiguous(sink: Sink, from: Layout, axes = from.shape.length): Layout {
  if (isContiguous(from, axes)) return from;
  const to = contiguous(ownStorage(sizeOf(from.shape)), from.shape);
  copy(sink, from, to);
  return to;
}

function view(layout: Layout, strides: readonly number[]): View {
  return { layout, strides };
}

const lastAxes = (count: number) => (layout: Layout) => isContiguous(layout, count);

function sum(sink: Sink, node: NodeOf<'sum'>, [from]: readonly Layout[]): Layout {
  const x = from as Layout;
  const to = resultLayout(sink, node);
  const axes = x.shape.map((_, axis) => axis);
  const pick = (chosen: readonly number[]) =>
    joinAxes({
      extents: chosen.map((axis) => x.shape[axis] as number),
      strides: [x.strides, to.strides].map((strides) =>
        chosen.map((axis) => strides[axis] as number),
      ),
    });
  const kept = pick(axes.filter((axis) => !node.params.axes.includes(axis)));
  // The result has one element along a summed axis, whose stride must not keep axes from joining.
  const summed = joinAxes({
    extents: node.params.axes.map((axis) => x.shape[axis] as number),
    strides: [node.params.axes.map((axis) => x.strides[axis] as number)],
  });
  const extents = [...kept.extents, ...summed.extents];
  sink.instructions.push(
    instruction(
      'sum',
      [
        extents.length,
        ...extents,
        kept.extents.length,
        view(x, [...(kept.strides[0] ?? []), ...(summed.strides[0] ?? [])]),
        view(to, kept.strides[1] ?? []),
      ],
      [to],
    ),
  );
  return to;
}

/** Whether columns are neighbours, so that a product can write there. */
const hasColumns = ({ shape, strides }: Layout) => shape.at(-1) === 1 || strides.at(-1) === 1;

function matmul(
  sink: Sink,
  node: NodeOf<'matmul'>,
  [a, b]: readonly Layout[],
  given: Finish,
): Layout {
  const { transposeA, transposeB } = node.params;
  const rank = node.shape.length;
  const rows = node.shape.at(-2) as number;
  const columns = node.shape.at(-1) as number;
  const x = turned(a as Layout, transposeA);
  const y = turned(b as Layout, transposeB);
  const inner = x.shape.at(-1) as number;
  const to = resultLayout(sink, node, given.step ? lastAxes(2) : hasColumns);
  const finish = settledFinish(sink, given, 2);
  const lead = node.shape.slice(0, -2);
  const operands = [
    broadcastLayout(x, [...lead, rows, inner]),
    broadcastLayout(y, [...lead, inner, columns]),
    to,
    ...finishOperands(finish, node.shape),
  ];
  const batch = joinAxes({
    extents: lead,
    strides: operands.map(({ strides }) => strides.slice(0, rank - 2)),
  });
  const views = operands.map((layout, i) => {
    const last = layout.strides.slice(rank - 2);
    return view(layout, [...(batch.strides[i] as number[]), ...last]);
  });
  const product = foldRows({ extents: [...batch.extents], rows, views });
  sink.instructions.push(
    instruction(
      'matmul',
      [
        product.extents.length,
        ...product.extents,
        product.rows,
        columns,
        inner,
        ...withUnitColumns(product.views.slice(0, 3), columns),
        ...finishWords(finish, withUnitColumns(product.views.slice(3), columns, 0)),
      ],
      [to],
    ),
  );
  return to;
}

/** A single column has any stride; the kernels ask for 1. */
function withUnitColumns(views: readonly View[], columns: number, first = 2): View[] {
  return views.map((of, i) =>
    columns === 1 && i >= first ? { ...of, strides: of.strides.with(-1, 1) } : of,
  );
}

function turned(layout: Layout, transposes: boolean): Layout {
  if (!transposes) return layout;
  const rank = layout.shape.length;
  return transposeLayout(
    layout,
    layout.shape.map((_, axis) =>
      axis < rank - 2 ? axis : axis === rank - 1 ? rank - 2 : rank - 1,
    ),
  );
}

interface FoldedProduct {
  readonly extents: number[];
  readonly rows: number;
  readonly views: readonly View[];
}

/** Matrices with one right side whose rows follow each other are one product with more rows. */
function foldRows({ extents, rows, views }: FoldedProduct): FoldedProduct {
  const axis = extents.length - 1;
  if (axis < 0) return { extents, rows, views };
  const isFolding = views.every(({ strides }, i) => {
    const step = strides[axis] as number;
    const isBias = i === 3 && (strides[axis + 1] as number) === 0;
    return i === 1 || isBias ? step === 0 : step === rows * (strides[axis + 1] as number);
  });
  if (!isFolding) return { extents, rows, views };
  return foldRows({
    extents: extents.slice(0, -1),
    rows: rows * (extents[axis] as number),
    views: views.map(({ layout, strides }) => view(layout, strides.toSpliced(axis, 1))),
  });
}

/** A finish whose bias has neighbouring columns and whose step lies as a result of `axes` contiguous axes does. */
function settledFinish(sink: Sink, { bias, relu, step }: Finish, axes: number): Finish {
  return {
    bias: bias && withContiguous(sink, bias, 1),
    relu,
    step: step && withContiguous(sink, step, axes),
  };
}

/** The finish's tensors as they apply to a result of `shape`. */
function finishOperands({ bias, step }: Finish, shape: Shape): Layout[] {
  return [
    ...(bias ? [broadcastLayout(bias, shape)] : []),
    ...(step ? [broadcastLayout(step, shape)] : []),
  ];
}

function finishWords({ bias, relu, step }: Finish, views: readonly View[]): Word[] {
  return [(bias ? 1 : 0) + (relu ? 2 : 0) + (step ? 4 : 0), ...views];
}

function alongRows(
  kind: 'softmax' | 'logSoftmax' | 'argMax' | 'crossEntropy',
  { sink, from, to }: { sink: Sink; from: readonly Layout[]; to: Layout },
): void {
  const [first] = from as [Layout];
  const lead = first.shape.slice(0, -1);
  const all = [...from, to];
  const { extents, strides } = joinAxes({
    extents: lead,
    strides: all.map((layout) => layout.strides.slice(0, lead.length)),
  });
  sink.instructions.push(
    instruction(
      kind,
      [
        extents.length,
        ...extents,
        first.shape.at(-1) as number,
        ...all.map((layout, i) => view(layout, strides[i] as number[])),
      ],
      [to],
    ),
  );
}

function rowRule<N extends 'softmax' | 'logSoftmax' | 'argMax'>(kind: N): Rule<N> {
  return (sink, node, [x]) => {
    const from = withContiguous(sink, x as Layout, 1);
    const to = resultLayout(
      sink,
      node as unknown as Node,
      kind === 'argMax' ? undefined : lastAxes(1),
    );
    alongRows(kind, { sink, from: [from], to });
    return to;
  };
}

function crossEntropy(sink: Sink, node: NodeOf<'crossEntropy'>, inputs: readonly Layout[]): Layout {
  const classes = (inputs[0] as Layout).shape.at(-1) as number;
  const from = inputs.map((x) =>
    withContiguous(sink, broadcastLayout(x, [...node.shape, classes]), 1),
  );
  const to = resultLayout(sink, node);
  alongRows('crossEntropy', { sink, from, to });
  return to;
}

function gather(sink: Sink, node: NodeOf<'gather'>, [t, i]: readonly Layout[]): Layout {
  const table = withContiguous(sink, t as Layout, (t as Layout).shape.length - 1);
  const indices = withContiguous(sink, i as Layout);
  const to = resultLayout(sink, node, lastAxes(node.shape.length));
  const width = sizeOf(table.shape.slice(1));
  sink.instructions.push(
    instruction(
      'gather',
      [
        sizeOf(indices.shape),
        width,
        table.shape[0] as number,
        view(table, [table.strides[0] as number]),
        view(indices, []),
        view(to, [width]),
      ],
      [to],
    ),
  );
  return to;
}

function scatterAdd(sink: Sink, node: NodeOf<'scatterAdd'>, [i, u]: readonly Layout[]): Layout {
  const indices = withContiguous(sink, i as Layout);
  const updates = withContiguous(sink, u as Layout);
  const to = resultLayout(sink, node, lastAxes(node.shape.length));
  const width = sizeOf(node.shape.slice(1));
  sink.instructions.push(
    instruction(
      'scatterAdd',
      [
        sizeOf(indices.shape),
        width,
        node.params.rows,
        view(to, [width]),
        view(indices, []),
        view(updates, [width]),
      ],
      [to],
    ),
  );
  return to;
}

function concat(sink: Sink, node: NodeOf<'concat'>, inputs: readonly Layout[]): Layout {
  const to = resultLayout(sink, node);
  let start = 0;
  for (const from of inputs) {
    const end = start + (from.shape[node.params.axis] as number);
    const part = sliceLayout(to, { axis: node.params.axis, start, end });
    // Whatever was told to go there is there already.
    if (from.storage !== to.storage || from.offset !== part.offset) copy(sink, from, part);
    start = end;
  }
  return to;
}

function pad(sink: Sink, node: NodeOf<'pad'>, [x]: readonly Layout[]): Layout {
  const { axis, before } = node.params;
  const from = x as Layout;
  const to = resultLayout(sink, node);
  const { extents, strides } = joinAxes({ extents: to.shape, strides: [to.strides] });
  sink.instructions.push(
    instruction('fill', [extents.length, ...extents, 0, view(to, strides[0] as number[])], [to]),
  );
  const end = before + (from.shape[axis] as number);
  copy(sink, from, sliceLayout(to, { axis, start: before, end }));
  return to;
}

type Convolution = 'conv2d' | 'conv2dInput' | 'conv2dWeight';

function geometryWords({
  image,
  kernel,
  stride,
  padding,
  dilation,
  groups,
}: ConvGeometry): number[] {
  return [...image, ...kernel, ...stride, ...padding, ...dilation, groups];
}

function convolution(
  sink: Sink,
  node: NodeOf<Convolution>,
  inputs: readonly Layout[],
  given: Finish,
): Layout {
  const finish = settledFinish(sink, given, 4);
  const [first, second] = inputs.map((x) => withContiguous(sink, x, 4)) as [Layout, Layout];
  const to = resultLayout(sink, node, lastAxes(4));
  const [image, weights, result] =
    node.op === 'conv2d'
      ? [first, second, to]
      : node.op === 'conv2dInput'
        ? [to, second, first]
        : [first, to, second];
  const lead = node.shape.slice(0, -4);
  const operands = [image, weights, result, ...finishOperands(finish, node.shape)].map(
    (layout) => broadcastLayout(layout, [...lead, ...layout.shape.slice(-4)]).strides,
  );
  const { extents, strides } = joinAxes({
    extents: lead,
    strides: operands.map((of) => of.slice(0, lead.length)),
  });
  const views = [image, weights, result, finish.bias, finish.step]
    .filter((layout) => layout !== null)
    .map((layout, i) => view(layout, strides[i] as number[]));
  sink.instructions.push(
    instruction(
      node.op,
      [
        extents.length,
        ...extents,
        ...geometryWords(node.params),
        image.shape.at(-4) as number,
        image.shape.at(-1) as number,
        result.shape.at(-1) as number,
        ...views.slice(0, 3),
        ...finishWords(finish, views.slice(3)),
      ],
      [to],
    ),
  );
  return to;
}

function reshape(sink: Sink, node: NodeOf<'reshape'>, [x]: readonly Layout[]): Layout {
  const from = x as Layout;
  return (
    reshapeLayout(from, node.shape) ??
    (reshapeLayout(withContiguous(sink, from), node.shape) as Layout)
  );
}

export const loweringRules: { readonly [N in LoweredOp]: Rule<N> } = {
  matmul,
  conv2d: convolution,
  conv2dInput: convolution,
  conv2dWeight: convolution,
  transpose: (_, { params }, [x]) => transposeLayout(x as Layout, params.permutation),
  reshape,
  broadcast: (_, { shape }, [x]) => broadcastLayout(x as Layout, shape),
  sum,
  slice: (_, { params }, [x]) => sliceLayout(x as Layout, params),
  pad,
  concat,
  gather,
  scatterAdd,
  softmax: rowRule('softmax'),
  logSoftmax: rowRule('logSoftmax'),
  crossEntropy,
  argMax: rowRule('argMax'),
};
