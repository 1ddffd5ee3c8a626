/**
 * A reader of Python pickles that executes nothing: it knows the opcodes of plain values, and of everything else the few names of a
 * vocabulary. Any other opcode or name is refused.
 * Source: Python's `pickletools`, protocols 0 to 5.
 */
import { constants } from 'node:buffer';
import {
  describe,
  numpyVocabulary,
  textOf,
  type PickleCaller,
  type PickledGlobal,
  type PickleValue,
  type PickleVocabulary,
} from './pickle-values';
import { refusal } from './refusal';

/** CIFAR-100 has 200,000; an opcode of one byte can make a value of 200. */
const mostOpcodes = 2 ** 21;
/** Names and numbers as text are shorter. */
const longestLine = 1000;

const mark = Symbol('mark');
type Entry = PickleValue | typeof mark;

/**
 * The value in a pickle.
 * @throws DataFormatError naming the byte, and the opcode or name that is not allowed
 */
export function readPickle(
  place: string,
  bytes: Uint8Array,
  vocabulary: PickleVocabulary = numpyVocabulary,
): PickleValue {
  return new PickleReader(place, bytes, vocabulary).read();
}

/**
 * The value of one of several pickles that follow each other, and where it ends.
 * @throws DataFormatError as `readPickle`
 */
export function readPickleAt(
  place: string,
  bytes: Uint8Array,
  { from, vocabulary }: { readonly from: number; readonly vocabulary: PickleVocabulary },
): { readonly value: PickleValue; readonly end: number } {
  const reader = new PickleReader(place, bytes, vocabulary, from);
  return { value: reader.read(), end: reader.at };
}

class PickleReader {
  readonly #place: string;
  readonly #bytes: Buffer;
  readonly #stack: Entry[] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly #vocabulary: PickleVocabulary;
  #at: number;
  #opcodeAt = 0;
  #code: number | null = null;
  #claimed = 0;

  constructor(place: string, bytes: Uint8Array, vocabulary: PickleVocabulary, from = 0) {
    this.#place = place;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#vocabulary = vocabulary;
    this.#at = from;
  }

  /** The first byte that was not read. */
  get at(): number {
    return this.#at;
  }

  read(): PickleValue {
    for (let done = 0; ; done++) {
      this.#opcodeAt = this.#at;
      this.#code = null;
      if (done === mostOpcodes)
        throw this.#refuse(`must have at most ${mostOpcodes} opcodes`, 'more');
      const code = this.#byte();
      this.#code = code;
      if (code === 0x2e) return this.#pop();
      const act = opcodes[code];
      if (!act) {
        const rule = `must hold only ${this.#vocabulary.holds}`;
        throw this.#refuse(rule, `the opcode ${opcodeName(code)}`);
      }
      act(this.#actions, this.#vocabulary);
    }
  }

  /** What the opcodes work with. */
  readonly #actions: PickleMachine = {
    push: (value) => void this.#stack.push(value),
    pop: () => this.#pop(),
    top: () => {
      const value = this.#pop();
      this.#stack.push(value);
      return value;
    },
    mark: () => void this.#stack.push(mark),
    popMark: () => {
      const at = this.#stack.lastIndexOf(mark);
      if (at < 0) throw this.#refuse('must have a mark before its items', 'none');
      return this.#stack.splice(at).slice(1) as PickleValue[];
    },
    number: (read, size) => read(this.#take(size)),
    bytes: (count) => this.#take(count),
    line: () => {
      const end = this.#bytes.indexOf(0x0a, this.#at);
      if (end < 0) throw this.#refuse('must go on to the end of the line', 'the end of the file');
      if (end - this.#at > longestLine)
        throw this.#refuse(`must have lines of at most ${longestLine} bytes`, end - this.#at);
      const line = this.#bytes.toString('latin1', this.#at, end);
      this.#at = end + 1;
      return line;
    },
    remember: (index) => {
      const key = index ?? this.#memo.size;
      this.#memo.set(key, this.#actions.top());
    },
    recall: (index) => {
      const value = this.#memo.get(index);
      if (value === undefined) throw this.#refuse('must name a value seen before', index);
      return value;
    },
    refuse: (rule, got) => this.#refuse(rule, got),
    claim: (bytes) => {
      this.#claimed += bytes;
      if (this.#claimed > this.#bytes.length)
        throw this.#refuse(`must make at most its own ${this.#bytes.length} bytes`, this.#claimed);
    },
  };

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === mark)
      throw this.#refuse('must have a value to work on', 'none');
    return value;
  }

  #byte(): number {
    return this.#take(1)[0] as number;
  }

