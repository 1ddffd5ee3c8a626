/** Where tensors lie: a storage, an offset, and a stride per axis. Most changes of shape are another layout of the same storage. */
import { stridesOf, type Shape } from '../../tensor';

/** A piece of memory of a plan. `own` ones are placed by `memory.ts`; inputs have a slot of their own. */
export interface Storage {
  readonly kind: 'own' | 'constant' | 'input';
  readonly size: number;
  /** Of an input: its slot. */
  readonly slot: number;
  /** Kept for the whole plan (states, outputs). */
  pinned: boolean;
}

export interface Layout {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

export function ownStorage(size: number): Storage {
  return { kind: 'own', size, slot: 0, pinned: false };
}

/** A row-major tensor at the beginning of a storage. */
export function contiguous(storage: Storage, shape: Shape): Layout {
  return { storage, offset: 0, shape, strides: stridesOf(shape) };
}

/** Whether the last `axes` axes are row-major without gaps. */
export function isContiguous({ shape, strides }: Layout, axes = shape.length): boolean {
  const expected = stridesOf(shape);
  for (let axis = shape.length - axes; axis < shape.length; axis++)
    if (shape[axis] !== 1 && strides[axis] !== expected[axis]) return false;
  return true;
}

/** The same elements in another shape, or null where that needs a copy. */
export function reshapeLayout(layout: Layout, shape: Shape): Layout | null {
  // Both shapes are cut into blocks of equal size; within a block the old axes must be one run.
  const old = layout.shape.flatMap((extent, axis) =>
    extent === 1 ? [] : [{ extent, stride: layout.strides[axis] as number }],
  );
  const strides = new Array<number>(shape.length).fill(0);
  let from = 0;
  let axis = 0;
  while (axis < shape.length) {
    if (shape[axis] === 1) {
      axis++;
      continue;
    }
    let last = axis;
    let size = shape[axis] as number;
    let block = old[from++]?.extent ?? 1;
    const first = from - 1;
    while (size !== block) {
      if (size < block) size *= shape[++last] as number;
      else {
        const next = old[from++];
        const before = old[from - 2];
        if (!next || !before || before.stride !== next.extent * next.stride) return null;
        block *= next.extent;
      }
    }
    let stride = old[Math.max(first, from - 1)]?.stride ?? 0;
    for (let i = last; i >= axis; i--) {
      strides[i] = stride;
      stride *= shape[i] as number;
    }
    axis = last + 1;
  }
  return { ...layout, shape, strides };
}

export function transposeLayout(layout: Layout, permutation: readonly number[]): Layout {
  return {
    ...layout,
    shape: permutation.map((axis) => layout.shape[axis] as number),
    strides: permutation.map((axis) => layout.strides[axis] as number),
  };
}

export function sliceLayout(
  layout: Layout,
  { axis, start, end }: { axis: number; start: number; end: number },
): Layout {
  return {
    ...layout,
    offset: layout.offset + start * (layout.strides[axis] as number),
    shape: layout.shape.with(axis, end - start),
  };
}

/** The layout read with broadcasting to `shape`: stride 0 where it repeats. */
export function broadcastLayout(layout: Layout, shape: Shape): Layout {
  const lead = shape.length - layout.shape.length;
  const strides = shape.map((extent, axis) =>
    axis < lead || layout.shape[axis - lead] !== extent
      ? 0
      : (layout.strides[axis - lead] as number),
  );
  return { ...layout, shape, strides };
}

/** Axes of an instruction and every view's strides along them. */
export interface Axes {
  readonly extents: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** The same elements in the same order with as few axes as possible: those of extent 1 go, neighbours that run on join. */
export function joinAxes({ extents, strides }: Axes): Axes {
  const joined: number[] = [];
  const views: number[][] = strides.map(() => []);
  extents.forEach((extent, axis) => {
    if (extent === 1) return;
    const here = strides.map((view) => view[axis] as number);
    const runsOn =
      joined.length > 0 &&
      views.every((view, v) => (view.at(-1) as number) === extent * (here[v] as number));
    if (runsOn) {
      joined[joined.length - 1] = (joined.at(-1) as number) * extent;
      views.forEach((view, v) => (view[view.length - 1] = here[v] as number));
    } else {
      joined.push(extent);
      views.forEach((view, v) => view.push(here[v] as number));
    }
  });
  return { extents: joined, strides: views };
}
