/** Where results go: what every lowering rule shares. */
import type { Node } from '../../graph';
import { sizeOf } from '../../tensor';
import { instruction, type Instruction, type View } from './instructions';
import { contiguous, isContiguous, joinAxes, ownStorage, type Layout } from './layout';

/** What rules write to. */
export interface Sink {
  readonly instructions: Instruction[];
  /** Where the result of a node should go, when something decided it. */
  destination(node: Node): Layout | null;
}

/** The decided place of a result where `accepts` it, else new memory. */
export function resultLayout(
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
export function withContiguous(sink: Sink, from: Layout, axes = from.shape.length): Layout {
  if (isContiguous(from, axes)) return from;
  const to = contiguous(ownStorage(sizeOf(from.shape)), from.shape);
  copy(sink, from, to);
  return to;
}

export function view(layout: Layout, strides: readonly number[]): View {
  return { layout, strides };
}

/** Whether the last `count` axes are contiguous. */
export const lastAxes = (count: number) => (layout: Layout) => isContiguous(layout, count);
