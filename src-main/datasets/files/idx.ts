/** IDX files (MNIST, Fashion-MNIST), plain or gzipped: a magic number, the sizes, raw numbers. */
import { unpackExactly, unpackStart } from '../../formats/inflate';
import { elementCount, type NumericArray, type NumericType } from '../../formats/numeric-array';
import { refusal } from '../../formats/refusal';

/** Source: the description at the end of LeCun's MNIST page. */
const types: Readonly<Record<number, NumericType>> = {
  0x08: { kind: 'unsigned', bytes: 1, isLittle: false },
  0x09: { kind: 'signed', bytes: 1, isLittle: false },
  0x0b: { kind: 'signed', bytes: 2, isLittle: false },
  0x0c: { kind: 'signed', bytes: 4, isLittle: false },
  0x0d: { kind: 'float', bytes: 4, isLittle: false },
  0x0e: { kind: 'float', bytes: 8, isLittle: false },
};

const mostAxes = 4;

/** Whether bytes begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The array in an IDX file. @throws DataFormatError naming the rule that is broken */
export function parseIdx(place: string, file: Buffer): NumericArray {
  const packed = isGzip(file);
  const headBytes = 4 + 4 * mostAxes;
  const head = packed
    ? unpackStart(place, file, { packing: 'gzip', size: headBytes })
    : file.subarray(0, headBytes);
  const type = types[head[2] ?? -1];
  const axes = head[3] ?? 0;
  if (head[0] !== 0 || head[1] !== 0 || !type || axes < 1 || axes > mostAxes) {
    const magic = `0x${head.subarray(0, 4).toString('hex')}`;
    throw refusal(place, 'must begin with the magic number of an IDX file', magic);
  }
  const start = 4 + 4 * axes;
  if (head.length < start)
    throw refusal(place, `must have a header of ${start} bytes`, `${head.length} bytes`);
  const shape = Array.from({ length: axes }, (_, axis) => head.readUInt32BE(4 + 4 * axis));
  const size = start + elementCount({ shape }) * type.bytes;
  if (!packed && size !== file.length)
    throw refusal(
      place,
      `must have the ${size} bytes of an array [${shape.join(', ')}]`,
      `${file.length} bytes`,
    );
  const bytes = packed ? unpackExactly(place, file, { packing: 'gzip', size }) : file;
  return { type, shape, isFortran: false, bytes: bytes.subarray(start) };
}
