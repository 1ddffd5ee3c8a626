import { afterAll, describe, expect, it } from 'vitest';
import type { ConvGeometry } from '#main/engine/convolution';
import type { Executor } from '#main/engine/executor';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import * as g from '#main/engine/graph';
import type { Node } from '#main/engine/graph';
import { makeLoop, makeProgram } from '#main/engine/program';
import { RandomStream } from '#main/engine/random';
import { errorFunction } from '#main/engine/special-functions';
import { sizeOf, tensor, type Shape, type Tensor } from '#main/engine/tensor';
import { loadAddon, type Addon } from '#main/engine/executors/native/addon';
import { compileLoop, compileProgram } from '#main/engine/executors/native/compile';
import {
  absentExecutors,
  coverExecutor,
  executorName,
  float32Executors,
} from '../../fixtures/executors';
import { relativeError } from '../../reference/fixtures';
import { float32Gradient, float32Kernel } from '../../tolerances';

const reference = new ReferenceExecutor();
const executors = float32Executors('native-cpu');
afterAll(async () => {
  for (const executor of [reference, ...executors]) await executor[Symbol.asyncDispose]();
});

async function evaluate(
  executor: Executor,
  key: string,
  output: Node,
  inputs: Record<string, Tensor>,
): Promise<Tensor> {
  const program = await executor.program(key, () => makeProgram({ y: output }));
  return (await program.run(inputs))['y'] as Tensor;
}

const functions: readonly {
  readonly name: string;
  readonly build: (x: Node) => Node;
  readonly exact: (x: number) => number;
  readonly from: number;
  readonly to: number;
}[] = [
  { name: 'exp', build: g.exp, exact: Math.exp, from: -87, to: 88.7 },
  { name: 'log', build: g.log, exact: Math.log, from: 1e-37, to: 4 },
  { name: 'log of large numbers', build: g.log, exact: Math.log, from: 2, to: 1e30 },
  { name: 'tanh', build: g.tanh, exact: Math.tanh, from: -10, to: 10 },
  { name: 'tanh near 0', build: g.tanh, exact: Math.tanh, from: -1e-3, to: 1e-3 },
  { name: 'erf', build: g.erf, exact: errorFunction, from: -5, to: 5 },
  { name: 'erf near 0', build: g.erf, exact: errorFunction, from: -1e-3, to: 1e-3 },
];

const special = [0, -0, 1, -1, 2.5, -200, 200, 1e-42, Infinity, -Infinity, NaN, 1, 3, -7];

const geometry: ConvGeometry = {
  image: [12, 13],
  kernel: [3, 3],
  stride: [1, 1],
  padding: [1, 1],
  dilation: [1, 1],
  groups: 1,
};
const convolutions: readonly [string, ConvGeometry, number, number, number][] = [
  ['many channels', geometry, 3, 20, 70],
  ['a stride', { ...geometry, stride: [2, 2] }, 3, 16, 33],
  ['short rows of many images', { ...geometry, image: [4, 4], stride: [2, 2] }, 61, 8, 12],
  ['one pixel', { ...geometry, image: [1, 1] }, 40, 5, 7],
  ['dilation and groups', { ...geometry, dilation: [2, 3], padding: [2, 3], groups: 2 }, 2, 6, 34],
  ['no padding', { ...geometry, padding: [0, 0], kernel: [2, 5] }, 2, 3, 17],
];

coverExecutor('native-cpu');

