/** Weights that another program has saved: which kind of file it is, told by its bytes, and every set of weights in it. */
import { DataFormatError } from '#shared/errors';
import { refusal } from '#main/formats/refusal';
import { isZip, readZip } from '#main/formats/zip';
import type { CheckpointFormat, ForeignWeights } from './foreign-tensor';
import { readForeignOnnx } from './onnx-file';
import { readForeignNpz, readForeignSafetensors } from './plain-files';
import { readTorch } from './torch-file';

export interface ForeignCheckpoint {
  readonly format: CheckpointFormat;
  readonly weights: readonly ForeignWeights[];
}

/**
 * The weights in a checkpoint of PyTorch, safetensors, npz or ONNX. Nothing in it is executed.
 * @param place - name of the file, for messages
 * @throws DataFormatError naming the place and the rule that is broken
 */
export function readForeignCheckpoint(place: string, file: Buffer): ForeignCheckpoint {
  const format = formatOf(place, file);
  switch (format) {
    case 'torch':
      return { format, weights: readTorch(place, file) };
    case 'safetensors':
      return { format, weights: inPlace(place, () => readForeignSafetensors(file)) };
    case 'npz':
      return { format, weights: readForeignNpz(place, file) };
    case 'onnx':
      return { format, weights: readForeignOnnx(place, file) };
    default:
      return format satisfies never;
  }
}

/** Which kind of file the bytes begin like. @throws DataFormatError when they are none of them */
function formatOf(place: string, file: Buffer): CheckpointFormat {
  if (isZip(file)) {
    for (const { name } of listed(place, file)) if (name.endsWith('.npy')) return 'npz';
    return 'torch';
  }
  if (file[0] === 0x80) return 'torch';
  if (file.length > 9 && file[8] === 0x7b) return 'safetensors';
  // An ONNX model begins with its IR version, field 1 as a number.
  if (file[0] === 0x08) return 'onnx';
  const start = file.subarray(0, 8).toString('hex');
  throw refusal(
    place,
    'must be a checkpoint of PyTorch, safetensors, npz or ONNX',
    start === '' ? 'an empty file' : `a file that begins with 0x${start}`,
    { fix: 'export the weights in one of these formats' },
  );
}

/** The first entry tells. */
function* listed(place: string, file: Buffer) {
  for (const entry of readZip(place, file, Infinity)) {
    yield entry;
    return;
  }
}

function inPlace<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DataFormatError)) throw cause;
    throw new DataFormatError(`${place}: ${cause.message}`, { cause });
  }
}
