/** Finds products whose only reader is what they can do themselves before they store: + bias, relu, times a step. */
import type { Node } from '../../graph';
import { sameShape } from '../../tensor';
import { maskedFactors } from './elementwise';
import { isCheap, type Unit } from './fusion';

/** An elementwise unit that a product does itself. */
export interface FinishedProduct {
  readonly product: Node;
  readonly bias: Node | null;
  readonly relu: boolean;
  readonly step: Node | null;
}

interface Surroundings {
  readonly readers: ReadonlyMap<Node, readonly Node[]>;
  readonly outputs: ReadonlySet<Node>;
}

/** By the last node of the elementwise unit, and by the product (whose own turn is then skipped). */
export function findFinishes(
  units: readonly Unit[],
  surroundings: Surroundings,
): ReadonlyMap<Node, FinishedProduct> {
  const finishes = new Map<Node, FinishedProduct>();
  for (const unit of units) {
    if (unit.kind !== 'elementwise') continue;
    const last = unit.members.at(-1) as Node;
    const finish = finishOf(unit.members, last);
    if (!finish || !isAlone(finish.product, unit.members, surroundings)) continue;
    finishes.set(last, finish);
    finishes.set(finish.product, finish);
  }
  return finishes;
}

/** Whether nothing but the unit reads the product, and nothing but its last node is read. */
function isAlone(
  product: Node,
  members: readonly Node[],
  { readers, outputs }: Surroundings,
): boolean {
  const inside = new Set(members);
  const staysInside = (node: Node) =>
    !outputs.has(node) && (readers.get(node) ?? []).every((reader) => inside.has(reader));
  return staysInside(product) && members.slice(0, -1).every(staysInside);
}

function finishOf(members: readonly Node[], last: Node): FinishedProduct | null {
  if (members.length === 1) {
    const masked = maskedFactors(last);
    if (masked) {
      const [product, step] = masked;
      return isProduct(product, last, ['matmul', 'conv2d', 'conv2dInput']) && canBeStep(step, last)
        ? { product, bias: null, relu: false, step }
        : null;
    }
    return biasOf(last, false);
  }
  const [sum] = members as [Node];
  if (members.length > 2 || last.op !== 'relu' || last.inputs[0] !== sum) return null;
  return biasOf(sum, true);
}

function biasOf(sum: Node, relu: boolean): FinishedProduct | null {
  if (sum.op !== 'add') return null;
  const [a, b] = sum.inputs as [Node, Node];
  for (const [product, bias] of [
    [a, b],
    [b, a],
  ] as const)
    if (isProduct(product, sum, ['matmul', 'conv2d']) && canBeBias(bias, product))
      return { product, bias, relu, step: null };
  return null;
}

function isProduct(node: Node, reader: Node, ops: readonly Node['op'][]): boolean {
  return ops.includes(node.op) && sameShape(node.shape, reader.shape);
}

/** One row of columns: it repeats over the rows of matrices or the places of images. */
function canBeBias(bias: Node, product: Node): boolean {
  const axes = product.op === 'matmul' ? 2 : 4;
  const row = bias.shape.slice(-axes);
  return (
    !isCheap(bias) &&
    bias.shape.length <= product.shape.length &&
    (bias.shape.at(-1) ?? 1) === product.shape.at(-1) &&
    row.slice(0, -1).every((extent) => extent === 1)
  );
}

/** Computed as a whole tensor, so that it lies as the result does. */
function canBeStep(step: Node, product: Node): boolean {
  return sameShape(step.shape, product.shape) && (step.op === 'relu' || step.op === 'add');
}
