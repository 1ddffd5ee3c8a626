/**
 * What `torch.save` writes, in both of its formats: a zip of a pickle and its storages (from PyTorch 1.6), and before that a stream of
 * pickles followed by the storages. Nothing in it is executed.
 * Source: `torch/serialization.py`, PyTorch 2.9.
 */
import { readPickle, readPickleAt } from '#main/formats/pickle';
import { describe, textOf, type PickleValue } from '#main/formats/pickle-values';
import { refusal } from '#main/formats/refusal';
import { isZip, readZip } from '#main/formats/zip';
import { numberReader, type ForeignTensor, type ForeignWeights } from './foreign-tensor';
import { storageBytes, torchContent, torchVocabulary, type TorchTensor } from './torch-values';

/** What a whole model or an optimizer saved with everything around it needs. */
const saveWeights = 'save model.state_dict() and import that (nothing in the file was executed)';

/** The first pickle of the old format, as a double: `0x1950a86a20f9469cfc6c`. */
const magicNumber = 119547037146038801333356;
const oldProtocol = 1001;

/** Entries of a zip: as many as tensors, and a few. */
const mostEntries = 100_000;

/**
 * Every set of weights in a checkpoint, the outermost first.
 * @param place - name of the file, for messages
 * @throws DataFormatError naming the place, and the opcode and name where the pickle wants to call something
 */
export function readTorch(place: string, file: Buffer): readonly ForeignWeights[] {
  const { value, storage } = isZip(file) ? readZipped(place, file) : readStream(place, file);
  const room = new Room(place, file.length);
  const found: ForeignWeights[] = [];
  collect(value, [], (container, entries) => {
    const tensors = entries.map(([name, tensor]) =>
      contiguous(`${place}, ${name}`, tensor, { name, storage, room }),
    );
    found.push({ container, tensors });
  });
  if (found.length > 0) return found;
  throw refusal(place, 'must hold named tensors', describe(value), { fix: saveWeights });
}

/** The bytes of the storage of a key. */
type StorageReader = (
  place: string,
  key: string,
) => { readonly bytes: Buffer; readonly isLittle: boolean };

function readZipped(place: string, file: Buffer): { value: PickleValue; storage: StorageReader } {
  const entries = new Map<string, Buffer>();
  for (const { name, bytes } of readZip(place, file, mostEntries)) entries.set(name, bytes);
  const pickled = [...entries.keys()].find((name) => name.endsWith('data.pkl'));
  if (pickled === undefined) {
    const got = entries.has('constants.pkl') ? 'a TorchScript archive' : 'an archive without one';
    throw refusal(place, 'must have a data.pkl as torch.save writes it', got, { fix: saveWeights });
  }
  const folder = pickled.slice(0, -'data.pkl'.length);
  if ([...entries.keys()].some((name) => name.startsWith(`${folder}code/`)))
    throw refusal(place, 'must be a checkpoint', 'a TorchScript program', { fix: saveWeights });
  const isLittle = entries.get(`${folder}byteorder`)?.toString('latin1').trim() !== 'big';
  const value = readPickle(`${place}, ${pickled}`, entries.get(pickled) as Buffer, torchVocabulary);
  return {
    value,
    storage: (where, key) => {
      const bytes = entries.get(`${folder}data/${key}`);
      if (bytes) return { bytes, isLittle };
      throw refusal(where, `must have its numbers in ${folder}data/${key}`, 'no such entry');
    },
  };
}

/** Magic number, protocol, facts of the system, the value, the keys of its storages, then each storage: its length and its numbers. */
function readStream(place: string, file: Buffer): { value: PickleValue; storage: StorageReader } {
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = readPickleAt(place, file, { from: at, vocabulary: torchVocabulary });
    at = end;
    return value;
  };
  const magic = next();
  if (magic !== magicNumber)
    throw refusal(place, 'must begin with the magic number of torch.save', describe(magic), {
      fix: saveWeights,
    });
  const protocol = next();
  if (protocol !== oldProtocol)
    throw refusal(place, `must have protocol ${oldProtocol}`, describe(protocol));
  const system = next();
  const isLittle = !(system instanceof Map) || system.get('little_endian') !== false;
  const value = next();
  const keys = next();
  if (!Array.isArray(keys)) throw refusal(place, 'must list its storages', describe(keys));
  const widths = storageWidths(value);
  const storages = new Map<string, Buffer>();
  for (const entry of keys) {
    const key = textOf(entry);
    const width = key === null ? undefined : widths.get(key);
    if (key === null || width === undefined)
      throw refusal(place, 'must list storages that a tensor uses', describe(entry));
    if (at + 8 > file.length) throw refusal(place, 'must have the length of a storage', 'its end');
    const length = Number(isLittle ? file.readBigInt64LE(at) : file.readBigInt64BE(at));
    const end = at + 8 + length * width;
    if (!(length >= 0) || end > file.length)
      throw refusal(
        `${place}, storage ${key}`,
        `must have ${length} numbers in the file`,
        'its end',
      );
    storages.set(key, file.subarray(at + 8, end));
    at = end;
  }
  return {
    value,
    storage: (where, key) => {
      const bytes = storages.get(key);
      if (bytes) return { bytes, isLittle };
      throw refusal(where, `must have its numbers in storage ${key}`, 'no such storage');
    },
  };
}

