/** The order of a program's nodes and where each value is used last, so that its memory is freed as early as it can be. */
import { topologicalOrder, type Node } from '../../graph';

export interface Plan {
  readonly outputs: readonly Node[];
  readonly steps: readonly {
    readonly node: Node;
    /** Values that no later step reads and that are no outputs. */
    readonly lastUses: readonly Node[];
  }[];
}

export function planOf(outputs: readonly Node[]): Plan {
  const order = topologicalOrder(outputs);
  const seen = new Set<Node>(outputs);
  const steps = order.toReversed().map((node) => {
    // A node that nothing reads is an output; its operands are met here for the last time, unless met before.
    const lastUses = [...new Set(node.inputs)].filter((x) => !seen.has(x));
    for (const x of lastUses) seen.add(x);
    return { node, lastUses };
  });
  return { outputs, steps: steps.reverse() };
}
