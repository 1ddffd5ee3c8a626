/** Matlab files of version 5 (SVHN): numeric arrays, plain or compressed. */
import { UnpackingAllowance, unpackExactly, unpackStart } from '../../formats/inflate';
import { elementCount, type NumericArray, type NumericType } from '../../formats/numeric-array';
import { refusal } from '../../formats/refusal';

const headerBytes = 128;
/** Numbers of the types of data elements. Source: "MAT-File Format", The MathWorks, level 5. */
const types: Readonly<Record<number, NumericType>> = {
  1: { kind: 'signed', bytes: 1, isLittle: true },
  2: { kind: 'unsigned', bytes: 1, isLittle: true },
  3: { kind: 'signed', bytes: 2, isLittle: true },
  4: { kind: 'unsigned', bytes: 2, isLittle: true },
  5: { kind: 'signed', bytes: 4, isLittle: true },
  6: { kind: 'unsigned', bytes: 4, isLittle: true },
  7: { kind: 'float', bytes: 4, isLittle: true },
  9: { kind: 'float', bytes: 8, isLittle: true },
  12: { kind: 'signed', bytes: 8, isLittle: true },
  13: { kind: 'unsigned', bytes: 8, isLittle: true },
};
const matrixType = 14;
const compressedType = 15;
/** Matlab's classes of numeric arrays: double to uint64. */
const isNumericClass = (code: number) => code >= 6 && code <= 15;

/** Whether bytes begin like a Matlab file. */
export function isMatlab(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 6)).toString('latin1') === 'MATLAB';
}

/** The numeric arrays of a file by name. @throws DataFormatError naming the rule that is broken */
export function parseMatlab(place: string, file: Buffer): ReadonlyMap<string, NumericArray> {
  if (!isMatlab(file) || file.length < headerBytes)
    throw refusal(
      place,
      'must begin like a Matlab file',
      JSON.stringify(file.toString('latin1', 0, 6)),
    );
  const isHdf5 = file.toString('latin1', 0, 10) === 'MATLAB 7.3';
  if (isHdf5 || file.toString('latin1', 126, 128) !== 'IM')
    throw refusal(
      place,
      'must be of version 5, little-endian',
      isHdf5 ? 'version 7.3' : 'another',
      { fix: 'save it again with -v7' },
    );
  const arrays = new Map<string, NumericArray>();
  const allowance = new UnpackingAllowance(file.length);
  let at = headerBytes;
  while (at < file.length) {
    const { type, bytes, next } = readElement(place, file, at);
    const matrix =
      type === compressedType
        ? unpackMatrix(`${place}, byte ${at}`, bytes, allowance)
        : type === matrixType
          ? bytes
          : null;
    if (!matrix)
      throw refusal(`${place}, byte ${at}`, 'must have an array', `an element of type ${type}`);
    const named = parseMatrix(`${place}, byte ${at}`, matrix);
    if (named) arrays.set(named.name, named.array);
    at = next;
  }
  return arrays;
}

interface Element {
  readonly type: number;
  readonly bytes: Buffer;
  readonly next: number;
}

/** One data element: a tag of type and size, then its bytes; small ones are in the tag. */
function readElement(place: string, file: Buffer, at: number): Element {
  if (at + 8 > file.length) throw refusal(`${place}, byte ${at}`, 'must have a tag', 'the end');
  const first = file.readUInt32LE(at);
  const smallSize = first >>> 16;
  if (smallSize > 0) {
    if (smallSize > 4) throw refusal(`${place}, byte ${at}`, 'must have a tag', 'another');
    return { type: first & 0xffff, bytes: file.subarray(at + 4, at + 4 + smallSize), next: at + 8 };
  }
  const size = file.readUInt32LE(at + 4);
  const start = at + 8;
  if (start + size > file.length)
    throw refusal(
      `${place}, byte ${at}`,
      `must have the ${size} bytes it declares`,
      file.length - start,
    );
  // Elements begin at multiples of 8; compressed ones follow each other without a gap.
  const gap = first === compressedType ? 0 : (8 - (size % 8)) % 8;
  return { type: first, bytes: file.subarray(start, start + size), next: start + size + gap };
}

/** A compressed element holds one array with its tag. */
function unpackMatrix(place: string, packed: Buffer, allowance: UnpackingAllowance): Buffer {
  const tag = unpackStart(place, packed, { packing: 'zlib', size: 8 });
  if (tag.length < 8 || tag.readUInt32LE(0) !== matrixType)
    throw refusal(place, 'must have an array in each compressed part', 'something else');
  const size = 8 + tag.readUInt32LE(4);
  return unpackExactly(place, packed, { packing: 'zlib', size, allowance }).subarray(8);
}

/** An array of numbers; null for texts, cells, structures and sparse or complex arrays. */
function parseMatrix(place: string, matrix: Buffer): { name: string; array: NumericArray } | null {
  const flags = readElement(place, matrix, 0);
  const word = flags.bytes.length < 4 ? 0 : flags.bytes.readUInt32LE(0);
  const isComplex = (word & 0x0800) !== 0;
  if (!isNumericClass(word & 0xff) || isComplex) return null;
  const sizes = readElement(place, matrix, flags.next);
  const shape = Array.from({ length: sizes.bytes.length / 4 }, (_, i) =>
    sizes.bytes.readInt32LE(4 * i),
  );
  const name = readElement(place, matrix, sizes.next);
  const data = readElement(place, matrix, name.next);
  const type = types[data.type];
  if (!type || shape.some((n) => n < 0))
    throw refusal(place, 'must be an array of numbers', `type ${data.type}`);
  const expected = elementCount({ shape }) * type.bytes;
  if (expected !== data.bytes.length)
    throw refusal(
      place,
      `must have the ${expected} bytes of an array [${shape.join(', ')}]`,
      data.bytes.length,
    );
  return {
    name: name.bytes.toString('latin1'),
    array: { type, shape, isFortran: true, bytes: data.bytes },
  };
}