for (const executor of executors) {
  const on = executorName(executor);

  describe(`elementary functions on ${on}`, () => {
    for (const { name, build, exact, from, to } of functions)
      it(`are right to float32 rounding: ${name}`, async () => {
        const count = 200_001;
        const x = Float32Array.from(
          { length: count },
          (_, i) => from + ((to - from) * i) / (count - 1),
        );
        const { data } = await evaluate(executor, name, build(g.input('x', [count])), {
          x: tensor([count], x),
        });
        let worst = 0;
        x.forEach((value, i) => {
          const expected = exact(value);
          const error = Math.abs((data[i] as number) - expected);
          // Where a result passes through 0 its argument is rounded already.
          if (expected !== 0) worst = Math.max(worst, error / Math.max(Math.abs(expected), 1e-37));
        });
        expect(worst).toBeLessThan(name.startsWith('log') ? 3e-7 : float32Kernel);
      });
  });

  describe(`zeros, infinities and NaN on ${on}`, () => {
    const x = g.input('x', [special.length]);
    const values = { x: tensor([special.length], Float32Array.from(special)) };
    const unary = {
      neg: g.neg,
      exp: g.exp,
      log: g.log,
      sqrt: g.sqrt,
      tanh: g.tanh,
      relu: g.relu,
      step: g.step,
      erf: g.erf,
    };
    for (const [name, build] of Object.entries(unary))
      it(`go through ${name} as in the reference`, async () => {
        const expected = await evaluate(reference, name, build(x), values);
        const got = await evaluate(executor, `special ${name}`, build(x), values);
        expected.data.forEach((want, i) => {
          const value = got.data[i] as number;
          const float = Math.fround(want);
          if (Number.isFinite(float))
            expect(Math.abs(value - float), `${name}(${special[i]})`).toBeLessThanOrEqual(
              1e-6 * Math.abs(float) + 1e-44,
            );
          else expect(value, `${name}(${special[i]})`).toBe(float);
        });
      });
    const binary = {
      add: g.add,
      sub: g.sub,
      mul: g.mul,
      div: g.div,
      maximum: g.maximum,
      atLeast: g.atLeast,
    };
    for (const [name, build] of Object.entries(binary))
      it(`go through ${name} as in the reference`, async () => {
        const pairs = build(g.reshape(x, [special.length, 1]), x);
        const expected = await evaluate(reference, name, pairs, values);
        const got = await evaluate(executor, `special ${name}`, pairs, values);
        expect(Array.from(got.data, (v) => v + 0)).toEqual(
          Array.from(expected.data, (v) => Math.fround(v) + 0),
        );
      });
    const rows = [
      [0, NaN, 1],
      [NaN, 0, 1],
      [Infinity, 0, 1],
      [-Infinity, -Infinity, 2],
      [-Infinity, -Infinity, -Infinity],
      [80, 81, -1000],
    ];
    const targets = g.constant([0, 0, 1], [3]);
    for (const [name, build] of Object.entries({
      softmax: g.softmax,
      logSoftmax: g.logSoftmax,
      argMax: g.argMax,
      crossEntropy: (z: Node) => g.crossEntropy(z, targets),
    }))
      it(`go through ${name} as in the reference`, async () => {
        const given = { z: tensor([rows.length, 3], Float32Array.from(rows.flat())) };
        const output = build(g.input('z', [rows.length, 3]));
        const expected = await evaluate(reference, name, output, given);
        const got = await evaluate(executor, `rows ${name}`, output, given);
        expected.data.forEach((want, i) => {
          const value = got.data[i] as number;
          if (Number.isFinite(want))
            expect(Math.abs(value - want)).toBeLessThan(1e-5 * (1 + Math.abs(want)));
          else expect(value, `${name} ${i}`).toBe(want);
        });
      });
  });

  describe(`large operands on ${on}`, () => {
    const stream = new RandomStream(3, 'test');
    const draw = (shape: Shape) =>
      tensor(
        shape,
        Float32Array.from({ length: sizeOf(shape) }, () => stream.normal()),
      );
    const agrees = async (key: string, output: Node, inputs: Record<string, Tensor>) => {
      const expected = await evaluate(reference, `large ${key}`, output, inputs);
      const got = await evaluate(executor, `large ${key}`, output, inputs);
      expect(relativeError(got.data, expected.data), key).toBeLessThan(float32Gradient);
    };

    for (const [m, k, n] of [
      [300, 60, 250],
      [37, 900, 65],
      [1, 500, 300],
      [70, 33, 1],
      [15, 17, 49],
    ] as const)
      for (const [transposeA, transposeB] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ] as const)
        it(`multiply ${m}x${k} and ${k}x${n}${transposeA ? ', left turned' : ''}${transposeB ? ', right turned' : ''}`, async () => {
          const a = transposeA ? [k, m] : [m, k];
          const b = transposeB ? [n, k] : [k, n];
          const product = g.matmul(g.input('a', a), g.input('b', b), { transposeA, transposeB });
          const finished = g.relu(g.add(product, g.input('c', [1, n])));
          await agrees(`${m} ${k} ${n} ${transposeA} ${transposeB}`, finished, {
            a: draw(a),
            b: draw(b),
            c: draw([1, n]),
          });
        });

    for (const [name, of, count, channels, out] of convolutions)
      it(`convolve and transpose: ${name}`, async () => {
        const image = [count, ...of.image, channels];
        const weights = [out, channels / of.groups, ...of.kernel];
        const [x, w] = [g.input('x', image), g.input('w', weights)];
        const y = g.conv2d(x, w, of);
        const v = g.input('v', y.shape);
        const given = { x: draw(image), w: draw(weights), v: draw(y.shape) };
        await agrees(`${name} forward`, y, given);
        const turned = g.conv2dInput(v, w, of);
        await agrees(`${name} image`, turned, given);
        await agrees(`${name} masked`, g.mul(turned, g.step(g.relu(x))), given);
        await agrees(`${name} weights`, g.conv2dWeight(x, v, of), given);
      });

    it('sum long axes with an error that does not grow with them', async () => {
      const ones = tensor([40_000, 3], new Float32Array(120_000).fill(0.1));
      for (const axes of [[0], [1], [0, 1]]) {
        const sum = g.sum(g.input('x', [40_000, 3]), axes);
        const expected = await evaluate(reference, `sum ${axes.join()}`, sum, { x: ones });
        const got = await evaluate(executor, `sum ${axes.join()}`, sum, { x: ones });
        expect(relativeError(got.data, expected.data)).toBeLessThan(float32Gradient / 5);
      }
    });

    it('refuse an index that the table does not have', async () => {
      const rows = g.gather(g.input('x', [4, 2]), g.input('i', [3], 'int'));
      for (const index of [4, -1])
        await expect(
          evaluate(executor, 'index', rows, {
            x: draw([4, 2]),
            i: tensor([3], Int32Array.of(0, index, 1)),
          }),
        ).rejects.toThrow(`index: must be in 0..3, got ${index}; correct the indices`);
    });
  });
}

