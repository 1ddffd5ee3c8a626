/** Puts a data set into the registry: a folder that is written aside and renamed when it is whole. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { NormalisationKind } from '#shared/domain/dataset-files';
import { builtInDatasets } from '#shared/domain/datasets';
import { ConflictError, PhasescapeError } from '#shared/errors';
import type { RawSamples } from '../files/raw-samples';
import {
  datasetFolder,
  manifestDigest,
  manifestFile,
  parseManifest,
  samplesFile,
  type Manifest,
} from './manifest';
import { groupCount, normalisationOf, requireNormalisable } from './normalisation';
import type { ReadForImport } from './read-for-import';
import { isIntact } from './registered-samples';
import { showValue } from '#shared/show-value';

export interface RegisterOptions {
  readonly registryFolder: string;
  readonly name: string;
  readonly title?: string;
  /** Bytes to 0..1 and other numbers to mean 0 and standard deviation 1 by default. */
  readonly normalisation?: NormalisationKind;
}

const namePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** @throws PhasescapeError `invalid-input` when a data set cannot have this name */
export function requireDatasetName(name: string): void {
  if (!namePattern.test(name))
    throw new PhasescapeError(
      'invalid-input',
      `name: must be 1 to 64 small letters, digits, dots, dashes or underscores, got ${showValue(name)}; choose another`,
    );
  if (builtInDatasets.some((d) => d.name === name))
    throw new PhasescapeError(
      'invalid-input',
      `name: must not be that of a built-in data set, got ${showValue(name)}; choose another`,
    );
}

/**
 * Writes the data set; one with the same samples under the same name is left as it is, or written again where it was damaged.
 * @returns its manifest
 * @throws ConflictError with both digests when the name has other samples; DataFormatError for numbers that cannot be normalised
 */
