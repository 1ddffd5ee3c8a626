/** Writes a group of elementwise nodes as one instruction. */
import type { Node } from '../../graph';
import { sameShape, sizeOf } from '../../tensor';
import { isInlined } from './fusion';
import { instruction, operationKinds, type Instruction, type OperationKind } from './instructions';
import { broadcastLayout, contiguous, joinAxes, ownStorage, type Layout } from './layout';

interface Operation {
  readonly kind: OperationKind;
  readonly a: Value;
  readonly b: Value;
}

/** Operands are counted first, then the operations. */
type Value = { readonly operand: number } | { readonly operation: number };

export interface ElementwiseGroup {
  readonly members: readonly Node[];
  /** Members that something else reads. */
  readonly results: readonly Node[];
  readonly layoutOf: (node: Node) => Layout;
  readonly destination: (node: Node) => Layout | null;
}

/** The instruction of a group, and where its results lie. */
export function lowerElementwise(group: ElementwiseGroup): {
  instruction: Instruction;
  layouts: ReadonlyMap<Node, Layout>;
} {
  const { shape } = group.members[0] as Node;
  const { operands, operations, values } = programOf(group);
  const layouts = new Map(
    group.results.map((node) => [
      node,
      group.destination(node) ?? contiguous(ownStorage(sizeOf(shape)), shape),
    ]),
  );
  const reads = operands.map((node) => broadcastLayout(group.layoutOf(node), shape));
  const writes = [...layouts.values()];
  const { extents, strides } = joinAxes({
    extents: shape,
    strides: [...reads, ...writes].map((layout) => layout.strides),
  });
  const index = (value: Value) =>
    'operand' in value ? value.operand : operands.length + value.operation;
  return {
    instruction: instruction(
      'elementwise',
      [
        extents.length,
        ...extents,
        reads.length,
        ...reads.map((layout, i) => ({ layout, strides: strides[i] as number[] })),
        operations.length,
        ...operations.flatMap(({ kind, a, b }) => [
          operationKinds.indexOf(kind),
          index(a),
          index(b),
        ]),
        writes.length,
        ...[...layouts].flatMap(([node, layout], i) => [
          index(values.get(node) as Value),
          { layout, strides: strides[reads.length + i] as number[] },
        ]),
      ],
      writes,
    ),
    layouts,
  };
}

/** Operands and operations of a group, cheap nodes outside of it computed again. */
function programOf({ members }: ElementwiseGroup) {
  const inside = new Set(members);
  const operands: Node[] = [];
  const operations: Operation[] = [];
  const values = new Map<Node, Value>();
  const operandOf = (node: Node): Value => {
    const known = operands.indexOf(node);
    return { operand: known >= 0 ? known : operands.push(node) - 1 };
  };
  const valueOf = (node: Node, reader: Node): Value => {
    const known = values.get(node);
    if (known) return known;
    if (!inside.has(node) && !isInlined(node, reader)) return operandOf(node);
    const value = compute(node);
    values.set(node, value);
    return value;
  };
  const push = (kind: OperationKind, a: Value, b: Value): Value => ({
    operation: operations.push({ kind, a, b }) - 1,
  });
  const compute = (node: Node): Value => {
    const [first, second] = node.inputs as [Node, Node | undefined];
    const masked = maskedFactors(node);
    if (masked) {
      const [factor, under] = masked;
      return push('mulStep', valueOf(factor, node), valueOf(under, node));
    }
    const a = valueOf(first, node);
    return push(node.op as OperationKind, a, second ? valueOf(second, node) : a);
  };
  for (const node of members) if (!values.has(node)) values.set(node, compute(node));
  return { operands, operations, values };
}

/** x and y of a product x step(y), which is one operation. */
export function maskedFactors(node: Node): readonly [Node, Node] | null {
  if (node.op !== 'mul') return null;
  const [a, b] = node.inputs as [Node, Node];
  const isMask = (x: Node) => x.op === 'step' && sameShape(x.shape, node.shape);
  if (isMask(b)) return [a, b.inputs[0] as Node];
  return isMask(a) ? [b, a.inputs[0] as Node] : null;
}