describe.skipIf(absentExecutors.has('native-cpu'))('a malformed plan', () => {
  const x = g.input('x', [6, 5]);
  const w = g.input('w', [5, 4]);
  const image = g.input('image', [2, 4, 4, 3]);
  const kernel = g.input('kernel', [2, 3, 3, 3]);
  const plan = compileProgram(
    makeProgram({
      a: g.softmax(g.tanh(g.add(g.matmul(x, w), g.constant([1, 2, 3, 4], [4])))),
      b: g.gather(g.sum(x, [1]), g.input('i', [3], 'int')),
      c: g.conv2d(image, kernel, {
        image: [4, 4],
        kernel: [3, 3],
        stride: [1, 1],
        padding: [1, 1],
        dilation: [1, 1],
        groups: 1,
      }),
    }),
  );
  const make = (words: Int32Array) => {
    const addon: Addon = loadAddon();
    return addon.createPlan(words, plan.constants, addon.kernelNames()[0] as string);
  };

  it('is refused wherever it ends', () => {
    expect(() => make(plan.words)).not.toThrow();
    for (let length = 0; length < plan.words.length; length++)
      expect(() => make(plan.words.slice(0, length)), `${length} words`).toThrow(/native plan: /);
    expect(() => make(Int32Array.of(...plan.words, 0))).toThrow(/must end with its last/);
  });

  it('is refused, or is another plan whose tensors lie inside their memory, whatever number is changed', () => {
    for (let at = 0; at < plan.words.length; at++)
      for (const value of [-1, 0, 1, 2, 1000, 2 ** 20, 2 ** 31 - 1, -(2 ** 31)])
        try {
          make(plan.words.with(at, value));
        } catch (error) {
          expect((error as Error).message).toMatch(/^native plan: .*; report this defect$/);
        }
    // What would read or write far outside is never accepted.
    for (let at = 0; at < plan.words.length; at++)
      if (plan.words[at] === 0) continue;
      else expect(() => make(plan.words.with(at, -5)), `word ${at}`).toThrow(/native plan: /);
    // Thousands of plans, each with memory of its own: minutes on a machine that is busy.
  }, 300_000);

  it('hands out no part of a sequence, which lies behind its slot at the end', () => {
    const state = g.input('s', [1]);
    const loop = compileLoop(makeLoop({ s: g.add(state, g.input('a', [1])) }, ['a']));
    // Memory, constants, two inputs of three numbers, one output: its size, then its slot.
    const slot = 3 + 2 * 3 + 2;
    expect(() => make(loop.words)).toThrow(/constants must be those announced/);
    const words = loop.words.with(1, plan.constants.length).with(0, 4096);
    expect(() => make(words)).not.toThrow();
    expect(() => make(words.with(slot, 2).with(slot + 1, 0))).toThrow(
      /outputs must not be parts of sequences/,
    );
  });

  it('takes nothing that is not a plan', () => {
    const addon: Addon = loadAddon();
    expect(() => addon.runPlan({} as never, 1, [], [])).toThrow(/must get a plan/);
    const native = make(plan.words);
    expect(() => addon.runPlan(native, 1, [], [])).toThrow(/must have the sizes of the plan/);
  });
});