  #take(count: number): Buffer {
    const left = this.#bytes.length - this.#at;
    if (count > left) throw this.#refuse(`must have ${count} more bytes`, left);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #refuse(rule: string, got: string | number): Error {
    const opcode = this.#code === null ? '' : ` (${opcodeName(this.#code)})`;
    return refusal(`${this.#place}, byte ${this.#opcodeAt}${opcode}`, `pickle ${rule}`, got, {
      fix: 'get the file from its publisher (nothing in it was executed)',
    });
  }
}

interface PickleMachine extends PickleCaller {
  push(value: PickleValue): void;
  pop(): PickleValue;
  top(): PickleValue;
  mark(): void;
  popMark(): PickleValue[];
  number(read: (bytes: Buffer) => number, size: number): number;
  bytes(count: number): Buffer;
  line(): string;
  remember(index?: number): void;
  recall(index: number): PickleValue;
}

type Opcode = (machine: PickleMachine, vocabulary: PickleVocabulary) => void;

const u8 = (m: PickleMachine) => m.number((b) => b.readUInt8(), 1);
const u16 = (m: PickleMachine) => m.number((b) => b.readUInt16LE(), 2);
const u32 = (m: PickleMachine) => m.number((b) => b.readUInt32LE(), 4);
const i32 = (m: PickleMachine) => m.number((b) => b.readInt32LE(), 4);
/** Lengths beyond 2^53 are refused as too long by what follows. */
const u64 = (m: PickleMachine) => m.number((b) => Number(b.readBigUInt64LE()), 8);

function text(m: PickleMachine, size: number): string {
  if (size > constants.MAX_STRING_LENGTH)
    throw m.refuse(`must have texts of at most ${constants.MAX_STRING_LENGTH} bytes`, size);
  return m.bytes(size).toString('utf8');
}

/** As many bytes as PyTorch's magic number has; of such a number a double keeps the first 53 bits. */
const longestWhole = 10;

function long(m: PickleMachine, size: number): number {
  if (size > longestWhole)
    throw m.refuse(`must have whole numbers of at most ${longestWhole} bytes`, size);
  const value = size === 0 ? 0n : BigInt.asIntN(size * 8, littleEndian(m.bytes(size)));
  return Number(value);
}

function littleEndian(bytes: Buffer): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function decimal(m: PickleMachine): number {
  const line = m.line().replace(/L$/, '');
  const value = Number(line);
  if (line === '' || Number.isNaN(value)) throw m.refuse('must have a number', line);
  return value;
}

function listOf(m: PickleMachine): PickleValue[] {
  const value = m.top();
  if (!Array.isArray(value)) throw m.refuse('must append to a list', typeof value);
  return value;
}

function setItems(m: PickleMachine, items: readonly PickleValue[]): void {
  const target = m.top();
  if (!(target instanceof Map)) throw m.refuse('must set items of a dict', typeof target);
  for (let i = 0; i + 1 < items.length; i += 2)
    target.set(keyOf(m, items[i]), items[i + 1] as PickleValue);
}