export function registerDataset(read: ReadForImport, options: RegisterOptions): Manifest {
  requireDatasetName(options.name);
  const manifest = manifestOf(read, options);
  requireNormalisable('training part', read.raw.train, manifest);
  requireNormalisable('test part', read.raw.test, manifest);
  const known = knownEntry(options, manifest);
  if (known !== 'damaged' && known !== 'none') return known;
  const folder = datasetFolder(options.registryFolder, options.name);
  const aside = makeAside(options.registryFolder);
  try {
    writeSamples(samplesFile(aside), read);
    writeFileSync(manifestFile(aside), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    if (known === 'damaged') rmSync(folder, { recursive: true });
    renameSync(aside, folder);
  } catch (cause) {
    rmSync(aside, { recursive: true, force: true });
    const other = existsSync(folder) ? knownEntry(options, manifest) : 'none';
    // Another import was faster.
    if (other !== 'damaged' && other !== 'none') return other;
    throw new PhasescapeError(
      'environment',
      `registry: must take ${options.name}, got ${cause instanceof Error ? cause.message : String(cause)}; make room or choose another place`,
      { cause },
    );
  }
  return manifest;
}

const asidePrefix = '.importing-';
/** An import that was killed leaves its folder; none takes so long. */
const staleMs = 24 * 60 * 60 * 1000;

function makeAside(registryFolder: string): string {
  try {
    mkdirSync(registryFolder, { recursive: true });
    const aside = mkdtempSync(join(registryFolder, asidePrefix));
    const { mtimeMs } = statSync(aside);
    for (const name of readdirSync(registryFolder)) {
      const path = join(registryFolder, name);
      const old = name.startsWith(asidePrefix) && statSync(path, { throwIfNoEntry: false });
      if (old && mtimeMs - old.mtimeMs > staleMs) rmSync(path, { recursive: true, force: true });
    }
    return aside;
  } catch (cause) {
    throw new PhasescapeError(
      'environment',
      `registry: must be a folder that can be written to, got ${cause instanceof Error ? cause.message : String(cause)}; choose another place`,
      { cause },
    );
  }
}

/**
 * What the name stands for: nothing, the same samples, or what is left of a data set.
 * @throws ConflictError when it stands for anything else
 */
function knownEntry(
  { registryFolder, name }: RegisterOptions,
  manifest: Manifest,
): Manifest | 'none' | 'damaged' {
  const folder = datasetFolder(registryFolder, name);
  if (!existsSync(folder)) return 'none';
  const ours = [manifestFile(folder), samplesFile(folder)];
  if (
    !statSync(folder).isDirectory() ||
    !readdirSync(folder).every((file) => ours.includes(join(folder, file)))
  )
    throw new ConflictError(
      `data set ${name}: must be the name of nothing else, got something in the registry that is no data set; choose another name`,
    );
  let known: Manifest;
  try {
    known = parseManifest(registryFolder, name);
  } catch (error) {
    if (error instanceof PhasescapeError && !(error instanceof ConflictError)) return 'damaged';
    throw error;
  }
  if (known.digest !== manifest.digest)
    throw new ConflictError(
      `data set ${name}: must be new or have the samples registered with SHA-256 ${known.digest}, got ${manifest.digest}; choose another name`,
    );
  return isIntact(registryFolder, known) ? known : 'damaged';
}

function manifestOf(
  { kind, raw, sources }: ReadForImport,
  { name, title, normalisation }: RegisterOptions,
): Manifest {
  const isBytes = elementOf(raw) === 'uint8';
  const groups = groupCount(raw.sample, raw.inputs);
  const described = {
    registryVersion: 1 as const,
    name,
    title: title ?? name,
    kind,
    element: elementOf(raw),
    sample: raw.sample,
    inputs: raw.inputs,
    classes: raw.classes,
    classNames: raw.classNames === null ? null : [...raw.classNames],
    trainCount: raw.train.labels.length,
    testCount: raw.test.labels.length,
    normalisation: normalisationOf(
      normalisation ?? (isBytes ? 'unit' : 'standard'),
      raw.train,
      groups,
    ),
    samplesSha256: samplesDigest(raw),
    sources: [...sources],
  };
  return { ...described, digest: manifestDigest(described) };
}

/** Bytes where both parts have bytes. */
function elementOf({ train, test }: { train: RawSamples; test: RawSamples }): 'uint8' | 'float32' {
  return [train, test].every(({ elements }) => elements instanceof Uint8Array)
    ? 'uint8'
    : 'float32';
}

function samplesDigest(raw: ReadForImport['raw']): string {
  const hash = createHash('sha256');
  for (const bytes of bytesOf(raw)) hash.update(bytes);
  return hash.digest('hex');
}

function writeSamples(path: string, { raw }: ReadForImport): void {
  const file = openSync(path, 'wx');
  try {
    for (const bytes of bytesOf(raw)) {
      let done = 0;
      while (done < bytes.length) done += writeSync(file, bytes, done);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const chunkElements = 2 ** 21;

/** The file's content in pieces: rows of the training part, of the test part, then all labels. */
function* bytesOf(raw: ReadForImport['raw']): Generator<Uint8Array> {
  const isBytes = elementOf(raw) === 'uint8';
  for (const { elements } of [raw.train, raw.test]) {
    for (let at = 0; at < elements.length; at += chunkElements) {
      const some = elements.subarray(at, at + chunkElements);
      yield isBytes ? (some as Uint8Array) : floatBytes(some);
    }
  }
  for (const { labels } of [raw.train, raw.test]) {
    const bytes = Buffer.alloc(4 * labels.length);
    labels.forEach((label, i) => bytes.writeInt32LE(label, 4 * i));
    yield bytes;
  }
}

function floatBytes(values: Uint8Array | Float32Array): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
  return bytes;
}

/** Takes a data set out of the registry. @throws PhasescapeError `not-found` */
export function unregisterDataset(registryFolder: string, name: string): void {
  requireDatasetName(name);
  const folder = datasetFolder(registryFolder, name);
  if (!existsSync(manifestFile(folder)))
    throw new PhasescapeError(
      'not-found',
      `data set ${name}: must be registered, got none of that name; see the list`,
    );
  rmSync(folder, { recursive: true });
}
