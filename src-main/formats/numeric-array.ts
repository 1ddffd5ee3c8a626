/** Arrays of numbers as numpy, Matlab and IDX files have them: a type, a shape, raw bytes. */
import { halfOf } from './half-float';
import { refusal } from './refusal';

export interface NumericType {
  /** `boolean`: a byte that is 0 or 1, and not one of 256 levels. */
  readonly kind: 'unsigned' | 'signed' | 'float' | 'boolean';
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isLittle: boolean;
}

export interface NumericArray {
  readonly type: NumericType;
  readonly shape: readonly number[];
  /** First axis fastest (Fortran, Matlab) instead of last. */
  readonly isFortran: boolean;
  readonly bytes: Uint8Array;
}

const kinds: Readonly<Record<string, NumericType['kind']>> = {
  b: 'boolean',
  '?': 'boolean',
  u: 'unsigned',
  B: 'unsigned',
  i: 'signed',
  f: 'float',
};

/** The type of a numpy code such as `<f4` or `|u1`; null for anything that is not a plain number. */
export function numericType(code: string): NumericType | null {
  const match = /^([<>|=]?)([bBiuf?])(\d?)$/.exec(code);
  if (!match) return null;
  const [, order = '', letter = '', digits = ''] = match;
  const kind = kinds[letter];
  const bytes = digits === '' ? 1 : Number(digits);
  if (!kind || ![1, 2, 4, 8].includes(bytes)) return null;
  if (kind === 'float' && bytes < 2) return null;
  return { kind, bytes: bytes as NumericType['bytes'], isLittle: order !== '>' };
}

/** Number of elements. */
export function elementCount({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** A function that reads the element at a place in the bytes. 64-bit whole numbers lose what a double cannot hold. */
function elementReader({ type, bytes }: NumericArray): (index: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { isLittle } = type;
  switch (type.kind) {
    case 'float':
      if (type.bytes === 2) return (i) => halfOf(view.getUint16(2 * i, isLittle));
      if (type.bytes === 4) return (i) => view.getFloat32(4 * i, isLittle);
      return (i) => view.getFloat64(8 * i, isLittle);
    case 'boolean':
      return (i) => view.getUint8(i);
    case 'unsigned':
      if (type.bytes === 1) return (i) => view.getUint8(i);
      if (type.bytes === 2) return (i) => view.getUint16(2 * i, isLittle);
      if (type.bytes === 4) return (i) => view.getUint32(4 * i, isLittle);
      return (i) => Number(view.getBigUint64(8 * i, isLittle));
    case 'signed':
      if (type.bytes === 1) return (i) => view.getInt8(i);
      if (type.bytes === 2) return (i) => view.getInt16(2 * i, isLittle);
      if (type.bytes === 4) return (i) => view.getInt32(4 * i, isLittle);
      return (i) => Number(view.getBigInt64(8 * i, isLittle));
    default:
      return type.kind satisfies never;
  }
}

/**
 * The elements with the last axis fastest: bytes where the array has bytes (no copy where their order is right), float32
 * otherwise.
 */
export function elementsOf(array: NumericArray): Uint8Array | Float32Array {
  const { type, shape } = array;
  const isBytes = type.kind === 'unsigned' && type.bytes === 1;
  if (isBytes && (!array.isFortran || shape.length < 2)) return array.bytes;
  const count = elementCount(array);
  const target = isBytes ? new Uint8Array(count) : new Float32Array(count);
  const read = elementReader(array);
  if (!array.isFortran || shape.length < 2) {
    for (let i = 0; i < count; i++) target[i] = read(i);
    return target;
  }
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((p, n) => p * n, 1));
  const place = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    target[to] = read(from);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] as number;
      place[axis] = (place[axis] as number) + 1;
      from += stride;
      if ((place[axis] as number) < (shape[axis] as number)) break;
      from -= stride * (shape[axis] as number);
      place[axis] = 0;
    }
  }
  return target;
}

/** The elements as whole numbers. @throws DataFormatError naming the element that is none */
export function wholeNumbersOf(name: string, array: NumericArray): Int32Array {
  const read = elementReader(array);
  return Int32Array.from({ length: elementCount(array) }, (_, i) => {
    const value = read(i);
    if (Number.isInteger(value) && Math.abs(value) <= 0x7fffffff) return value;
    throw refusal(`${name}, element ${i + 1}`, 'must be a whole number', value);
  });
}
