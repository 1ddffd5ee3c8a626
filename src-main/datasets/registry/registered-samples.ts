/** Reads the samples of a registered data set: one pass over the file, checked against its digest on the way. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PhasescapeError } from '#shared/errors';
import { datasetOf, type Dataset } from '../dataset';
import {
  changed,
  datasetFolder,
  factsOfManifest,
  manifestDigest,
  samplesFile,
  type Manifest,
} from './manifest';
import { normalise } from './normalisation';

/** Bytes read at once; whole rows of them are converted and forgotten. */
const chunkBytes = 2 ** 23;

const elementBytes = { uint8: 1, float32: 4 } as const;

/**
 * The samples as float32 rows.
 * @throws DataFormatError with both digests when the file is not what was registered; `not-found` when it is gone
 */
export function loadRegistered(registryFolder: string, manifest: Manifest): Dataset {
  const { name, inputs, trainCount, testCount, samplesSha256 } = manifest;
  const count = trainCount + testCount;
  return withSamples(registryFolder, name, (file, size) => {
    const rowBytes = inputs * elementBytes[manifest.element];
    if (size !== count * (rowBytes + 4))
      throw changed(name, samplesSha256, `a file of ${size} bytes`);
    const hash = createHash('sha256');
    const rows = { inputs: new Float32Array(count * inputs), labels: new Int32Array(count) };
    const rowsAtOnce = Math.max(1, Math.floor(chunkBytes / rowBytes));
    const chunk = Buffer.alloc(rowsAtOnce * rowBytes);
    for (let row = 0; row < count; row += rowsAtOnce) {
      const some = Math.min(rowsAtOnce, count - row);
      const bytes = readAt(file, chunk.subarray(0, some * rowBytes), row * rowBytes);
      hash.update(bytes);
      const target = rows.inputs.subarray(row * inputs, (row + some) * inputs);
      normalise(elementsIn(bytes, manifest), target, manifest.normalisation);
    }
    const labels = readAt(file, Buffer.alloc(4 * count), count * rowBytes);
    hash.update(labels);
    for (let i = 0; i < count; i++) rows.labels[i] = labels.readInt32LE(4 * i);
    const found = hash.digest('hex');
    if (found !== samplesSha256) throw changed(name, samplesSha256, found);
    return datasetOf(factsOfManifest(manifest), rows);
  });
}

/** Whether a data set is what was registered: its description, and every byte of its samples. Never throws but for a broken disk. */
export function isIntact(registryFolder: string, manifest: Manifest): boolean {
  if (manifestDigest(manifest) !== manifest.digest) return false;
  try {
    return withSamples(registryFolder, manifest.name, (file, size) => {
      const hash = createHash('sha256');
      const chunk = Buffer.alloc(chunkBytes);
      for (let at = 0; at < size; at += chunkBytes) hash.update(readAt(file, chunk, at));
      return hash.digest('hex') === manifest.samplesSha256;
    });
  } catch (error) {
    if (error instanceof PhasescapeError) return false;
    throw error;
  }
}

/** The first samples as they are in the file, before normalisation, and all labels: for a look at them. */
export function peekRegistered(
  registryFolder: string,
  manifest: Manifest,
  count: number,
): { elements: Uint8Array | Float32Array; labels: Int32Array } {
  const all = manifest.trainCount + manifest.testCount;
  const some = Math.min(count, manifest.trainCount);
  const rowBytes = manifest.inputs * elementBytes[manifest.element];
  return withSamples(registryFolder, manifest.name, (file, size) => {
    if (size !== all * (rowBytes + 4))
      throw changed(manifest.name, manifest.samplesSha256, `a file of ${size} bytes`);
    const bytes = readAt(file, Buffer.alloc(some * rowBytes), 0);
    const labels = readAt(file, Buffer.alloc(4 * all), all * rowBytes);
    return {
      elements: elementsIn(bytes, manifest),
      labels: Int32Array.from({ length: all }, (_, i) => labels.readInt32LE(4 * i)),
    };
  });
}

function elementsIn(bytes: Buffer, { element }: Manifest): Uint8Array | Float32Array {
  if (element === 'uint8') return bytes;
  const values = new Float32Array(bytes.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = bytes.readFloatLE(4 * i);
  return values;
}

function withSamples<T>(
  registryFolder: string,
  name: string,
  use: (file: number, size: number) => T,
): T {
  const path = samplesFile(datasetFolder(registryFolder, name));
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new PhasescapeError(
      'not-found',
      `data set ${name}: must have its samples, got no readable file of them; import it again`,
      { cause },
    );
  }
  try {
    return use(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, target: Buffer, position: number): Buffer {
  let done = 0;
  while (done < target.length) {
    const count = readSync(file, target, done, target.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return target.subarray(0, done);
}
