/**
 * Landscapes in VTK image data (.vti): one slice of point data, as ascii, base64 or appended raw bytes, not compressed. A small strict
 * reader of the few tags that such a file has: no entities, no declarations, nothing that is fetched or nested beyond them.
 * Source: VTK file formats, XML, version 0.1 to 2.x.
 */
import type { Landscape } from '#shared/domain/landscape';
import { elementCount, doublesOf, type NumericType } from '../formats/numeric-array';
import { refusal } from '../formats/refusal';
import { checkedLandscape, requireSize } from './check-landscape';

const types: Readonly<Record<string, Pick<NumericType, 'kind' | 'bytes'>>> = {
  ...{ Float32: { kind: 'float', bytes: 4 }, Float64: { kind: 'float', bytes: 8 } },
  ...{ Int8: { kind: 'signed', bytes: 1 }, UInt8: { kind: 'unsigned', bytes: 1 } },
  ...{ Int16: { kind: 'signed', bytes: 2 }, UInt16: { kind: 'unsigned', bytes: 2 } },
  ...{ Int32: { kind: 'signed', bytes: 4 }, UInt32: { kind: 'unsigned', bytes: 4 } },
  ...{ Int64: { kind: 'signed', bytes: 8 }, UInt64: { kind: 'unsigned', bytes: 8 } },
};
const asImage = { fix: 'write it with vtkXMLImageDataWriter, without compression' };
/** Nothing before the data is longer. */
const mostHeadBytes = 2 ** 20;

/** Whether bytes begin like a VTK file. */
export function isVtk(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 1024).includes('<VTKFile');
}

/**
 * The landscape of an image: x runs fastest. Of several arrays of numbers the one that the file names as its scalars, else the one named
 * `loss`, else the only one.
 * @throws DataFormatError naming the rule that is broken
 */
export function vtiLandscape(place: string, file: Buffer): Landscape {
  const appendedAt = file.indexOf('<AppendedData');
  const xml = file.toString('latin1', 0, appendedAt < 0 ? file.length : appendedAt);
  if (appendedAt > mostHeadBytes)
    throw refusal(place, 'must have a short head', appendedAt, asImage);
  if (/<!DOCTYPE|<!ENTITY/i.test(xml))
    throw refusal(place, 'must have no declarations', 'some', asImage);
  const head = attributesOf(xml, 'VTKFile');
  const image = attributesOf(xml, 'ImageData');
  if (!head || !image || head.get('type') !== 'ImageData')
    throw refusal(place, 'must hold image data', head?.get('type') ?? 'no VTKFile', asImage);
  if (head.has('compressor'))
    throw refusal(place, 'must not be compressed', head.get('compressor') ?? '', asImage);
  const extent = numbersOf(place, image.get('WholeExtent') ?? '', 6);
  const sizes = [0, 1, 2].map((axis) => (extent[2 * axis + 1] ?? 0) - (extent[2 * axis] ?? 0) + 1);
  const wide = [0, 1, 2].filter((axis) => (sizes[axis] ?? 0) > 1);
  const [a = 0, b = a === 0 ? 1 : 0] = wide;
  if (wide.length > 2)
    throw refusal(place, 'must be one slice', sizes.join(' x '), { fix: 'extract a slice' });
  const [columns = 0, rows = 0] = [sizes[Math.min(a, b)], sizes[Math.max(a, b)]];
  requireSize(place, rows, columns);
  const origin = numbersOf(place, image.get('Origin') ?? '0 0 0', 3);
  const spacing = numbersOf(place, image.get('Spacing') ?? '1 1 1', 3);
  const side = (axis: number, count: number) =>
    Array.from(
      { length: count },
      (_, i) => (origin[axis] ?? 0) + (spacing[axis] ?? 1) * ((extent[2 * axis] ?? 0) + i),
    );
  const chosen = chooseArray(place, xml);
  const surroundings = {
    ...{ file, appendedAt, count: rows * columns },
    isLittle: head.get('byte_order') !== 'BigEndian',
    headerBytes: head.get('header_type') === 'UInt64' ? (8 as const) : (4 as const),
  };
  const values = valuesOf(`${place}, ${chosen.name}`, chosen, surroundings);
  return checkedLandscape(place, {
    ...{ values, x: side(Math.min(a, b), columns), y: side(Math.max(a, b), rows) },
    assumptions: [`The values are the point data "${chosen.name}"; x runs fastest.`],
  });
}

