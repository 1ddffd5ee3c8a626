/** The names in PyTorch's pickles that are data: tensors over storages, and the containers around them. Recognised, never looked up. */
import {
  describe,
  isOf,
  numpyVocabulary,
  textOf,
  type PickleCaller,
  type PickledObject,
  type PickleValue,
  type PickleVocabulary,
} from '#main/formats/pickle-values';
import { typeBytes, type ForeignType } from './foreign-tensor';

/** A run of numbers in the file that tensors are views of. */
export interface TorchStorage {
  readonly kind: 'storage';
  readonly key: string;
  readonly type: ForeignType;
  /** In numbers. */
  readonly length: number;
  /** In numbers, from the beginning of the storage of that key: old files have views of storages. */
  readonly offset: number;
}

/** A view of a storage. */
export interface TorchTensor {
  readonly kind: 'tensor';
  readonly storage: TorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

type TorchContent = TorchStorage | TorchTensor | { readonly kind: 'inert' };

const storageTypes: Readonly<Record<string, ForeignType>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

const holds = 'tensors and plain values';
const onlyTensors = `must hold only ${holds}`;

/** The tensor or storage behind a value; null for anything else. */
export function torchContent(value: PickleValue | undefined): TorchContent | null {
  return isOf(value, 'object') ? (value.content as TorchContent) : null;
}

const made = (content: TorchContent): PickledObject => ({ kind: 'object', content });

/** What a checkpoint of PyTorch may hold. Plain containers and numpy scalars beside the weights are kept or passed over. */
export const torchVocabulary: PickleVocabulary = {
  holds,
  call: (callee, given, caller) => {
    const name = isOf(callee, 'global') ? callee.name : null;
    if (name === null || !Array.isArray(given))
      throw caller.refuse('must call a name', describe(callee));
    switch (name) {
      case 'collections.OrderedDict':
      case 'collections.defaultdict':
      case 'builtins.dict':
      case '__builtin__.dict':
        return dictOf(given, caller);
      case 'argparse.Namespace':
      case 'types.SimpleNamespace':
        return new Map<string, PickleValue>();
      case 'builtins.set':
      case '__builtin__.set':
      case 'builtins.frozenset':
      case 'builtins.list':
      case 'torch.Size':
        return Array.isArray(given[0]) ? given[0] : [];
      case 'torch.device':
      case 'torch.serialization._get_layout':
        return made({ kind: 'inert' });
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return made(tensorOf(given, caller));
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return tensorArgument(given[0], caller);
      case 'torch._tensor._rebuild_from_type_v2':
        return rebuilt(given, caller);
      case 'copyreg._reconstructor':
      case 'copy_reg._reconstructor':
        return isOf(given[0], 'global') && given[0].name === 'argparse.Namespace'
          ? new Map<string, PickleValue>()
          : refused(caller, given[0]);
      default:
        if (/^(numpy|_codecs|builtins|__builtin__)\./.test(name))
          return numpyVocabulary.call(callee, given, besideTensors(caller));
        return refused(caller, callee);
    }
  },
  build: (target, state, caller) => {
    // The attributes of a dict, as `_metadata` of a state_dict, and what a Namespace holds: neither are weights.
    if (target instanceof Map || isOf(target, 'object')) return;
    numpyVocabulary.build(target, state, besideTensors(caller));
  },
  persistent: (id, caller) => {
    if (!Array.isArray(id)) throw caller.refuse('must name storages by lists', describe(id));
    const [word, type, key, , length, view] = id;
    const name = textOf(key);
    if (textOf(word) !== 'storage' || name === null || !isCount(length))
      throw caller.refuse('must name storages with key and length', describe(id));
    return made({
      kind: 'storage',
      key: name,
      type: typeOf(type, caller),
      ...part(view, length, caller),
    });
  },
};

/** Refuses in the words of this vocabulary what numpy's refuses. */
function besideTensors(caller: PickleCaller): PickleCaller {
  return {
    claim: (bytes) => caller.claim(bytes),
    refuse: (_rule, got) => caller.refuse(onlyTensors, got),
  };
}

function refused(caller: PickleCaller, callee: PickleValue | undefined): never {
  const name = isOf(callee, 'global') ? callee.name : describe(callee);
  throw caller.refuse(onlyTensors, `a call of ${name}`);
}

/** The whole storage, or of files before PyTorch 1.6 the part of it that a view names. */
function part(view: PickleValue | undefined, length: number, caller: PickleCaller) {
  if (view === undefined || view === null) return { offset: 0, length };
  const [, offset, size] = Array.isArray(view) ? view : [];
  if (!isCount(offset) || !isCount(size) || offset + size > length)
    throw caller.refuse('must have views inside their storage', describe(view));
  return { offset, length: size };
}

function typeOf(type: PickleValue | undefined, caller: PickleCaller): ForeignType {
  const name = isOf(type, 'global') ? type.name : '';
  const [, word = ''] = /^torch\.(?:cuda\.)?(\w+)$/.exec(name) ?? [];
  const known = Object.hasOwn(storageTypes, word) ? storageTypes[word] : undefined;
  if (known) return known;
  throw caller.refuse('must have storages of real numbers', name === '' ? describe(type) : name);
}

function dictOf(given: readonly PickleValue[], caller: PickleCaller): Map<string, PickleValue> {
  const dict = new Map<string, PickleValue>();
  const pairs = given.find((value) => Array.isArray(value));
  for (const pair of Array.isArray(pairs) ? pairs : []) {
    const [key, value] = Array.isArray(pair) ? pair : [];
    const name = typeof key === 'number' ? String(key) : textOf(key);
    if (name === null || value === undefined)
      throw caller.refuse('must have dicts of pairs', describe(pair));
    dict.set(name, value);
  }
  return dict;
}

function tensorOf(given: readonly PickleValue[], { refuse }: PickleCaller): TorchTensor {
  const [first, offset, shape, stride] = given;
  const storage = torchContent(first);
  if (storage?.kind !== 'storage') throw refuse('must have tensors over storages', describe(first));
  if (!isCount(offset) || !isCounts(shape) || !isCounts(stride) || shape.length !== stride.length)
    throw refuse('must have tensors with offset, shape and strides', describe(shape));
  const isEmpty = shape.includes(0);
  const last = shape.reduce((at, n, axis) => at + (n - 1) * (stride[axis] as number), offset);
  if (!isEmpty && last >= storage.length)
    throw refuse(`must have tensors inside their storage of ${storage.length} numbers`, last + 1);
  return { kind: 'tensor', storage, offset, shape, stride };
}

function tensorArgument(value: PickleValue | undefined, caller: PickleCaller): PickledObject {
  if (torchContent(value)?.kind === 'tensor') return value as PickledObject;
  throw caller.refuse('must have parameters that are tensors', describe(value));
}

/** A subclass of tensors, `Parameter` or another: what it was made from is kept. */
function rebuilt(given: readonly PickleValue[], caller: PickleCaller): PickleValue {
  const [maker, , inputs] = given;
  const name = isOf(maker, 'global') ? maker.name : '';
  if (!Array.isArray(inputs) || !/^torch\._utils\._rebuild_(tensor|parameter)/.test(name))
    return refused(caller, maker);
  return torchVocabulary.call(maker as PickleValue, inputs, caller);
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.length <= 64 && value.every((n) => isCount(n));
}

/** Bytes of a storage in the file. */
export function storageBytes({ type, length }: Pick<TorchStorage, 'type' | 'length'>): number {
  return length * typeBytes[type];
}
