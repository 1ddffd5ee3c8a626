/** A look at a data set that exists: its facts, a few samples, and how many each class has. */
import { generatedSpecOf, type DatasetSpec } from '#shared/domain/dataset-spec';
import type { SamplePreview } from '#shared/domain/dataset-files';
import { factsOf, type DatasetFacts } from '#shared/domain/datasets';
import { labellingWork } from '#shared/domain/generated-datasets';
import { readCatalogue, type DatasetFolders } from '../catalogue';
import type { Dataset } from '../dataset';
import { generateDataset } from '../generators/generate';
import { listManifests } from './manifest';
import { previewSamples } from './preview';
import { labelCounts } from './read-for-import';
import { peekRegistered } from './registered-samples';

export interface DatasetPreview {
  readonly facts: DatasetFacts;
  readonly digest: string;
  readonly classNames: readonly string[] | null;
  /** Registered: its kind, normalisation and files; null for others. */
  readonly registered: {
    readonly kind: string;
    readonly normalisation: string;
    readonly sources: readonly { readonly file: string; readonly sha256: string }[];
  } | null;
  readonly trainCounts: readonly number[] | null;
  readonly testCounts: readonly number[] | null;
  readonly samples: readonly SamplePreview[];
}

/** Samples that are generated for a look, and the most numbers of them. */
const generatedCount = 400;
const mostNumbers = 2 ** 22;
/** Multiplications of a teacher: a second, in which nothing else is answered. */
const mostWork = 4e8;
/** Bytes of a registered file that are read for a look. */
const peekBytes = 2 ** 22;

/** @throws PhasescapeError `not-found`, DataFormatError when it was changed */
export function previewDataset(folders: DatasetFolders, settings: DatasetSpec): DatasetPreview {
  const catalogue = readCatalogue(folders);
  const { facts, digest } = catalogue.describe(settings);
  const about = { facts, digest, classNames: null, registered: null };
  const generated = generatedSpecOf(settings);
  if (generated) {
    // The first samples are the same however many there are.
    const fewer =
      'trainCount' in generated
        ? { ...generated, trainCount: Math.min(generated.trainCount, generatedCount), testCount: 1 }
        : generated;
    const { trainCount, testCount, inputs } = factsOf(fewer) as DatasetFacts;
    const isSmall =
      (trainCount + testCount) * inputs <= mostNumbers && labellingWork(fewer) <= mostWork;
    const samples = isSmall ? previewSamples(rowsOf(generateDataset(fewer)), facts) : [];
    return { ...about, trainCounts: null, testCounts: null, samples };
  }
  const manifest = listManifests(folders.registryFolder).find((m) => m.name === settings.name);
  if (!manifest) {
    const { train, test } = catalogue.open(settings);
    return {
      ...about,
      trainCounts: labelCounts(train.labels, facts.classes),
      testCounts: labelCounts(test.labels, facts.classes),
      samples: previewSamples(rowsOf({ train }), facts),
    };
  }
  const some = Math.max(1, Math.floor(peekBytes / manifest.inputs));
  const { elements, labels } = peekRegistered(folders.registryFolder, manifest, some);
  const { kind, normalisation, sources, classNames, trainCount } = manifest;
  const shown = labels.subarray(0, elements.length / manifest.inputs);
  return {
    ...about,
    classNames,
    registered: { kind, normalisation: normalisation.kind, sources },
    trainCounts: labelCounts(labels.subarray(0, trainCount), facts.classes),
    testCounts: labelCounts(labels.subarray(trainCount), facts.classes),
    samples: previewSamples({ elements, labels: shown }, facts),
  };
}

function rowsOf({ train }: Pick<Dataset, 'train'>): { elements: Float32Array; labels: Int32Array } {
  return { elements: train.inputs, labels: train.labels };
}
