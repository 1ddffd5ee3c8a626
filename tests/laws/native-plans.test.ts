import { afterAll, describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import type { Executor } from '#main/engine/executor';
import * as g from '#main/engine/graph';
import type { Node } from '#main/engine/graph';
import { makeLoop, makeProgram } from '#main/engine/program';
import { RandomStream } from '#main/engine/random';
import {
  broadcastShapes,
  sameShape,
  sizeOf,
  tensor,
  type Shape,
  type Tensor,
} from '#main/engine/tensor';
import { coverExecutor, executorName, float32Executors } from '../fixtures/executors';
import { largestDifference } from '../reference/fixtures';
import { float32Deep } from '../tolerances';

const reference = new ReferenceExecutor();
const executors = float32Executors('native-cpu');
afterAll(async () => {
  for (const executor of [reference, ...executors]) await executor[Symbol.asyncDispose]();
});

/** Differences relative to the largest value, or to 1: what cancels to nothing has rounding errors of the size of its terms. */
function difference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  return largestDifference(got, expected) / scale;
}

/** Jumps away from 0 and from equality, where rounding would decide. */
const stepAway = (x: Node) => g.step(g.add(x, g.constant(0.3217)));
const atLeastAway = (a: Node, b: Node) => g.atLeast(a, g.add(b, g.constant(0.3217)));

/** A random node over `pool`: any op whose result stays small and finite. */
function randomNode(pool: readonly Node[], stream: RandomStream): Node {
  const pick = <T>(list: readonly T[]): T => list[stream.below(list.length)] as T;
  const x = pick(pool);
  const rank = x.shape.length;
  const axis = rank > 0 ? stream.below(rank) : 0;
  const extent = x.shape[axis] ?? 1;
  const bounded = (y: Node) => g.tanh(y);
  switch (stream.below(rank > 0 ? 16 : 4)) {
    case 0:
      return pick([g.neg, g.tanh, g.relu, stepAway, g.erf])(x);
    case 1:
    case 2: {
      const partners = pool.filter((y) => fit(x.shape, y.shape));
      const op = pick([g.add, g.sub, g.mul, g.maximum, atLeastAway]);
      return op(x, pick(partners));
    }
    case 3:
      return g.mul(x, g.step(pick(pool.filter((y) => sameShape(x.shape, y.shape)))));
    case 4:
      return g.sum(g.mul(g.constant(1 / extent), x), [axis]);
    case 5:
      return g.reshape(
        x,
        [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)].slice(0, 5).length > 4
          ? [sizeOf(x.shape)]
          : [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)],
      );
    case 6:
      return g.reshape(x, [sizeOf(x.shape)]);
    case 7:
      return g.transpose(
        x,
        x.shape.map((_, i) => (i + axis) % rank),
      );
    case 8: {
      const start = stream.below(extent);
      return g.slice(x, axis, { start, end: start + 1 + stream.below(extent - start) });
    }
    case 9:
      return sizeOf(x.shape) > 200
        ? x
        : g.pad(x, axis, { before: stream.below(3), after: stream.below(3) });
    case 10: {
      const parts = pool.filter(
        (y) => y.shape.length === rank && y.shape.every((e, i) => i === axis || e === x.shape[i]),
      );
      return sizeOf(x.shape) > 200 ? x : g.concat([x, pick(parts), pick(parts)], axis);
    }
    case 11:
      return pick([g.softmax, g.logSoftmax])(x);
    case 12: {
      if (rank < 2) return bounded(x);
      const partners = pool.filter(
        (y) => y.shape.length === rank && y.shape.slice(0, -2).every((e, i) => e === x.shape[i]),
      );
      const options = [false, true].flatMap((transposeA) =>
        [false, true].flatMap((transposeB) =>
          partners
            .filter((y) => y.shape.at(transposeB ? -1 : -2) === x.shape.at(transposeA ? -2 : -1))
            .map((y) => g.matmul(x, y, { transposeA, transposeB })),
        ),
      );
      const product = options.length > 0 ? pick(options) : x;
      const columns = product.shape.at(-1) as number;
      const biases = pool.filter((y) => y.shape.at(-1) === columns && sizeOf(y.shape) === columns);
      const masks = pool.filter((y) => y.op === 'relu' && sameShape(y.shape, product.shape));
      const finished = [
        ...biases.filter((y) => y.shape.length <= rank).map((bias) => g.add(product, bias)),
        ...masks.map((mask) => g.mul(product, g.step(mask))),
      ];
      // Bare products are pooled too, so that some have further readers.
      if (finished.length === 0 || stream.below(4) === 0) return bounded(product);
      return stream.below(2) === 0 ? pick(finished) : g.relu(pick(finished));
    }
    case 13: {
      const y = bounded(x);
      const turned = g.transpose(
        y,
        x.shape.map((_, i) => rank - 1 - i),
      );
      return sameShape(turned.shape, y.shape)
        ? g.add(y, turned)
        : g.sub(y, g.slice(y, axis, { start: 0, end: 1 }));
    }
    case 14:
      return sizeOf(x.shape) > 60
        ? x
        : g.broadcast(
            x,
            [1 + stream.below(3), ...x.shape].slice(-4).length === rank ? x.shape : [2, ...x.shape],
          );
    default:
      return g.gather(x, g.input('rows', [3], 'int'));
  }
}

