import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLandscape } from '#main/landscapes/read-landscape';
import { PhasescapeError } from '#shared/errors';
import { uniformStream } from '#shared/domain/uniform-stream';

/** Written by generate.py there, with numpy. */
const folder = resolve(import.meta.dirname, '../../fixtures/landscapes');
const bytesOf = (name: string) => readFileSync(join(folder, name));
const read = (name: string) => readLandscape(name, bytesOf(name));

const x = [-1, -0.5, 0.25, 1];
const y = [-2, 0, 3];
/** The same formula as in generate.py. */
const lossAt = (row: number, column: number) =>
  ((y[row] ?? 0) ** 2 + Math.cos(3 * (x[column] ?? 0))) / 3;
const expected = (columns: number) =>
  y.flatMap((_, row) => Array.from({ length: columns }, (__, column) => lossAt(row, column)));

function expectValues(values: Float64Array, columns: number, digits = 14): void {
  expect(values).toHaveLength(3 * columns);
  for (const [i, value] of expected(columns).entries())
    expect(values[i]).toBeCloseTo(value, digits);
}

describe('readLandscape', () => {
  it.each(['sides.npz', 'fortran.npz'])('reads %s with its sides, whatever its order', (name) => {
    const landscape = read(name);
    expectValues(landscape.values, 4);
    expect([landscape.x, landscape.y]).toEqual([x, y]);
  });

  it('reads coordinates of one list for both sides, and of two', () => {
    expect(read('coordinates.npz')).toMatchObject({ x: y, y });
    expect(read('both.npz')).toMatchObject({ x: x.slice(0, 3), y });
    expectValues(read('both.npz').values, 3);
  });

  it.each(['plain.npy', 'grid.csv'])('counts rows and columns of %s, and says so', (name) => {
    const landscape = read(name);
    expectValues(landscape.values, 4, name === 'plain.npy' ? 6 : 14);
    expect([landscape.x, landscape.y]).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2],
    ]);
    expect(landscape.assumptions.join()).toContain('0, 1, 2');
  });

  it.each(['ascii.vti', 'raw.vti', 'base64.vti', 'appended64.vti'])('reads %s', (name) => {
    const landscape = read(name);
    expectValues(landscape.values, 4);
    expect([landscape.x, landscape.y]).toEqual([
      [-1, -0.5, 0, 0.5],
      [-2, 0.5, 3],
    ]);
  });

  it.each([
    ['ascii.vti', 'type="ImageData"', 'type="PolyData"', 'must hold image data, got PolyData'],
    ['ascii.vti', '0 3 0 2 0 0"', '0 3 0 2 0 2"', 'must be one slice'],
    ['ascii.vti', '0 3 0 2 0 0"', '0 9000 0 9000 0 0"', 'must have at most 9000000 values'],
    ['ascii.vti', '<?xml', '<!DOCTYPE a [<!ENTITY b "c">]><?xml', 'must have no declarations'],
    ['ascii.vti', 'header_type', 'compressor="vtkZLibDataCompressor" a', 'must not be compressed'],
    ['raw.vti', 'offset="5"', 'offset="6"', 'must have 96 bytes'],
    ['grid.csv', '\n', ',NaN\n', 'must be a finite number, got "NaN"'],
  ])('refuses %s with %s as %s', (name, from, to, message) => {
    const text = bytesOf(name).toString('latin1').replace(from, to);
    expect(() => readLandscape('file', Buffer.from(text, 'latin1'))).toThrow(message);
  });

  it.each(['surface.h5', 'many.h5'])('reads %s, which h5py wrote, along x first', (name) => {
    const landscape = read(name);
    expectValues(landscape.values, 4);
    expect([landscape.x, landscape.y]).toEqual([x, y]);
    expect(landscape.assumptions.join()).toContain('along x first');
  });

  it.each([
    ['unfinished.h5', 'must be computed at every point, got -1 at point 1'],
    ['chunks.h5', 'train_loss: must not be compressed, got filters; save it with h5py'],
    ['latest.h5', 'must be of the first version of HDF5'],
  ])('refuses %s', (name, message) => {
    expect(() => read(name)).toThrow(message);
  });

  it('answers every mutated file with a landscape or a named error', () => {
    const files = readdirSync(folder).filter((name) => !name.endsWith('.py'));
    const rounds = Number(process.env['PHASESCAPE_FUZZ'] ?? 100);
    const random = uniformStream(7);
    const below = (n: number) => Math.floor(random() * n);
    for (const name of files) {
      const whole = bytesOf(name);
      for (let i = 0; i < rounds; i++) {
        let bytes = Buffer.from(whole);
        for (let k = below(6); k >= 0; k--) bytes[below(bytes.length)] = below(256);
        if (i % 5 === 0) bytes = bytes.subarray(0, below(bytes.length));
        if (i % 7 === 0) bytes = Buffer.concat([bytes, bytes.subarray(below(bytes.length))]);
        try {
          const landscape = readLandscape(name, bytes);
          expect(landscape.values).toHaveLength(landscape.x.length * landscape.y.length);
          expect(landscape.values.every((value) => Number.isFinite(value))).toBe(true);
        } catch (error) {
          expect(error, `${name}, round ${i}`).toBeInstanceOf(PhasescapeError);
        }
      }
    }
  });
});
