/** Weights that another program has saved, by name, and where in its file they were. */
import { brainFloatOf, halfOf } from '#main/formats/half-float';

/** Numbers as the file has them; all become float32. */
export const foreignTypes = [
  'float64',
  'float32',
  'float16',
  'bfloat16',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint64',
  'uint32',
  'uint16',
  'uint8',
  'bool',
] as const;
export type ForeignType = (typeof foreignTypes)[number];

export interface ForeignTensor {
  /** As the file names it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Type in the file. */
  readonly type: ForeignType;
  /** Row-major, rounded to float32. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** One set of weights in a file: a file can have several, of a model and of its moving average, say. */
export interface ForeignWeights {
  /** Keys that lead to it, joined by a dot: `state_dict`; empty for the whole file. */
  readonly container: string;
  readonly tensors: readonly ForeignTensor[];
}

/** Kinds of files that hold weights. */
export const checkpointFormats = ['torch', 'safetensors', 'npz', 'onnx'] as const;
export type CheckpointFormat = (typeof checkpointFormats)[number];

/** Bytes of one number. */
export const typeBytes: Readonly<Record<ForeignType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/**
 * A function that reads the number at a place of raw bytes. Whole numbers of 64 bits lose what a double cannot hold.
 * @param isLittle - least significant byte first
 */
export function numberReader(
  bytes: Uint8Array,
  type: ForeignType,
  isLittle = true,
): (index: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'float64':
      return (i) => view.getFloat64(8 * i, isLittle);
    case 'float32':
      return (i) => view.getFloat32(4 * i, isLittle);
    case 'float16':
      return (i) => halfOf(view.getUint16(2 * i, isLittle));
    case 'bfloat16':
      return (i) => brainFloatOf(view.getUint16(2 * i, isLittle));
    case 'int64':
      return (i) => Number(view.getBigInt64(8 * i, isLittle));
    case 'int32':
      return (i) => view.getInt32(4 * i, isLittle);
    case 'int16':
      return (i) => view.getInt16(2 * i, isLittle);
    case 'int8':
      return (i) => view.getInt8(i);
    case 'uint64':
      return (i) => Number(view.getBigUint64(8 * i, isLittle));
    case 'uint32':
      return (i) => view.getUint32(4 * i, isLittle);
    case 'uint16':
      return (i) => view.getUint16(2 * i, isLittle);
    case 'uint8':
    case 'bool':
      return (i) => view.getUint8(i);
    default:
      return type satisfies never;
  }
}
