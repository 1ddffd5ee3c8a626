/** Weights in files that are nothing but tensors: safetensors and numpy's npz. */
import { elementsOf } from '#main/formats/numeric-array';
import { parseNpz } from '#main/formats/npy';
import { readSafetensors, type SafetensorsType } from '../safetensors';
import {
  numberReader,
  type ForeignTensor,
  type ForeignType,
  type ForeignWeights,
} from './foreign-tensor';

const types: Readonly<Record<SafetensorsType, ForeignType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

/** The tensors of a safetensors file. @throws DataFormatError naming the place */
export function readForeignSafetensors(file: Uint8Array): readonly ForeignWeights[] {
  const tensors = readSafetensors(file).tensors.map(({ name, dtype, shape, bytes }) => {
    const type = types[dtype];
    const count = shape.reduce((product, n) => product * n, 1);
    const read = numberReader(bytes, type);
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++) data[i] = read(i);
    return { name, shape, type, data };
  });
  return [{ container: '', tensors }];
}

/** The arrays of numbers of an npz file. @throws DataFormatError naming the place */
export function readForeignNpz(place: string, file: Buffer): readonly ForeignWeights[] {
  const tensors = [...parseNpz(place, file)].map(([name, array]): ForeignTensor => {
    const { kind, bytes } = array.type;
    const elements = elementsOf(array);
    const data = elements instanceof Float32Array ? elements : Float32Array.from(elements);
    const word = { float: 'float', signed: 'int', unsigned: 'uint', boolean: 'bool' }[kind];
    const type = (kind === 'boolean' ? word : `${word}${8 * bytes}`) as ForeignType;
    return { name, shape: array.shape, type, data: new Float32Array(data) };
  });
  return [{ container: '', tensors }];
}
