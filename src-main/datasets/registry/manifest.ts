/** What the registry knows of a data set, beside its samples: `dataset.json`. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { normalisationKinds } from '#shared/domain/dataset-files';
import { sampleSchema, type DatasetFacts } from '#shared/domain/datasets';
import { ConflictError, DataFormatError, PhasescapeError } from '#shared/errors';

const count = z.number().int().min(0);

export const manifestSchema = z.object({
  registryVersion: z.literal(1),
  name: z.string(),
  title: z.string(),
  /** What it was read from: `cifar-10`, `idx`. */
  kind: z.string(),
  element: z.enum(['uint8', 'float32']),
  sample: sampleSchema,
  inputs: count.min(1),
  classes: count.min(1),
  classNames: z.array(z.string()).nullable(),
  trainCount: count.min(1),
  testCount: count.min(1),
  /** A number is shown to networks as (number - offset) / divisor, one entry per channel or feature. */
  normalisation: z.object({
    kind: z.enum(normalisationKinds),
    offset: z.array(z.number()),
    divisor: z.array(z.number()),
  }),
  samplesSha256: z.string(),
  /** SHA-256 of all that the samples depend on. */
  digest: z.string(),
  sources: z.array(z.object({ file: z.string(), sha256: z.string() })),
});
export type Manifest = z.output<typeof manifestSchema>;
export type Normalisation = Manifest['normalisation'];

const manifestName = 'dataset.json';
const samplesName = 'samples.bin';

/** The folder of a data set. */
export function datasetFolder(registryFolder: string, name: string): string {
  return join(registryFolder, name);
}

export function manifestFile(folder: string): string {
  return join(folder, manifestName);
}

/** Rows of all samples, the training part first, then their labels as 32-bit whole numbers, little-endian. */
export function samplesFile(folder: string): string {
  return join(folder, samplesName);
}

/** SHA-256 of all that the samples depend on: their bytes, how they are cut into samples, and their normalisation. */
export function manifestDigest(manifest: Omit<Manifest, 'digest'>): string {
  const { element, sample, inputs, classes, trainCount, testCount, normalisation } = manifest;
  const identity = {
    element,
    sample,
    inputs,
    classes,
    trainCount,
    testCount,
    normalisation,
    samples: manifest.samplesSha256,
  };
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

export function factsOfManifest(manifest: Manifest): DatasetFacts {
  const { name, title, kind, trainCount, testCount, inputs, sample, classes, digest } = manifest;
  const attribution = `registered from ${kind}, SHA-256 ${digest.slice(0, 12)}`;
  return { name, title, trainCount, testCount, inputs, sample, classes, attribution };
}

/** @throws PhasescapeError `not-found`, DataFormatError when it is damaged or was changed */
export function readManifest(registryFolder: string, name: string): Manifest {
  const manifest = parseManifest(registryFolder, name);
  const digest = manifestDigest(manifest);
  if (digest !== manifest.digest) throw changed(name, manifest.digest, digest);
  return manifest;
}

/** As it is in the file: whether it was changed since is for `readManifest`. @throws as it does, but for changes */
export function parseManifest(registryFolder: string, name: string): Manifest {
  let text: string;
  try {
    text = readFileSync(manifestFile(datasetFolder(registryFolder, name)), 'utf8');
  } catch (cause) {
    throw new PhasescapeError(
      'not-found',
      `data set ${name}: must be registered, got no readable ${manifestName}; import it again`,
      { cause },
    );
  }
  const json = parseJson(text);
  const version = (json as { readonly registryVersion?: unknown } | null)?.registryVersion;
  if (typeof version === 'number' && version > 1)
    throw new ConflictError(
      `data set ${name}: must be of registry version 1, got ${version}; use the newer Phasescape that registered it`,
    );
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success && parsed.data.name === name) return parsed.data;
  const got = parsed.success
    ? `one of ${parsed.data.name}`
    : (z.prettifyError(parsed.error).split('\n')[0] ?? '');
  throw new DataFormatError(
    `data set ${name}: must have its ${manifestName} of this version, got ${got}; import it again`,
  );
}

/** A data set that is no longer what was registered. */
export function changed(name: string, registered: string, found: string): DataFormatError {
  return new DataFormatError(
    `data set ${name}: must be as it was registered with SHA-256 ${registered}, got ${found}; import it again from the same files, or others under another name`,
  );
}

/**
 * The manifests of all registered data sets by name, those too that were changed since: who uses one reads it by `readManifest`.
 * What cannot be read at all is left out.
 */
export function listManifests(registryFolder: string): Manifest[] {
  return namesIn(registryFolder).flatMap((name) => {
    try {
      return [parseManifest(registryFolder, name)];
    } catch (error) {
      // A damaged entry must not hide the others: whoever asks for it by name is told.
      if (error instanceof PhasescapeError) return [];
      throw error;
    }
  });
}

/** Names of the folders in the registry; none where it does not exist. */
export function namesIn(registryFolder: string): string[] {
  try {
    return readdirSync(registryFolder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new PhasescapeError(
      'environment',
      `registry: must be a readable folder, got ${String((error as NodeJS.ErrnoException).code)}; check its place and permissions`,
      { cause: error },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // The schema says what is wrong.
  }
}