/** Keys as text: Python 2 wrote bytes where Python 3 writes text. */
function keyOf(m: PickleMachine, key: PickleValue | undefined): string {
  const name = typeof key === 'number' ? String(key) : textOf(key);
  if (name !== null) return name;
  throw m.refuse('must have short texts or numbers as keys', describe(key));
}

function pickledGlobal(module: PickleValue, name: PickleValue, m: PickleMachine): PickledGlobal {
  const [place, member] = [textOf(module), textOf(name)];
  if (place === null || member === null)
    throw m.refuse('must name things by short texts', describe(place === null ? module : name));
  return { kind: 'global', name: `${place}.${member}` };
}

const opcodes: Readonly<Partial<Record<number, Opcode>>> = {
  0x80: (m) => {
    const protocol = u8(m);
    if (protocol > 5) throw m.refuse('must be of protocol 0 to 5', protocol);
  },
  0x95: (m) => void u64(m), // FRAME: its length says nothing about values
  0x28: (m) => m.mark(),
  0x30: (m) => void m.pop(),
  0x31: (m) => void m.popMark(),
  0x32: (m) => m.push(m.top()),
  0x4e: (m) => m.push(null),
  0x88: (m) => m.push(true),
  0x89: (m) => m.push(false),
  0x49: (m) => {
    const line = m.line();
    if (line === '01' || line === '00') m.push(line === '01');
    else if (/^-?\d+$/.test(line)) m.push(Number(line));
    else throw m.refuse('must have a whole number', line);
  },
  0x4c: (m) => m.push(decimal(m)),
  0x46: (m) => m.push(decimal(m)),
  0x4a: (m) => m.push(i32(m)),
  0x4b: (m) => m.push(u8(m)),
  0x4d: (m) => m.push(u16(m)),
  0x8a: (m) => m.push(long(m, u8(m))),
  0x8b: (m) => m.push(long(m, u32(m))),
  0x47: (m) => m.push(m.number((b) => b.readDoubleBE(), 8)),
  0x54: (m) => m.push(m.bytes(i32(m) >>> 0)), // BINSTRING: a Python 2 string is bytes
  0x55: (m) => m.push(m.bytes(u8(m))),
  0x42: (m) => m.push(m.bytes(u32(m))),
  0x43: (m) => m.push(m.bytes(u8(m))),
  0x8e: (m) => m.push(m.bytes(u64(m))),
  0x96: (m) => m.push(m.bytes(u64(m))), // BYTEARRAY8
  0x58: (m) => m.push(text(m, u32(m))),
  0x8c: (m) => m.push(text(m, u8(m))),
  0x8d: (m) => m.push(text(m, u64(m))),
  0x5d: (m) => m.push([]),
  0x61: (m) => {
    const value = m.pop();
    listOf(m).push(value);
  },
  0x65: (m) => {
    const items = m.popMark();
    const list = listOf(m);
    for (const item of items) list.push(item);
  },
  0x6c: (m) => m.push(m.popMark()),
  0x29: (m) => m.push([]),
  0x74: (m) => m.push(m.popMark()),
  0x85: (m) => m.push([m.pop()]),
  0x86: (m) => {
    const b = m.pop();
    m.push([m.pop(), b]);
  },
  0x87: (m) => {
    const c = m.pop();
    const b = m.pop();
    m.push([m.pop(), b, c]);
  },
  0x7d: (m) => m.push(new Map()),
  0x64: (m) => {
    const items = m.popMark();
    m.push(new Map());
    setItems(m, items);
  },
  0x73: (m) => {
    const value = m.pop();
    const key = m.pop();
    setItems(m, [key, value]);
  },
  0x75: (m) => setItems(m, m.popMark()),
  0x67: (m) => m.push(m.recall(decimal(m))),
  0x68: (m) => m.push(m.recall(u8(m))),
  0x6a: (m) => m.push(m.recall(u32(m))),
  0x70: (m) => m.remember(decimal(m)),
  0x71: (m) => m.remember(u8(m)),
  0x72: (m) => m.remember(u32(m)),
  0x94: (m) => m.remember(),
  0x63: (m) => {
    const module = m.line();
    m.push(pickledGlobal(module, m.line(), m));
  },
  0x93: (m) => {
    const name = m.pop();
    m.push(pickledGlobal(m.pop(), name, m));
  },
  0x52: (m, { call }) => {
    const given = m.pop();
    m.push(call(m.pop(), given, m));
  },
  0x81: (m, { call }) => {
    const given = m.pop();
    m.push(call(m.pop(), given, m));
  },
  0x62: (m, { build }) => {
    const state = m.pop();
    build(m.top(), state, m);
  },
  0x50: (m, vocabulary) => m.push(persistent(m, m.line(), vocabulary)),
  0x51: (m, vocabulary) => m.push(persistent(m, m.pop(), vocabulary)),
};

