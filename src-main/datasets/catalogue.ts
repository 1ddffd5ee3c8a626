/** Every data set that exists: built in, generated, registered. Reads the registry once: make a new one for each question. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedSpecOf, isGeneratorName, type DatasetSpec } from '#shared/domain/dataset-spec';
import { builtInDatasets, factsOf, type DatasetFacts } from '#shared/domain/datasets';
import { PhasescapeError } from '#shared/errors';
import { datasetOf, type Dataset } from './dataset';
import { parseDigits } from './digits';
import { generatedTrainLabels, generateDataset, generatorIdentity } from './generators/generate';
import { factsOfManifest, listManifests, namesIn, readManifest } from './registry/manifest';
import { loadRegistered, peekRegistered } from './registry/registered-samples';
import { showValue } from '#shared/show-value';

export interface DatasetFolders {
  /** Files that ship with the app. */
  readonly resourcesFolder: string;
  /** Data sets that the user has registered. */
  readonly registryFolder: string;
}

export interface DatasetCatalogue {
  /** Built in first, then registered, each with its default settings. */
  readonly list: readonly DatasetFacts[];
  /** Changes with the registered data sets. */
  readonly fingerprint: string;
  /** Undefined for a name that does not exist. */
  factsOf(settings: DatasetSpec): DatasetFacts | undefined;
  /**
   * The facts, and the SHA-256 of all that the samples depend on, the settings apart.
   * @throws PhasescapeError `not-found` for an unknown name, naming those that exist; DataFormatError for one that was changed
   */
  describe(settings: DatasetSpec): { readonly facts: DatasetFacts; readonly digest: string };
  /**
   * The labels of the training part, without opening all samples where they can be had alone; null where they cannot be read.
   * Never throws.
   */
  trainLabels(settings: DatasetSpec): Int32Array | null;
  /**
   * The samples.
   * @throws as `describe`; DataFormatError when they are not what was registered
   */
  open(settings: DatasetSpec): Dataset;
}

const digitsName = 'digits';

/** @throws PhasescapeError `environment` when the registry cannot be read */
export function readCatalogue(folders: DatasetFolders): DatasetCatalogue {
  const manifests = listManifests(folders.registryFolder);
  const list = [...builtInDatasets, ...manifests.map(factsOfManifest)];
  const requireManifest = (name: string) => {
    if (namesIn(folders.registryFolder).includes(name))
      return readManifest(folders.registryFolder, name);
    throw new PhasescapeError(
      'not-found',
      `dataset.name: must be a known data set, got ${showValue(name)}; use one of: ${list.map((d) => d.name).join(', ')}`,
    );
  };
  return {
    list,
    fingerprint: manifests.map(({ name, digest }) => `${name} ${digest}`).join(),
    factsOf: (settings) => factsOf(settings, list),
    describe(settings) {
      const facts = factsOf(settings, list);
      if (settings.name === digitsName && facts)
        return { facts, digest: digitsDigest(folders.resourcesFolder) };
      if (isGeneratorName(settings.name) && facts)
        return { facts, digest: sha256(generatorIdentity(settings.name)) };
      const manifest = requireManifest(settings.name);
      return { facts: factsOfManifest(manifest), digest: manifest.digest };
    },
    trainLabels(settings) {
      try {
        const generated = generatedSpecOf(settings);
        if (generated) return generatedTrainLabels(generated);
        if (settings.name === digitsName) return openDigits(folders.resourcesFolder).train.labels;
        const manifest = requireManifest(settings.name);
        const { labels } = peekRegistered(folders.registryFolder, manifest, 1);
        return labels.subarray(0, manifest.trainCount);
      } catch (error) {
        // Whoever only shows results goes on without; whoever trains is told by `open`.
        if (error instanceof PhasescapeError) return null;
        throw error;
      }
    },
    open(settings) {
      if (settings.name === digitsName) return openDigits(folders.resourcesFolder);
      const generated = generatedSpecOf(settings);
      if (generated) return generateDataset(generated);
      return loadRegistered(folders.registryFolder, requireManifest(settings.name));
    },
  };
}

/** What tells one data set from another among settings: those of the fraction and noise make the same samples. */
export function samplesKey({
  fraction: _fraction,
  labelNoise: _labelNoise,
  pixelNoise: _pixelNoise,
  noiseSeed: _noiseSeed,
  ...settings
}: DatasetSpec): string {
  return JSON.stringify(settings);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256 of the digits' file. @throws PhasescapeError `environment` when it cannot be read */
export function digitsDigest(resourcesFolder: string): string {
  return sha256(readDigitsFile(resourcesFolder));
}

function openDigits(resourcesFolder: string): Dataset {
  const facts = builtInDatasets.find((d) => d.name === digitsName) as DatasetFacts;
  return datasetOf(facts, parseDigits(readDigitsFile(resourcesFolder), facts));
}

function readDigitsFile(resourcesFolder: string): Buffer {
  const path = join(resourcesFolder, 'datasets', 'digits.csv.gz');
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new PhasescapeError(
      'environment',
      `${path}: the data set must be readable, got ${cause instanceof Error ? cause.message : String(cause)}; reinstall Phasescape`,
      { cause },
    );
  }
}