interface ChosenArray {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

function chooseArray(place: string, xml: string): ChosenArray {
  const from = xml.indexOf('<PointData');
  const to = xml.indexOf('</PointData>', from);
  if (from < 0 || to < 0) throw refusal(place, 'must have point data', 'none', asImage);
  const part = xml.slice(from, to);
  const scalars = attributesOf(part, 'PointData')?.get('Scalars');
  const arrays: ChosenArray[] = [];
  for (let at = part.indexOf('<DataArray'); at >= 0; at = part.indexOf('<DataArray', at + 1)) {
    const end = part.indexOf('>', at);
    if (end < 0) throw refusal(place, 'must close its tags', 'an open one', asImage);
    const attributes =
      attributesOf(part.slice(at, end + 1), 'DataArray') ?? new Map<string, string>();
    const close = part.indexOf('<', end);
    const isEmpty = part[end - 1] === '/';
    const text = isEmpty ? '' : part.slice(end + 1, close < 0 ? undefined : close);
    arrays.push({ name: attributes.get('Name') ?? '', attributes, text });
  }
  const named = (name: string | undefined) => arrays.find((array) => array.name === name);
  const chosen = named(scalars) ?? named('loss') ?? (arrays.length === 1 ? arrays[0] : undefined);
  if (!chosen)
    throw refusal(place, 'must have one array, or name its scalars', arrays.length, asImage);
  const components = chosen.attributes.get('NumberOfComponents') ?? '1';
  if (components !== '1')
    throw refusal(`${place}, ${chosen.name}`, 'must have one component', components, asImage);
  return chosen;
}

function valuesOf(
  place: string,
  { attributes, text }: ChosenArray,
  {
    appendedAt,
    count,
    file,
    headerBytes,
    isLittle,
  }: {
    readonly file: Buffer;
    readonly appendedAt: number;
    readonly count: number;
    readonly isLittle: boolean;
    readonly headerBytes: 4 | 8;
  },
): Float64Array {
  const plain = types[attributes.get('type') ?? ''];
  if (!plain)
    throw refusal(place, 'must have a type of numbers', attributes.get('type') ?? 'none', asImage);
  const format = attributes.get('format') ?? 'ascii';
  if (format === 'ascii') return Float64Array.from(numbersOf(place, text, count));
  const size = count * plain.bytes;
  const block = (bytes: Buffer): Buffer => {
    const isThere = bytes.length >= headerBytes;
    const said = !isThere
      ? -1
      : headerBytes === 8
        ? Number(isLittle ? bytes.readBigUInt64LE(0) : bytes.readBigUInt64BE(0))
        : isLittle
          ? bytes.readUInt32LE(0)
          : bytes.readUInt32BE(0);
    if (said === size && bytes.length >= headerBytes + size)
      return bytes.subarray(headerBytes, headerBytes + size);
    throw refusal(place, `must have ${size} bytes`, said, asImage);
  };
  const bytes =
    format === 'binary'
      ? block(decoded(text))
      : block(appended(place, attributes, { file, appendedAt, most: headerBytes + size }));
  const array = { type: { ...plain, isLittle }, shape: [count], isFortran: false, bytes };
  return elementCount(array) === count ? doublesOf(array) : new Float64Array(0);
}

function appended(
  place: string,
  attributes: ReadonlyMap<string, string>,
  {
    appendedAt,
    file,
    most,
  }: { readonly file: Buffer; readonly appendedAt: number; readonly most: number },
): Buffer {
  const mark = appendedAt < 0 ? -1 : file.indexOf('_', file.indexOf('>', appendedAt));
  const tag = file.toString('latin1', Math.max(0, appendedAt), Math.max(0, mark));
  const encoding = attributesOf(tag, 'AppendedData')?.get('encoding');
  const offset = Number(attributes.get('offset') ?? NaN);
  if (
    mark < 0 ||
    attributes.get('format') !== 'appended' ||
    !Number.isSafeInteger(offset) ||
    offset < 0
  )
    throw refusal(place, 'must have its appended bytes', 'none', asImage);
  const from = mark + 1 + offset;
  if (encoding === 'raw') return file.subarray(from, from + most);
  if (encoding === 'base64')
    return decoded(file.toString('latin1', from, from + 4 * Math.ceil(most / 3) + 8));
  throw refusal(place, 'must be raw or base64', encoding ?? 'none', asImage);
}

/** The header may be encoded apart from the data, with an end of its own: two texts, one after another. */
function decoded(text: string): Buffer {
  const parts = text.replaceAll(/\s+/g, '').match(/[A-Za-z0-9+/]+={0,2}/g) ?? [];
  return Buffer.concat(parts.slice(0, 2).map((part) => Buffer.from(part, 'base64')));
}

/** The attributes of the first tag of a name; null where there is none. */
function attributesOf(xml: string, tag: string): ReadonlyMap<string, string> | null {
  const from = xml.indexOf(`<${tag}`);
  if (from < 0) return null;
  const end = xml.indexOf('>', from);
  const text = xml.slice(from + tag.length + 1, end < 0 ? from + 4096 : end).slice(0, 4096);
  return new Map(
    [...text.matchAll(/([A-Za-z_]{1,40})="([^"<]{0,1000})"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}

function numbersOf(place: string, text: string, count: number): number[] {
  const words = text.trim().split(/\s+/, count + 1);
  const numbers = words.map(Number);
  if (words.length === count && numbers.every((n) => !Number.isNaN(n))) return numbers;
  throw refusal(place, `must have ${count} numbers`, text.trim().slice(0, 40), asImage);
}
