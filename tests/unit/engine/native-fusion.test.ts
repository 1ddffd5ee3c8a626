import { describe, expect, it } from 'vitest';
import { unitsOf } from '#main/engine/executors/native/fusion';
import * as g from '#main/engine/graph';

describe('unitsOf', () => {
  it('joins no nodes whose way around leads through another group', () => {
    const [x, w, c] = ['x', 'w', 'c'].map((name) => g.input(name, [2, 2])) as [
      g.Node,
      g.Node,
      g.Node,
    ];
    const early = g.exp(x);
    const before = g.matmul(early, c);
    const first = g.tanh(w);
    const between = g.matmul(first, c);
    // Joins `early`, so that whatever reads `early` waits for `between`, and with it for `first`.
    const late = g.add(early, between);
    const last = g.add(first, before);
    const units = unitsOf([before, late, last]);
    const place = new Map(
      units.flatMap((unit, i) =>
        (unit.kind === 'single' ? [unit.node] : unit.members).map((node) => [node, i] as const),
      ),
    );
    for (const node of [early, before, first, between, late, last])
      for (const operand of node.inputs)
        expect(place.get(operand), `${operand.op} before ${node.op}`).toBeLessThanOrEqual(
          place.get(node) as number,
        );
  });
});
