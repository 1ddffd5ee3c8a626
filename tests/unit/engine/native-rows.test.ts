import { afterAll, describe, expect, it } from 'vitest';
import * as g from '#main/engine/graph';
import type { Node } from '#main/engine/graph';
import { makeProgram } from '#main/engine/program';
import { RandomStream } from '#main/engine/random';
import { tensor, type Tensor } from '#main/engine/tensor';
import { coverExecutor, executorName, float32Executors } from '../../fixtures/executors';

const executors = float32Executors('native-cpu');
afterAll(async () => {
  for (const executor of executors) await executor[Symbol.asyncDispose]();
});

/** Operations on rows [n, width] with targets of the same shape. */
const operations: readonly [string, (x: Node, targets: Node) => Node][] = [
  ['softmax', (x) => g.softmax(x)],
  ['logSoftmax', (x) => g.logSoftmax(x)],
  ['crossEntropy', (x, targets) => g.crossEntropy(x, targets)],
  ['argMax', (x) => g.argMax(x)],
];

/** More rows than two vectors of any processor, and some. */
const count = 37;
const specials = [Infinity, -Infinity, NaN, -0, 0, 3e38, -3e38, 1e-42, 88.8, 5];

function rowsOf(width: number): { x: Float32Array; targets: Float32Array } {
  const stream = new RandomStream(width, 'test');
  const x = Float32Array.from({ length: count * width }, () => 4 * stream.normal());
  const targets = Float32Array.from({ length: count * width }, () => stream.below(3) / 2);
  // Every third row holds what is not usual, some rows nothing else.
  for (let row = 0; row < count; row += 3)
    for (let i = 0; i < width; i++)
      if (row % 2 === 0 || stream.below(2) === 0)
        x[row * width + i] = specials[stream.below(specials.length)] as number;
  x.fill(-Infinity, width, 2 * width);
  x.fill(NaN, 4 * width, 5 * width);
  return { x, targets };
}

/** The bits of a result, for NaN and -0 are told apart; all NaN count as one. */
function bitsOf({ data }: Tensor): number[] {
  if (data instanceof Int32Array) return [...data];
  const floats = Float32Array.from(data, (value) => (Number.isNaN(value) ? NaN : value));
  return [...new Int32Array(floats.buffer)];
}

coverExecutor('native-cpu');

for (const executor of executors)
  describe(`rows on ${executorName(executor)}`, () => {
    for (const [name, build] of operations)
      for (const width of [1, 2, 3, 4, 7, 10, 16, 17, 40, 64, 65])
        it(`are together what each is alone, bit by bit: ${name} of ${width}`, async () => {
          const { x, targets } = rowsOf(width);
          const run = async (from: number, to: number): Promise<Tensor> => {
            const shape = [to - from, width];
            const program = await executor.program(`${name} ${to - from} ${width}`, () =>
              makeProgram({ y: build(g.input('x', shape), g.input('targets', shape)) }),
            );
            const result = await program.run({
              x: tensor(shape, x.subarray(from * width, to * width)),
              targets: tensor(shape, targets.subarray(from * width, to * width)),
            });
            return result['y'] as Tensor;
          };
          const alone: number[] = [];
          for (let row = 0; row < count; row++) alone.push(...bitsOf(await run(row, row + 1)));
          expect(bitsOf(await run(0, count))).toEqual(alone);
        });
  });
