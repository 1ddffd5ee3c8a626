/** The values of a pickle, and the few names that numpy writes for its numeric arrays: recognised by name, never looked up. */
import { numericType, type NumericType } from './numeric-array';

/** A name that a pickle mentions: nothing happens to it but being compared. */
export interface PickledGlobal {
  readonly kind: 'global';
  readonly name: string;
}

/** A numpy type in the making: BUILD tells its byte order. */
export interface PickledType {
  readonly kind: 'dtype';
  readonly code: string;
  order: string;
}

/** A numpy array in the making: BUILD brings what it holds. */
export interface PickledArray {
  readonly kind: 'array';
  shape: readonly number[];
  type: NumericType | null;
  isFortran: boolean;
  /** Raw bytes, as many as shape and type say. */
  bytes: Uint8Array;
}

/** What a vocabulary makes of its names. */
export interface PickledObject {
  readonly kind: 'object';
  readonly content: unknown;
}

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickleValue[]
  | Map<string, PickleValue>
  | PickledGlobal
  | PickledType
  | PickledArray
  | PickledObject;

type Refuse = (rule: string, got: string | number) => Error;

/** What making a value needs of the reader. */
export interface PickleCaller {
  readonly refuse: Refuse;
  /** Asks for new memory. @throws when the whole pickle has asked for more than it has bytes */
  readonly claim: (bytes: number) => void;
}

/** The names that a kind of pickle may use, and what they stand for. Nothing is ever looked up or run. */
export interface PickleVocabulary {
  /** What it may hold, for messages: `plain values and numeric arrays`. */
  readonly holds: string;
  /** What a call of a name on arguments makes. @throws through `refuse` for every other name */
  readonly call: (callee: PickleValue, given: PickleValue, caller: PickleCaller) => PickleValue;
  /** Gives something made its state. @throws through `refuse` where it takes none */
  readonly build: (target: PickleValue, state: PickleValue, caller: PickleCaller) => void;
  /** What an id stands for whose content is elsewhere in the file; absent where there are none. */
  readonly persistent?: (id: PickleValue, caller: PickleCaller) => PickleValue;
}

/** Plain values and the numeric arrays of numpy. */
export const numpyVocabulary: PickleVocabulary = {
  holds: 'plain values and numeric arrays',
  call: applyGlobal,
  build: buildArray,
};

const onlyData = `must hold only ${numpyVocabulary.holds}`;

/** What a call of a name on arguments would make, for the names that are data. */
function applyGlobal(
  callee: PickleValue,
  given: PickleValue,
  { refuse, claim }: PickleCaller,
): PickleValue {
  const name = isOf(callee, 'global') ? callee.name : null;
  if (name === null || !Array.isArray(given)) throw refuse('must call a name', typeof callee);
  switch (name.replace('numpy._core.', 'numpy.core.')) {
    case 'numpy.core.multiarray._reconstruct':
      return emptyArray();
    case 'numpy.dtype': {
      const [code] = given;
      const type = textOf(code);
      if (type === null || !/^[bBiuf?]\d?$/.test(type))
        throw refuse('must have arrays of numbers', `type ${type ?? describe(code)}`);
      return { kind: 'dtype', code: type, order: '|' };
    }
    case 'numpy.core.numeric._frombuffer': {
      const [bytes, type, shape, order] = given;
      const array = emptyArray();
      fillArray(array, { shape, type, bytes, isFortran: order === 'F' }, refuse);
      return array;
    }
    case 'numpy.core.multiarray.scalar': {
      const [type, bytes] = given;
      const array = emptyArray();
      fillArray(array, { shape: [], type, bytes, isFortran: false }, refuse);
      return array;
    }
    case '_codecs.encode': {
      const [value, encoding] = given;
      if (typeof value !== 'string' || encoding !== 'latin1')
        throw refuse('must encode text as latin1', textOf(encoding) ?? 'no name');
      claim(value.length);
      return Buffer.from(value, 'latin1');
    }
    case '__builtin__.bytes':
    case 'builtins.bytes':
      if (given.length === 0) return new Uint8Array(0);
      throw refuse(onlyData, `a call of ${name}`);
    case '__builtin__.bytearray':
    case 'builtins.bytearray': {
      const [bytes] = given;
      if (bytes === undefined) return new Uint8Array(0);
      if (bytes instanceof Uint8Array) return bytes;
      throw refuse(onlyData, `a call of ${name}`);
    }
    default:
      throw refuse(onlyData, `a call of ${name}`);
  }
}

/** Gives a numpy type its byte order, or a numpy array its content; nothing else can be built. */
function buildArray(target: PickleValue, state: PickleValue, { refuse }: PickleCaller): void {
  if (isOf(target, 'dtype') && Array.isArray(state)) {
    const order = textOf(state[1]) ?? '|';
    if (!/^[<>|=]$/.test(order)) throw refuse('must have arrays with a byte order', order);
    target.order = order;
    return;
  }
  if (isOf(target, 'array') && Array.isArray(state)) {
    const [, shape, type, isFortran, bytes] = state;
    fillArray(target, { shape, type, bytes, isFortran: isFortran === true }, refuse);
    return;
  }
  throw refuse(onlyData, 'the state of an object');
}

/** numpy allows no more. */
const mostAxes = 64;

function emptyArray(): PickledArray {
  return { kind: 'array', shape: [], type: null, isFortran: false, bytes: new Uint8Array(0) };
}

function fillArray(
  array: PickledArray,
  content: {
    shape: PickleValue | undefined;
    type: PickleValue | undefined;
    bytes: PickleValue | undefined;
    isFortran: boolean;
  },
  refuse: Refuse,
): void {
  const { shape, type, bytes, isFortran } = content;
  if (
    !Array.isArray(shape) ||
    shape.length > mostAxes ||
    !shape.every((n): n is number => isSize(n))
  )
    throw refuse('must have arrays with a shape', describe(shape));
  const numeric = isOf(type, 'dtype') ? numericType(`${type.order}${type.code}`) : null;
  if (!numeric) throw refuse('must have arrays of numbers', describeType(type));
  if (!(bytes instanceof Uint8Array)) throw refuse('must have arrays of bytes', typeof bytes);
  const size = shape.reduce((product, n) => product * n, numeric.bytes);
  if (size !== bytes.length)
    throw refuse(`must have the ${size} bytes of an array [${shape.join(', ')}]`, bytes.length);
  array.shape = shape;
  array.type = numeric;
  array.bytes = bytes;
  array.isFortran = isFortran;
}

function isSize(value: PickleValue): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function describeType(type: PickleValue | undefined): string {
  return isOf(type, 'dtype') ? `type ${type.order}${type.code}` : 'no type';
}

/** Longer texts are no names. */
const longestName = 1000;

/**
 * A name: text, or the bytes that Python 2 has in its place. Null for what is neither, and for what is too long for a name: the
 * same bytes can be asked for many times.
 */
export function textOf(value: PickleValue | undefined): string | null {
  const isText = typeof value === 'string' || value instanceof Uint8Array;
  if (!isText || value.length > longestName) return null;
  return typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
}

/** What a value is, in words. */
export function describe(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return 'a dict';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (isOf(value, 'array')) return `an array [${value.shape.join(', ')}]`;
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null ? 'None' : `a ${value.kind}`;
}

/** Whether a value is one of the marked kinds. */
export function isOf<K extends 'global' | 'dtype' | 'array' | 'object'>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { kind: K }> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    (value as { kind: unknown }).kind === kind
  );
}
