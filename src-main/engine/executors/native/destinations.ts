/**
 * Decides before anything is lowered where some results go, so that they need no copy: parts of a concatenation into its
 * memory, and new states into the place of the old ones when nothing reads those any more.
 */
import type { Node } from '../../graph';
import { sizeOf } from '../../tensor';
import type { FinishedProduct } from './finishes';
import { isElementwise, isView, type Unit } from './fusion';
import { contiguous, ownStorage, reshapeLayout, sliceLayout, type Layout } from './layout';

export type Decisions = ReadonlyMap<Node, Layout>;

interface State {
  readonly input: Node;
  readonly next: Node;
  /** Where the state lies. */
  readonly layout: Layout;
}

export function decideDestinations(
  units: readonly Unit[],
  {
    order,
    readers,
    finishes,
    states,
  }: {
    order: readonly Node[];
    readers: ReadonlyMap<Node, readonly Node[]>;
    finishes: ReadonlyMap<Node, FinishedProduct>;
    states: readonly State[];
  },
): Decisions {
  const decisions = new Map<Node, Layout>();
  const turnOf = new Map<Node, number>();
  units.forEach((unit, turn) => {
    for (const node of unit.kind === 'single' ? [unit.node] : unit.members) turnOf.set(node, turn);
  });
  // A product with a finish runs when its finish would.
  for (const [node, { product }] of finishes)
    turnOf.set(product, Math.max(turnOf.get(product) ?? 0, turnOf.get(node) ?? 0));
  for (const state of states)
    if (canReplace(state, { states, turnOf, readers })) decisions.set(state.next, state.layout);
  // Outer concatenations first: an inner one may be part of them.
  for (const node of order.toReversed()) {
    if (node.op !== 'concat') continue;
    const whole = decisions.get(node) ?? contiguous(ownStorage(sizeOf(node.shape)), node.shape);
    decisions.set(node, whole);
    let start = 0;
    for (const part of node.inputs) {
      const end = start + (part.shape[node.params.axis] as number);
      decidePart(part, sliceLayout(whole, { axis: node.params.axis, start, end }), decisions);
      start = end;
    }
  }
  return decisions;
}

/** Sends what computes `part` to `place`, through reshapes that lie between. */
function decidePart(part: Node, place: Layout, decisions: Map<Node, Layout>): void {
  let node = part;
  while (node.op === 'reshape') node = node.inputs[0] as Node;
  const isComputed = node.op !== 'input' && node.op !== 'constant' && !isView(node);
  if (!isComputed || decisions.has(node)) return;
  const layout = reshapeLayout(place, node.shape);
  if (layout) decisions.set(node, layout);
}

function withoutViews(node: Node): Node {
  return isView(node) ? withoutViews(node.inputs[0] as Node) : node;
}

/**
 * Whether the new value can be written where the old one lies: an elementwise unit computes it, every other reader of the
 * state comes before that unit, and in it the state is read element by element.
 */
function canReplace(
  { input, next }: State,
  {
    states,
    turnOf,
    readers,
  }: {
    states: readonly State[];
    turnOf: ReadonlyMap<Node, number>;
    readers: ReadonlyMap<Node, readonly Node[]>;
  },
): boolean {
  if (!isElementwise(next)) return false;
  // Another state that takes over the old value is copied after the last instruction.
  if (states.some((other) => withoutViews(other.next) === input)) return false;
  if (states.filter((other) => other.next === next).length > 1) return false;
  const turn = turnOf.get(next);
  if (turn === undefined) return false;
  const isBefore = (reader: Node): boolean => {
    if (isView(reader)) return (readers.get(reader) ?? []).every(isBefore);
    const at = turnOf.get(reader);
    // A cheap node has no turn of its own: whoever reads it computes it.
    if (at === undefined) return (readers.get(reader) ?? []).every(isBefore);
    return at < turn;
  };
  return (readers.get(input) ?? []).every((reader) => {
    const isElement = turnOf.get(reader) === turn && reader.shape.length === input.shape.length;
    return isElement || isBefore(reader);
  });
}