function fit(a: Shape, b: Shape): boolean {
  try {
    return sizeOf(broadcastShapes(a, b)) <= 400;
  } catch {
    return false;
  }
}

function randomGraph(seed: number): { outputs: Node[]; inputs: Record<string, Tensor> } {
  const stream = new RandomStream(seed, 'test');
  const shapes: Shape[] = [[2, 3, 4], [3, 4], [4], [2, 1, 4], [4, 4], [5, 3], []];
  const inputs: Record<string, Tensor> = {};
  const pool: Node[] = shapes.map((shape, i) => {
    inputs[`x${i}`] = tensor(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    );
    return g.input(`x${i}`, shape);
  });
  pool.push(g.constant([0.5, -1.5, 2, 0.25], [4]), g.constant(0.75));
  for (let i = 0; i < 30; i++) {
    const node = randomNode(pool, stream);
    // Rows are picked 0, 0 and 1: both must exist.
    if (node.op === 'gather' && (node.inputs[0]?.shape[0] ?? 0) < 2) continue;
    if (sizeOf(node.shape) <= 2000 && node.shape.length <= 5) pool.push(node);
    for (const x of node.inputs) if (x.op === 'matmul' && stream.below(3) === 0) pool.push(x);
  }
  inputs['rows'] = tensor([3], Int32Array.of(1, 0, 1));
  const outputs = Array.from({ length: 4 }, () => pool[pool.length - 1 - stream.below(12)] as Node);
  return { outputs, inputs };
}

async function compare(executor: Executor, seed: number): Promise<void> {
  const { outputs, inputs } = randomGraph(seed);
  const build = () => makeProgram(Object.fromEntries(outputs.map((node, i) => [`y${i}`, node])));
  const expected = await (await reference.program(`${seed}`, build)).run(inputs);
  const program = await executor.program(`${seed}`, build);
  const got = await program.run(inputs);
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(got[name]?.shape, `${seed} ${name}`).toEqual(shape);
    expect(difference(got[name]?.data ?? [], data), `graph ${seed}, ${name}`).toBeLessThan(
      float32Deep * 5,
    );
  }
  expect(await program.run(inputs), `graph ${seed} again`).toEqual(got);
}

/** Three states whose next values are anything of their shape, other states among them. */
function randomLoop(seed: number): Record<string, Node> {
  const stream = new RandomStream(seed, 'test', 1);
  const shape = [3, 4];
  const states = ['a', 'b', 'c'].map((name) => g.input(name, shape));
  const pool: Node[] = [...states, g.input('step', [4]), g.input('fixed', [2, 3, 4])];
  for (let i = 0; i < 25; i++) {
    const node = randomNode(pool, stream);
    if (node.op !== 'gather' && sizeOf(node.shape) <= 2000 && node.shape.length <= 5)
      pool.push(node);
  }
  const fitting = pool.filter((node) => sameShape(node.shape, shape));
  const next = () => {
    const node = fitting[fitting.length - 1 - stream.below(Math.min(8, fitting.length))] as Node;
    return stream.below(3) === 0 ? node : g.tanh(g.mul(g.constant(0.5), node));
  };
  // Every state is read, or it would be no input of the body.
  return Object.fromEntries(
    states.map((state, i) => [
      ['a', 'b', 'c'][i] as string,
      stream.below(4) === 0
        ? (states[(i + 1) % 3] as Node)
        : g.add(g.mul(g.constant(0.5), state), next()),
    ]),
  );
}

async function compareLoop(executor: Executor, seed: number): Promise<void> {
  const steps = 3;
  const stream = new RandomStream(seed, 'test', 2);
  const given = (shape: Shape) =>
    tensor(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    );
  const inputs = {
    a: given([3, 4]),
    b: given([3, 4]),
    c: given([3, 4]),
    step: given([steps, 4]),
    fixed: given([2, 3, 4]),
  };
  const next = randomLoop(seed);
  const read = new Set(
    g.topologicalOrder(Object.values(next)).map((n) => n.op === 'input' && n.params.name),
  );
  if (!['a', 'b', 'c'].every((name) => read.has(name))) return;
  const build = () => makeLoop(next, ['step']);
  const expected = await (await reference.loop(`${seed}`, build)).run(steps, inputs);
  const got = await (await executor.loop(`${seed}`, build)).run(steps, inputs);
  for (const [name, { data }] of Object.entries(expected))
    expect(difference(got[name]?.data ?? [], data), `loop ${seed}, ${name}`).toBeLessThan(
      float32Deep * 5,
    );
}

coverExecutor('native-cpu');

for (const executor of executors) {
  describe(`plans of ${executorName(executor)}`, () => {
    it('have the values of the reference for random graphs', async () => {
      for (let seed = 0; seed < 400; seed++) await compare(executor, seed);
    });

    it('replace the states of random loops as the reference does', async () => {
      for (let seed = 0; seed < 300; seed++) await compareLoop(executor, seed);
    });
  });
}
