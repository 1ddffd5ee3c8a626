/** Files that PyTorch wrote, read byte for byte; those that would run a command, refused. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTorch } from '#main/checkpoints/foreign/torch-file';

interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly count: number;
  readonly first_values: readonly number[];
  readonly sha256_float32: string;
}
interface ExpectedFile {
  readonly file: string;
  readonly safe: boolean;
  readonly prefix?: string;
  readonly reason?: string;
  readonly tensors?: readonly ExpectedTensor[];
}

const folder = join(import.meta.dirname, 'torch-checkpoints');
const read = (file: string) => readFileSync(join(folder, file));
const { files } = JSON.parse(read('expected.json').toString('utf8')) as {
  files: readonly ExpectedFile[];
};
const sha256 = (data: Float32Array) =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');

describe('readTorch', () => {
  it.each(files.filter(({ safe }) => safe))(
    'reads every tensor of $file',
    ({ file, prefix, tensors = [] }) => {
      const found = readTorch(file, read(file));
      expect(found.map(({ container }) => container)).toEqual([
        prefix === undefined ? '' : 'state_dict',
      ]);
      const [weights] = found;
      expect(weights?.tensors.map(({ name }) => name)).toEqual(tensors.map(({ name }) => name));
      for (const [i, { shape, dtype, count, first_values, sha256_float32 }] of tensors.entries()) {
        const tensor = weights?.tensors[i];
        expect(tensor?.shape).toEqual(shape);
        expect(tensor?.type).toBe(dtype);
        expect(tensor?.data).toHaveLength(count);
        expect([...(tensor?.data.subarray(0, 5) ?? [])]).toEqual(first_values.map(Math.fround));
        expect(tensor && sha256(tensor.data)).toBe(sha256_float32);
      }
    },
  );

  it.each(files.filter(({ safe }) => !safe))(
    'refuses $file, naming the opcode, and runs nothing',
    ({ file }) => {
      expect(() => readTorch(file, read(file))).toThrow(
        /byte \d+ \(REDUCE\): pickle must hold only tensors and plain values, got a call of (os|posix)\.system; .*nothing in it was executed/,
      );
    },
  );
});