function persistent(m: PickleMachine, id: PickleValue, vocabulary: PickleVocabulary): PickleValue {
  if (vocabulary.persistent) return vocabulary.persistent(id, m);
  throw m.refuse(`must hold only ${vocabulary.holds}`, 'a reference to something outside');
}

/** Names as in `pickletools`, by code, for messages. */
const opcodeNames: ReadonlyMap<number, string> = new Map(
  Object.entries({
    MARK: 0x28,
    EMPTY_TUPLE: 0x29,
    STOP: 0x2e,
    POP: 0x30,
    POP_MARK: 0x31,
    DUP: 0x32,
    BINBYTES: 0x42,
    SHORT_BINBYTES: 0x43,
    FLOAT: 0x46,
    BINFLOAT: 0x47,
    INT: 0x49,
    BININT: 0x4a,
    BININT1: 0x4b,
    LONG: 0x4c,
    BININT2: 0x4d,
    NONE: 0x4e,
    PERSID: 0x50,
    BINPERSID: 0x51,
    REDUCE: 0x52,
    STRING: 0x53,
    BINSTRING: 0x54,
    SHORT_BINSTRING: 0x55,
    UNICODE: 0x56,
    BINUNICODE: 0x58,
    EMPTY_LIST: 0x5d,
    APPEND: 0x61,
    BUILD: 0x62,
    GLOBAL: 0x63,
    DICT: 0x64,
    APPENDS: 0x65,
    GET: 0x67,
    BINGET: 0x68,
    INST: 0x69,
    LONG_BINGET: 0x6a,
    LIST: 0x6c,
    OBJ: 0x6f,
    PUT: 0x70,
    BINPUT: 0x71,
    LONG_BINPUT: 0x72,
    SETITEM: 0x73,
    TUPLE: 0x74,
    SETITEMS: 0x75,
    EMPTY_DICT: 0x7d,
    PROTO: 0x80,
    NEWOBJ: 0x81,
    EXT1: 0x82,
    EXT2: 0x83,
    EXT4: 0x84,
    TUPLE1: 0x85,
    TUPLE2: 0x86,
    TUPLE3: 0x87,
    NEWTRUE: 0x88,
    NEWFALSE: 0x89,
    LONG1: 0x8a,
    LONG4: 0x8b,
    SHORT_BINUNICODE: 0x8c,
    BINUNICODE8: 0x8d,
    BINBYTES8: 0x8e,
    EMPTY_SET: 0x8f,
    ADDITEMS: 0x90,
    FROZENSET: 0x91,
    NEWOBJ_EX: 0x92,
    STACK_GLOBAL: 0x93,
    MEMOIZE: 0x94,
    FRAME: 0x95,
    BYTEARRAY8: 0x96,
    NEXT_BUFFER: 0x97,
    READONLY_BUFFER: 0x98,
  }).map(([name, code]) => [code, name]),
);

function opcodeName(code: number): string {
  return opcodeNames.get(code) ?? `0x${code.toString(16).padStart(2, '0')}`;
}
