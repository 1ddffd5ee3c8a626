/**
 * The initialisers of an ONNX model: its weights, by name. The graph itself is not read.
 * Source: onnx.proto (github.com/onnx/onnx, Apache-2.0).
 */
import protobuf from 'protobufjs';
import { refusal } from '#main/formats/refusal';
import {
  numberReader,
  typeBytes,
  type ForeignTensor,
  type ForeignType,
  type ForeignWeights,
} from './foreign-tensor';

const field = (id: number, type: string, rule?: 'repeated') =>
  rule ? { id, type, rule } : { id, type };

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: { fields: { graph: field(7, 'GraphProto') } },
    GraphProto: { fields: { initializer: field(5, 'TensorProto', 'repeated') } },
    TensorProto: {
      fields: {
        dims: field(1, 'int64', 'repeated'),
        dataType: field(2, 'int32'),
        floatData: field(4, 'float', 'repeated'),
        int32Data: field(5, 'int32', 'repeated'),
        int64Data: field(7, 'int64', 'repeated'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
        doubleData: field(10, 'double', 'repeated'),
        uint64Data: field(11, 'uint64', 'repeated'),
        dataLocation: field(14, 'int32'),
      },
    },
  },
});
const modelType = root.lookupType('ModelProto');

interface TensorMessage {
  readonly dims?: readonly Whole[];
  readonly dataType?: number;
  readonly floatData?: readonly number[];
  readonly int32Data?: readonly number[];
  readonly int64Data?: readonly Whole[];
  readonly name?: string;
  readonly rawData?: Uint8Array;
  readonly doubleData?: readonly number[];
  readonly uint64Data?: readonly Whole[];
  readonly dataLocation?: number;
}
type Whole = number | { toNumber: () => number };

/** ONNX's numbers of element types. */
const types: Readonly<Partial<Record<number, ForeignType>>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};
/** Weights in files beside the model. */
const external = 1;

/**
 * The weights of an ONNX model.
 * @throws DataFormatError naming the place: no model, no initialisers, numbers that lie in another file or of a type that is not real
 */
export function readForeignOnnx(place: string, file: Uint8Array): readonly ForeignWeights[] {
  const tensors = initialisersOf(place, file).map((message, i): ForeignTensor => {
    const name = message.name ?? `initialiser ${i}`;
    return tensorOf(`${place}, ${name}`, name, message);
  });
  if (tensors.length > 0) return [{ container: '', tensors }];
  throw refusal(place, 'must be an ONNX model with initialisers', 'none', {
    fix: 'export the model with its weights as initialisers',
  });
}

function initialisersOf(place: string, file: Uint8Array): readonly TensorMessage[] {
  try {
    const model = modelType.decode(file) as unknown as {
      graph?: { initializer?: TensorMessage[] };
    };
    return model.graph?.initializer ?? [];
  } catch (cause) {
    throw refusal(place, 'must be an ONNX model', (cause as Error).message, { cause });
  }
}

function tensorOf(place: string, name: string, message: TensorMessage): ForeignTensor {
  const { dataType = 0, dims = [], rawData, dataLocation = 0 } = message;
  const type = types[dataType];
  if (!type) throw refusal(place, 'must have real numbers', `element type ${dataType}`);
  if (dataLocation === external)
    throw refusal(place, 'must have its numbers in the model', 'a file beside it', {
      fix: 'save the model with save_as_external_data=False',
    });
  const shape = dims.map(numberOf);
  const count = shape.reduce((product, n) => product * n, 1);
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0))
    throw refusal(place, 'must have extents of whole numbers', shape.join(', '));
  if (rawData && rawData.length > 0) {
    const read = numberReader(rawData, type);
    requireCount(place, { count, got: rawData.length / typeBytes[type] });
    return { name, shape, type, data: filled(count, read) };
  }
  const listed = listOf(message, type);
  requireCount(place, { count, got: listed.length });
  const isHalf = type === 'float16' || type === 'bfloat16';
  const bits = isHalf ? new Uint16Array(listed.map(numberOf)) : null;
  const read = bits ? numberReader(new Uint8Array(bits.buffer), type) : null;
  return { name, shape, type, data: filled(count, read ?? ((i) => numberOf(listed[i] as Whole))) };
}

/** Where the format puts numbers of a type that are not raw bytes; 16-bit floats are there as their bits. */
function listOf(message: TensorMessage, type: ForeignType): readonly Whole[] {
  if (type === 'float32') return message.floatData ?? [];
  if (type === 'float64') return message.doubleData ?? [];
  if (type === 'int64') return message.int64Data ?? [];
  if (type === 'uint64' || type === 'uint32') return message.uint64Data ?? [];
  return message.int32Data ?? [];
}

function requireCount(place: string, { count, got }: { count: number; got: number }): void {
  if (got !== count) throw refusal(place, `must have the ${count} numbers of its shape`, got);
}

function filled(count: number, read: (i: number) => number): Float32Array<ArrayBuffer> {
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = read(i);
  return data;
}

const numberOf = (value: Whole): number => (typeof value === 'number' ? value : value.toNumber());
