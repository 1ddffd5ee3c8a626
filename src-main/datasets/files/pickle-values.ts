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
  | PickledArray;

type Refuse = (rule: string, got: string | number) => Error;

const onlyData = 'must hold only plain values and numeric arrays';

/** What a call of a name on arguments would make, for the names that are data. */
export function applyGlobal(callee: PickleValue, given: PickleValue, refuse: Refuse): PickleValue {
  const name = isOf(callee, 'global') ? callee.name : null;
  if (name === null || !Array.isArray(given)) throw refuse('must call a name', typeof callee);
  switch (name.replace('numpy._core.', 'numpy.core.')) {
    case 'numpy.core.multiarray._reconstruct':
      return emptyArray();
    case 'numpy.dtype': {
      const [code] = given;
      const type = textOf(code);
      if (type === null || !/^[bBiuf?]\d?$/.test(type))
        throw refuse('must have arrays of numbers', `type ${String(type)}`);
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
export function buildArray(target: PickleValue, state: PickleValue, refuse: Refuse): void {
  if (isOf(target, 'dtype') && Array.isArray(state)) {
    target.order = textOf(state[1]) ?? '|';
    return;
  }
  if (isOf(target, 'array') && Array.isArray(state)) {
    const [, shape, type, isFortran, bytes] = state;
    fillArray(target, { shape, type, bytes, isFortran: isFortran === true }, refuse);
    return;
  }
  throw refuse(onlyData, 'the state of an object');
}

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
  if (!Array.isArray(shape) || !shape.every((n): n is number => isSize(n)))
    throw refuse('must have arrays with a shape', JSON.stringify(shape));
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

/** Text, or the bytes that Python 2 has in its place. */
export function textOf(value: PickleValue | undefined): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : null;
}

/** Whether a value is one of the marked kinds. */
export function isOf<K extends 'global' | 'dtype' | 'array'>(
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
