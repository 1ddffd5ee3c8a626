/** numpy's own files: .npy, and .npz as a zip of them. Arrays of objects hold pickles and are refused. */
import { elementCount, numericType, type NumericArray } from './numeric-array';
import { refusal } from './refusal';
import { readZip } from './zip';

/** Beyond it a header is no header. */
const mostHeaderBytes = 65_536;

/** Whether bytes begin like a .npy file. */
export function isNpy(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 6)).toString('latin1') === '\x93NUMPY';
}

/** The array in a .npy file. @throws DataFormatError naming the rule that is broken */
export function parseNpy(place: string, file: Buffer): NumericArray {
  if (!isNpy(file))
    throw refusal(
      place,
      'must begin with the magic text of a .npy file',
      `0x${file.subarray(0, 6).toString('hex')}`,
    );
  const isLong = (file[6] ?? 1) > 1;
  const textAt = isLong ? 12 : 10;
  const textBytes = file.length < textAt ? 0 : isLong ? file.readUInt32LE(8) : file.readUInt16LE(8);
  const header = file.toString('latin1', textAt, textAt + Math.min(textBytes, mostHeaderBytes));
  const match =
    /^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([\d, ]*)\),? *\}\s*$/.exec(
      header,
    );
  if (!match) {
    const hasObjects = header.includes("'|O'") || header.includes("'descr': [");
    throw refusal(
      place,
      'must have the header of an array of numbers',
      hasObjects ? 'one of objects or records' : JSON.stringify(header.slice(0, 60)),
    );
  }
  const [, code = '', order, sizes = ''] = match;
  const type = numericType(code);
  if (!type)
    throw refusal(place, 'must be an array of numbers', `type ${code}`, {
      fix: 'save it as numbers (pickled objects are not read)',
    });
  const shape = sizes
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  const bytes = file.subarray(textAt + textBytes);
  const expected = elementCount({ shape }) * type.bytes;
  if (bytes.length !== expected)
    throw refusal(
      place,
      `must have the ${expected} bytes of an array [${shape.join(', ')}]`,
      `${bytes.length} bytes`,
    );
  return { type, shape, isFortran: order === 'True', bytes };
}

/** The arrays of a .npz file by name. @throws DataFormatError */
export function parseNpz(place: string, file: Buffer): ReadonlyMap<string, NumericArray> {
  const arrays = new Map<string, NumericArray>();
  for (const { name, bytes } of readZip(place, file)) {
    if (name.endsWith('.npy'))
      arrays.set(name.slice(0, -'.npy'.length), parseNpy(`${place}, ${name}`, bytes));
  }
  if (arrays.size > 0) return arrays;
  throw refusal(place, 'must hold at least one .npy array', 'none');
}
