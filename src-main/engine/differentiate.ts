/** Reverse-mode differentiation: a graph-to-graph transformation that can be applied to its own result. */
import { gradientRules } from './gradient-rules';
import { add, broadcast, constant, topologicalOrder, type Node } from './graph';

/**
 * The gradient of the sum of all elements of `output` with respect to each node of `wrt`, as nodes of the same shapes.
 *
 * The nodes of `wrt` count as independent: inside values are allowed, and nothing flows past them. A node that the output
 * does not depend on gets zeros. Applied twice it gives exact Hessian-vector products:
 * `differentiate(sum(differentiate(loss, w) * v), w)`.
 * @param output - float, any shape
 * @param wrt - the nodes to differentiate by
 * Cost: about two to three evaluations of `output`. Never throws on a valid graph.
 * Source: Griewank and Walther 2008, reverse accumulation; checked in tests/reference/mlp.test.ts
 */
export function differentiate(output: Node, wrt: readonly Node[]): Node[] {
  const targets = new Set(wrt);
  const order = topologicalOrder([output]);
  const depends = new Set<Node>(targets);
  for (const node of order) if (node.inputs.some((x) => depends.has(x))) depends.add(node);

  const gradients = new Map<Node, Node>([[output, broadcast(constant(1), output.shape)]]);
  for (const node of order.toReversed()) {
    const gradient = gradients.get(node);
    if (!gradient || targets.has(node) || !depends.has(node)) continue;
    const rule = gradientRules[node.op] as (
      node: Node,
      gradient: Node,
    ) => readonly (null | (() => Node))[];
    for (const [index, contribution] of rule(node, gradient).entries()) {
      const operand = node.inputs[index] as Node;
      if (contribution === null || !depends.has(operand)) continue;
      const sofar = gradients.get(operand);
      gradients.set(operand, sofar ? add(sofar, contribution()) : contribution());
    }
  }
  return wrt.map((node) => gradients.get(node) ?? broadcast(constant(0), node.shape));
}
