/** Data sets for those who open the workbench: which exist, and adding some. */
import type { SamplePreview } from '#shared/domain/dataset-files';
import type { DatasetFacts } from '#shared/domain/datasets';
import { readCatalogue } from '../datasets/catalogue';
import { previewSamples } from '../datasets/registry/preview';
import type { Manifest } from '../datasets/registry/manifest';
import {
  labelCounts,
  readForImport,
  type ImportSource,
  type ReadForImport,
} from '../datasets/registry/read-for-import';
import {
  registerDataset,
  requireDatasetName,
  type RegisterOptions,
} from '../datasets/registry/register';
import { defaultRegistryFolder } from '../datasets/registry/registry-folder';
import { findResources } from './resources';

/** The data sets that exist for this user. @throws PhasescapeError `environment` when the registry cannot be read */
export function listDatasets(): readonly DatasetFacts[] {
  const folders = { resourcesFolder: findResources(), registryFolder: defaultRegistryFolder() };
  return readCatalogue(folders).list;
}

/** What an import would make: for a look before it is done. */
export interface ImportSummary {
  readonly kind: string;
  readonly inputs: number;
  readonly sample: DatasetFacts['sample'];
  readonly classes: number;
  readonly classNames: readonly string[] | null;
  readonly trainCounts: readonly number[];
  readonly testCounts: readonly number[];
  readonly samples: readonly SamplePreview[];
}

/** Reads and checks files without keeping anything. @throws as `readForImport` */
export function inspectDataset(source: ImportSource): ImportSummary {
  return summaryOf(readForImport(source));
}

export interface Imported {
  readonly manifest: Manifest;
  readonly summary: ImportSummary;
}

/** Reads files and registers them. @throws as `readForImport` and `registerDataset` */
export function importDataset(
  source: ImportSource,
  options: Omit<RegisterOptions, 'registryFolder'> & { readonly registryFolder?: string },
): Imported {
  requireDatasetName(options.name);
  const read = readForImport(source);
  const registryFolder = options.registryFolder ?? defaultRegistryFolder();
  return {
    manifest: registerDataset(read, { ...options, registryFolder }),
    summary: summaryOf(read),
  };
}

function summaryOf({ kind, raw }: ReadForImport): ImportSummary {
  const { inputs, sample, classes, classNames, train, test } = raw;
  return {
    kind,
    inputs,
    sample,
    classes,
    classNames,
    trainCounts: labelCounts(train.labels, classes),
    testCounts: labelCounts(test.labels, classes),
    samples: previewSamples(train, { sample, inputs, classes }),
  };
}
