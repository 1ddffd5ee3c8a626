/** Reads a file of weights that were trained elsewhere. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { readForeignCheckpoint } from '../checkpoints/foreign/read-checkpoint';
import type { CheckpointFile } from '../checkpoints/import/fit-checkpoint';
import { readNamedBytes } from './named-file';

/** Weights of 250 million parameters in float32. */
const mostCheckpointBytes = 2 ** 30;

/**
 * The weights in a file of PyTorch, safetensors, npz or ONNX; nothing in it is executed.
 * @throws PhasescapeError `invalid-input` when it cannot be read or is too large; DataFormatError when it holds no weights
 */
export function readCheckpointFile(path: string): CheckpointFile {
  const bytes = readNamedBytes(path, { mostBytes: mostCheckpointBytes, as: 'a checkpoint' });
  const file = basename(path);
  const { format, weights } = readForeignCheckpoint(file, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file, sha256, sizeBytes: bytes.length, format, weights };
}
