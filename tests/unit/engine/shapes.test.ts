import { describe, expect, it } from 'vitest';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import * as g from '#main/engine/graph';
import { linearise } from '#main/engine/linearise';
import { makeLoop, makeProgram } from '#main/engine/program';
import { tensor } from '#main/engine/tensor';
import { ShapeError } from '#shared/errors';

const matrix = g.input('m', [2, 3]);
const cube = g.input('c', [4, 2, 3]);

describe('shape inference', () => {
  it('gives the shapes of results', () => {
    expect(g.matmul(cube, matrix, { transposeB: true }).shape).toEqual([4, 2, 2]);
    expect(g.add(cube, matrix).shape).toEqual([4, 2, 3]);
    expect(g.sum(cube, [0, -1]).shape).toEqual([1, 2, 1]);
    expect(g.gather(cube, g.input('i', [5, 6], 'int')).shape).toEqual([5, 6, 2, 3]);
    expect(g.argMax(cube)).toMatchObject({ shape: [4, 2], dtype: 'int' });
    expect(g.crossEntropy(cube, matrix).shape).toEqual([4, 2]);
  });

  const wrong: [string, () => unknown, RegExp][] = [
    [
      'products',
      () => g.matmul(matrix, matrix),
      /matmul: inner extents must agree, got \[2,3\] and \[2,3\]/,
    ],
    [
      'vectors in products',
      () => g.matmul(g.input('v', [3]), matrix),
      /matmul: operands must have two axes/,
    ],
    [
      'sums',
      () => g.add(matrix, g.input('o', [2, 2])),
      /elementwise: shapes must broadcast, got \[2,3\] and \[2,2\]/,
    ],
    [
      'reshapes',
      () => g.reshape(matrix, [5]),
      /reshape: must keep 6 elements of \[2,3\], got \[5\]/,
    ],
    ['broadcasts', () => g.broadcast(matrix, [3]), /broadcast: \[2,3\] must fit/],
    [
      'slices',
      () => g.slice(matrix, 1, { start: 2, end: 5 }),
      /slice: 0 <= start < end <= 3 must hold, got 2\.\.5/,
    ],
    [
      'concatenations',
      () => g.concat([matrix, g.input('o', [3, 3])], 1),
      /concat: shapes must agree besides axis 1/,
    ],
    [
      'transposes',
      () => g.transpose(matrix, [0, 0]),
      /transpose: must name each of the 2 axes once/,
    ],
    ['float indices', () => g.gather(matrix, matrix), /gather: indices must be int/],
    [
      'classes',
      () => g.crossEntropy(matrix, g.input('o', [2, 4])),
      /elementwise: shapes must broadcast/,
    ],
    ['constants', () => g.constant([1, 2], [3]), /constant: must have 3 values, got 2/],
  ];
  for (const [what, build, message] of wrong) {
    it(`refuses ${what} that do not fit, naming both shapes`, () => {
      expect(build).toThrow(ShapeError);
      expect(build).toThrow(message);
    });
  }
});

describe('linearise', () => {
  it('refuses an op that mixes the vector axis with another', () => {
    const theta = g.input('theta', [2, 1, 6]);
    const mixed = g.reshape(theta, [12]);
    const directions = new Map([[theta, g.input('v', [2, 5, 6])]]);
    expect(() => linearise([mixed], directions)).toThrow(
      /linearise: tangents may differ .* on axis 1 only/,
    );
  });

  it('takes directions that the models share through a new shape', async () => {
    await using executor = new ReferenceExecutor();
    const theta = g.input('theta', [2, 1, 6]);
    const shared = g.input('v', [1, 5, 6]);
    const each = g.broadcast(shared, [2, 5, 6]);
    const cubed = (x: g.Node) => g.mul(x, g.mul(x, x));
    const outputs = [cubed(g.reshape(theta, [2, 1, 3, 2]))];
    const tangents = [shared, each].map(
      (direction) => linearise(outputs, new Map([[theta, direction]]))[0] as g.Node,
    );
    const values = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i));
    const program = await executor.program('tangents', () =>
      makeProgram({ shared: tangents[0] as g.Node, each: tangents[1] as g.Node }),
    );
    const found = await program.run({
      theta: tensor([2, 1, 6], values(12)),
      v: tensor([1, 5, 6], values(30)),
    });
    expect(tangents[0]?.shape).toEqual([2, 5, 3, 2]);
    expect(found['shared']).toEqual(found['each']);
    // The derivative of x^3 along v is 3 x^2 v: of the last number of the second model and the last direction.
    expect(found['shared']?.data.at(-1)).toBeCloseTo(3 * Math.sin(11) ** 2 * Math.sin(29), 6);
  });
});

describe('makeLoop', () => {
  it('refuses a state that changes its shape or is not read', () => {
    const state = g.input('s', [2, 1]);
    expect(() => makeLoop({ s: g.add(state, matrix) }, [])).toThrow(
      /loop: state must be an input of its own shape, got s \[2,1\] -> \[2,3\]/,
    );
    expect(() => makeLoop({ other: state }, [])).toThrow(/got other unknown/);
  });
});

for (const executor of [new ReferenceExecutor(), new OnnxCpuExecutor()]) {
  describe(`run-time inputs of ${executor.stamp.name}`, () => {
    it('must be there and have their shape', async () => {
      const program = await executor.program('neg', () => makeProgram({ y: g.neg(matrix) }));
      await expect(program.run({})).rejects.toThrow(
        /input m: must have shape \[2,3\], got nothing/,
      );
      await expect(program.run({ m: tensor([3, 2], new Float32Array(6)) })).rejects.toThrow(
        /got \[3,2\]/,
      );
      const { y } = await program.run({ m: tensor([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)) });
      expect(Array.from(y?.data ?? [])).toEqual([-1, -2, -3, -4, -5, -6]);
    });

    it('of a sequence must have a row for every step', async () => {
      const state = g.input('s', [1]);
      const loop = await executor.loop('sum', () =>
        makeLoop({ s: g.add(state, g.input('a', [1])) }, ['a']),
      );
      const s = tensor([1], Float32Array.of(0));
      await expect(loop.run(3, { s, a: tensor([2, 1], Float32Array.of(1, 2)) })).rejects.toThrow(
        /input a: must have shape \[3,1\]/,
      );
      const result = await loop.run(3, { s, a: tensor([3, 1], Float32Array.of(1, 2, 4)) });
      expect(Array.from(result['s']?.data ?? [])).toEqual([7]);
      await executor[Symbol.asyncDispose]();
    });
  });
}

describe('OnnxCpuExecutor', () => {
  it('opens a session again that it let go', async () => {
    await using executor = new OnnxCpuExecutor();
    const one = await executor.program('0', () =>
      makeProgram({ y: g.mul(matrix, g.constant(1.5)) }),
    );
    const m = tensor([2, 3], new Float32Array(6).fill(2));
    const before = await one.run({ m });
    for (let k = 1; k <= 20; k++) {
      const other = await executor.program(String(k), () =>
        makeProgram({ y: g.mul(matrix, g.constant(k + 2)) }),
      );
      expect((await other.run({ m }))['y']?.data[0]).toBe(2 * (k + 2));
    }
    expect(await one.run({ m })).toEqual(before);
  });
});
