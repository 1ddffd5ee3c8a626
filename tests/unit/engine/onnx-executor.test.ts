import { describe, expect, it } from 'vitest';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { gather, input, type Node } from '#main/engine/graph';
import { makeProgram } from '#main/engine/program';
import { tensor } from '#main/engine/tensor';

describe('OnnxExecutor', () => {
  it('tells of a program that ONNX Runtime refuses, each time it is asked, and can be closed', async () => {
    const executor = new OnnxCpuExecutor();
    const x = input('x', [2, 3]);
    // No builder makes this product: its inner extents differ.
    const wrong = {
      op: 'matmul',
      inputs: [x, x],
      params: { transposeA: false, transposeB: false },
      shape: [2, 3],
      dtype: 'float',
    } as unknown as Node;
    const program = await executor.program('wrong', () => ({
      inputs: [x as never],
      outputs: [{ name: 'y', node: wrong }],
    }));
    const inputs = { x: tensor([2, 3], new Float32Array(6)) };
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(program.run(inputs)).rejects.toThrow(
        /^onnx-cpu: ONNX Runtime must accept the program, got ".+"; try another engine and report this$/,
      );
    await expect(executor[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });

  it('tells of a program that ONNX Runtime cannot run in one line', async () => {
    await using executor = new OnnxCpuExecutor();
    const program = await executor.program('rows', () =>
      makeProgram({ y: gather(input('x', [2]), input('i', [1], 'int')) }),
    );
    const inputs = { x: tensor([2], new Float32Array(2)), i: tensor([1], Int32Array.of(9)) };
    await expect(program.run(inputs)).rejects.toThrow(
      /^onnx-cpu: ONNX Runtime must run the program, got ".+"; try another engine and report this$/,
    );
  });
});
