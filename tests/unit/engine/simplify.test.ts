import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import * as g from '#main/engine/graph';
import type { Node } from '#main/engine/graph';
import { mlp } from '#main/engine/networks/mlp';
import { splitParameters } from '#main/engine/networks/network';
import { differentiate } from '#main/engine/differentiate';
import { meanLoss } from '#main/engine/objectives/objective';
import { simplify } from '#main/engine/simplify';
import { RandomStream } from '#main/engine/random';
import { tensor } from '#main/engine/tensor';
import { largestDifference } from '../../reference/fixtures';
import { exactStatistics } from '../../tolerances';

const x = g.input('x', [2, 3]);
const y = g.input('y', [2, 3]);

/** The ops of a graph, operands before users. */
function opsOf(node: Node): string[] {
  return g.topologicalOrder([node]).map((n) => n.op);
}

const simplified = (node: Node): Node => simplify([node])[0] as Node;

describe('simplify', () => {
  it('shares equal subgraphs', () => {
    const sum = g.add(g.mul(x, y), g.mul(x, y));
    expect(opsOf(sum)).toHaveLength(5);
    expect(opsOf(simplified(sum))).toEqual(['input', 'input', 'mul', 'add']);
  });

  it('does not share equal ops with other parameters', () => {
    const parts = g.concat(
      [g.slice(x, 1, { start: 0, end: 1 }), g.slice(x, 1, { start: 1, end: 2 })],
      1,
    );
    expect(opsOf(simplified(parts)).filter((op) => op === 'slice')).toHaveLength(2);
  });

  const vanishing: [string, Node, Node][] = [
    ['x + 0', g.add(x, g.constant(0)), x],
    ['0 + x', g.add(g.constant(0), x), x],
    ['x * 1', g.mul(x, g.constant(1)), x],
    ['x / 1', g.div(x, g.constant(1)), x],
    ['x - 0', g.sub(x, g.constant(0)), x],
    ['-(-x)', g.neg(g.neg(x)), x],
    ['a reshape to the same shape', g.reshape(x, [2, 3]), x],
    ['reshapes back and forth', g.reshape(g.reshape(x, [6]), [2, 3]), x],
    ['a broadcast to the same shape', g.broadcast(x, [2, 3]), x],
  ];
  for (const [name, before, after] of vanishing) {
    it(`drops ${name}`, () => {
      expect(simplified(before)).toEqual(after);
    });
  }

  it('keeps a neutral operand that broadcasts the result', () => {
    const wide = g.add(g.input('row', [1, 3]), g.constant(0, [4, 3]));
    expect(simplified(wide).shape).toEqual([4, 3]);
  });

  it('folds constants and joins factors', () => {
    const folded = simplified(g.mul(g.constant(2), g.mul(g.constant(3), x)));
    expect(opsOf(folded)).toEqual(['constant', 'input', 'mul']);
    expect(folded.inputs[0]).toEqual(g.constant(6));
    expect(simplified(g.sqrt(g.add(g.constant(7), g.constant(2))))).toEqual(g.constant(3));
  });

  it('joins transposes of the last two axes to their product', () => {
    const product = simplified(g.matmul(g.transpose(x, [1, 0]), y));
    expect(opsOf(product)).toEqual(['input', 'input', 'matmul']);
    expect(product.params).toEqual({ transposeA: true, transposeB: false });
  });

  it('makes the gradient of a network smaller and leaves its values alone', async () => {
    const network = mlp({ sizes: [6, 5, 4, 3], activation: 'relu' });
    const theta = g.input('theta', [2, 1, network.parameterCount]);
    const parameters = splitParameters(network, theta);
    const { logits } = network.forward(parameters, g.input('x', [7, 6]), null);
    const targets = g.constant(
      Array.from({ length: 21 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
      [7, 3],
    );
    const gradients = differentiate(meanLoss(g.crossEntropy(logits, targets)), parameters);
    const smaller = simplify(gradients);
    expect(g.topologicalOrder(smaller).length).toBeLessThan(g.topologicalOrder(gradients).length);
    const stream = new RandomStream(3, 'test');
    const draw = (shape: number[]) =>
      tensor(
        shape,
        Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.normal()),
      );
    const inputs = { theta: draw([2, 1, network.parameterCount]), x: draw([7, 6]) };
    await using executor = new ReferenceExecutor();
    const run = async (key: string, nodes: readonly Node[]) => {
      const used = g.topologicalOrder(nodes).filter((n) => n.op === 'input');
      const outputs = nodes.map((node, i) => ({ name: String(i), node }));
      const program = await executor.program(key, () => ({ inputs: used, outputs }));
      return program.run(inputs);
    };
    const [before, after] = [await run('before', gradients), await run('after', smaller)];
    for (const i of gradients.keys()) {
      expect(after[i]?.shape).toEqual(before[i]?.shape);
      expect(largestDifference(after[i]?.data ?? [], before[i]?.data ?? [])).toBeLessThan(
        exactStatistics,
      );
    }
  });
});