/** Bytes of a number of each storage that a value uses. */
function storageWidths(value: PickleValue): ReadonlyMap<string, number> {
  const widths = new Map<string, number>();
  walk(value, [], (content) => {
    const storage = content.kind === 'tensor' ? content.storage : content;
    if (storage.kind === 'storage')
      widths.set(storage.key, storageBytes({ type: storage.type, length: 1 }));
  });
  return widths;
}

type Content = NonNullable<ReturnType<typeof torchContent>>;

/** Deepest nesting of containers that is looked into. */
const deepest = 12;

function walk(
  value: PickleValue,
  path: readonly string[],
  visit: (content: Content, path: readonly string[]) => void,
  seen = new Set<PickleValue>(),
): void {
  const content = torchContent(value);
  if (content) visit(content, path);
  const isContainer = value instanceof Map || Array.isArray(value);
  if (!isContainer || path.length >= deepest || seen.has(value)) return;
  seen.add(value);
  const entries = value instanceof Map ? value : value.map((item, i) => [String(i), item] as const);
  for (const [key, item] of entries) walk(item, [...path, key], visit, seen);
}

/** Calls back for every dict that has tensors among its values, the outermost first; what is nested below one belongs to it no more. */
function collect(
  value: PickleValue,
  path: readonly string[],
  found: (container: string, entries: (readonly [string, TorchTensor])[]) => void,
): void {
  const content = torchContent(value);
  if (path.length === 0 && content?.kind === 'tensor') {
    found('', [['tensor', content]]);
    return;
  }
  if (!(value instanceof Map) || path.length >= deepest) return;
  const tensors = [...value].flatMap(([name, item]) => {
    const own = torchContent(item);
    return own?.kind === 'tensor' ? [[name, own] as const] : [];
  });
  if (tensors.length > 0) found(path.join('.'), tensors);
  for (const [key, item] of value) if (item instanceof Map) collect(item, [...path, key], found);
}

/** What tensors may take together: views that repeat numbers are how a small file becomes a large one. */
class Room {
  readonly #place: string;
  readonly #most: number;
  #taken = 0;

  constructor(place: string, fileBytes: number) {
    this.#place = place;
    this.#most = 2.5 * fileBytes + 2 ** 24;
  }

  take(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken > this.#most)
      throw refusal(
        this.#place,
        'must have tensors about as large as itself',
        `${this.#taken} bytes`,
        {
          fix: 'save it without expanded views, as tensor.contiguous()',
        },
      );
  }
}

function contiguous(
  place: string,
  { storage: about, offset, shape, stride }: TorchTensor,
  { name, storage, room }: { name: string; storage: StorageReader; room: Room },
): ForeignTensor {
  const count = shape.reduce((product, n) => product * n, 1);
  room.take(4 * count);
  const data = new Float32Array(count);
  const tensor = { name, shape, type: about.type, data };
  if (count === 0) return tensor;
  const { bytes, isLittle } = storage(place, about.key);
  const width = storageBytes({ type: about.type, length: 1 });
  if ((about.offset + about.length) * width > bytes.length)
    throw refusal(
      place,
      `must have a storage of ${(about.offset + about.length) * width} bytes`,
      bytes.length,
    );
  const read = numberReader(bytes, about.type, isLittle);
  const index = shape.map(() => 0);
  let from = about.offset + offset;
  for (let to = 0; to < count; to++) {
    data[to] = read(from);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const step = stride[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      from += step;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      from -= step * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return tensor;
}
