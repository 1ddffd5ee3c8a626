/**
 * Which nodes run as one instruction. Elementwise nodes of one shape join where one reads another, so that a chain of them
 * goes over memory once; everything else is an instruction of its own.
 */
import { topologicalOrder, type Node } from '../../graph';
import type { OpName } from '../../ops';
import { sameShape } from '../../tensor';
import { operationKinds } from './instructions';

const elementwiseOps: ReadonlySet<string> = new Set(operationKinds);
/** So cheap that whoever reads it computes it again, which saves keeping its result. */
const cheapOps: ReadonlySet<OpName> = new Set(['step', 'neg', 'atLeast']);
/** Other layouts of what they read. */
const viewOps: ReadonlySet<OpName> = new Set(['reshape', 'transpose', 'slice', 'broadcast']);

/** Below the limits of `plan.h`. */
const most = { operands: 14, operations: 40, results: 6 };

/** Elementwise nodes that run together, or any other node alone; operands' units come first. */
export type Unit =
  | { readonly kind: 'elementwise'; readonly members: readonly Node[] }
  | { readonly kind: 'single'; readonly node: Node };

export const isElementwise = (node: Node): boolean => elementwiseOps.has(node.op);
export const isView = (node: Node): boolean => viewOps.has(node.op);
export const isCheap = (node: Node): boolean => cheapOps.has(node.op);

/** Whether `reader` computes the cheap node `x` again for itself. */
export function isInlined(x: Node, reader: Node): boolean {
  return isCheap(x) && isElementwise(reader) && sameShape(x.shape, reader.shape);
}

interface Group {
  readonly members: ReadonlySet<Node>;
  /** Places of its first and last member in the order. */
  readonly first: number;
  readonly last: number;
}

/** The units of a graph in an order in which they can run. */
export function unitsOf(outputs: readonly Node[]): Unit[] {
  const order = topologicalOrder(outputs);
  const position = new Map(order.map((node, i) => [node, i]));
  const readers = readersOf(order);
  const outputSet = new Set(outputs);
  const isNeeded = (node: Node) =>
    !isCheap(node) ||
    outputSet.has(node) ||
    (readers.get(node) ?? []).some((reader) => !isInlined(node, reader));
  const groups = new Map<Node, Group>();
  for (const node of order) {
    if (!isElementwise(node) || !isNeeded(node)) continue;
    const at = position.get(node) as number;
    let group: Group = { members: new Set([node]), first: at, last: at };
    groups.set(node, group);
    for (const operand of operandsThrough(node)) {
      const other = groups.get(operand);
      if (!other || other === group || !sameShape(operand.shape, node.shape)) continue;
      const joined: Group = {
        members: new Set([...other.members, ...group.members]),
        first: Math.min(other.first, group.first),
        last: Math.max(other.last, group.last),
      };
      if (!fits(joined, readers, outputSet) || hasDetour(joined, groups, position)) continue;
      for (const member of joined.members) groups.set(member, joined);
      group = joined;
    }
  }
  return inOrder(outputs, groups, position);
}

/** Operands, with cheap ones replaced by what they read. */
function operandsThrough(node: Node): Node[] {
  return node.inputs.flatMap((x) => (isInlined(x, node) ? operandsThrough(x) : [x]));
}

/** Cheap nodes that a group computes again. */
function inlinedIn(members: ReadonlySet<Node>): Set<Node> {
  const inlined = new Set<Node>();
  const visit = (node: Node) => {
    for (const x of node.inputs)
      if (!members.has(x) && !inlined.has(x) && isInlined(x, node)) {
        inlined.add(x);
        visit(x);
      }
  };
  for (const node of members) visit(node);
  return inlined;
}

export function readersOf(order: readonly Node[]): Map<Node, Node[]> {
  const readers = new Map<Node, Node[]>();
  for (const node of order)
    for (const x of node.inputs) {
      const list = readers.get(x);
      if (list) list.push(node);
      else readers.set(x, [node]);
    }
  return readers;
}

/**
 * Whether something outside of a group reads a member, also by computing again a cheap member that reads it.
 * @param members - of the group
 */
export function isReadOutside(
  node: Node,
  members: ReadonlySet<Node>,
  readers: ReadonlyMap<Node, readonly Node[]>,
): boolean {
  return (readers.get(node) ?? []).some(
    (reader) =>
      !members.has(reader) || (isCheap(reader) && isReadOutside(reader, members, readers)),
  );
}

function fits(
  { members }: Group,
  readers: ReadonlyMap<Node, readonly Node[]>,
  outputs: ReadonlySet<Node>,
): boolean {
  const operands = new Set([...members].flatMap(operandsThrough).filter((x) => !members.has(x)));
  const results = [...members].filter(
    (node) => outputs.has(node) || isReadOutside(node, members, readers),
  );
  return (
    operands.size <= most.operands &&
    members.size + inlinedIn(members).size <= most.operations &&
    results.length <= most.results
  );
}

/** Whether a path leaves the members and comes back: they could then not run as one. Other groups run as a whole, too. */
function hasDetour(
  { members, first }: Group,
  groups: ReadonlyMap<Node, Group>,
  position: ReadonlyMap<Node, number>,
): boolean {
  const at = (node: Node) => position.get(node) as number;
  const border = borderBefore(first, new Set(groups.values()));
  const seen = new Set<Node>(members);
  const stack = [...members].flatMap(operandsThrough).filter((x) => !members.has(x));
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    const unit = [...(groups.get(node)?.members ?? [node])];
    for (const x of unit) seen.add(x);
    if (unit.every((x) => at(x) < border)) continue;
    for (const x of unit.flatMap(neededBy)) {
      if (members.has(x)) return true;
      stack.push(x);
    }
  }
  return false;
}

/** The last place at or before `first` that no group spans: what lies before it depends on nothing that lies behind. */
function borderBefore(first: number, groups: ReadonlySet<Group>): number {
  let border = first;
  for (let before = Infinity; border < before;) {
    before = border;
    for (const group of groups)
      if (group.first < border && group.last >= border) border = group.first;
  }
  return border;
}

function neededBy(node: Node): readonly Node[] {
  return isElementwise(node) ? operandsThrough(node) : node.inputs;
}

function inOrder(
  outputs: readonly Node[],
  groups: ReadonlyMap<Node, Group>,
  position: ReadonlyMap<Node, number>,
): Unit[] {
  const units: Unit[] = [];
  const done = new Set<Node>();
  const stack: { nodes: readonly Node[]; needs: Node[] }[] = [];
  const enter = (node: Node) => {
    if (done.has(node)) return;
    const group = groups.get(node);
    const nodes = group ? [...group.members] : [node];
    const needs = group
      ? [...new Set(nodes.flatMap(operandsThrough))].filter((x) => !group.members.has(x))
      : [...node.inputs];
    for (const member of nodes) done.add(member);
    stack.push({ nodes, needs: needs.toReversed() });
  };
  for (const output of outputs) {
    enter(output);
    while (stack.length > 0) {
      const top = stack.at(-1) as (typeof stack)[number];
      const next = top.needs.pop();
      if (next) {
        enter(next);
        continue;
      }
      stack.pop();
      const [node] = top.nodes as [Node];
      units.push(
        groups.has(node)
          ? {
              kind: 'elementwise',
              members: top.nodes.toSorted(
                (a, b) => (position.get(a) as number) - (position.get(b) as number),
              ),
            }
          : { kind: 'single', node },
      );
    }
  }
  return units;
}
