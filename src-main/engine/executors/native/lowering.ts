/** One rule per op that is not elementwise: the layout of its result and the instructions that fill it. */
import type { Node, NodeOf } from '../../graph';
import type { OpName } from '../../ops';
import { sizeOf } from '../../tensor';
import { instruction } from './instructions';
import {
  broadcastLayout,
  joinAxes,
  reshapeLayout,
  sliceLayout,
  transposeLayout,
  type Layout,
} from './layout';
import { convolution, matmul, type Finish } from './products';
import { copy, lastAxes, resultLayout, view, withContiguous, type Sink } from './results';

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
