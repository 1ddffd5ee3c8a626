/** Matrix products and convolutions as instructions, with what they finish before they store. */
import type { ConvGeometry } from '../../convolution';
import type { NodeOf } from '../../graph';
import type { Shape } from '../../tensor';
import { instruction, type View, type Word } from './instructions';
import { broadcastLayout, joinAxes, transposeLayout, type Layout } from './layout';
import { lastAxes, resultLayout, view, withContiguous, type Sink } from './results';

/** What a product does before it stores: + bias, relu, or times step of a tensor. */
export interface Finish {
  readonly bias: Layout | null;
  readonly relu: boolean;
  readonly step: Layout | null;
}

export const noFinish: Finish = { bias: null, relu: false, step: null };

/** Whether columns are neighbours, so that a product can write there. */
const hasColumns = ({ shape, strides }: Layout) => shape.at(-1) === 1 || strides.at(-1) === 1;

export function matmul(
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

export function convolution(
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
