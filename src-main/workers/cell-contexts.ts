/** The data that jobs work on, kept between jobs as far as memory allows. */
import { readCatalogue, samplesKey, type DatasetFolders } from '#main/datasets/catalogue';
import type { Dataset, Samples } from '#main/datasets/dataset';
import { makeTrainingData, oneHotRows } from '#main/datasets/training-data';
import type { Executor } from '#main/engine/executor';
import { tensor } from '#main/engine/tensor';
import type { CellContext, SampleTensors } from '#main/metrics/context';
import { makeNetwork } from '#main/metrics/model';
import { makeObjective } from '#main/metrics/objective';
import type { RunSettings } from '#shared/domain/cells';
import { DataFormatError } from '#shared/errors';
import type { Job } from './job';
import { RecentlyUsed } from './recently-used';

type SampleTables = Omit<CellContext, 'executor' | 'network' | 'objective'>;

/** Bytes of samples that a worker keeps beside those it works on. */
const keptBytes = 2 ** 29;

/**
 * Contexts of jobs: a data set is read once, its tables are made once per data settings, as long as there is room.
 * The function that it returns throws DataFormatError when the data is not what the job was planned for, with both digests.
 */
export function contextCache(
  folders: DatasetFolders,
): (job: Job, executor: Executor) => CellContext {
  const datasets = new RecentlyUsed<Dataset>(keptBytes);
  const tables = new RecentlyUsed<SampleTables>(keptBytes);
  return ({ settings, sampleOrder, dataDigest }, executor) => {
    const { dataset: spec, model } = settings;
    const dataset = datasets.get(`${dataDigest} ${samplesKey(spec)}`, () => {
      const opened = openAsPlanned(folders, spec, dataDigest);
      return { value: opened, sizeBytes: opened.all.inputs.byteLength };
    });
    const data = tables.get(JSON.stringify([dataDigest, spec, sampleOrder]), () => {
      const made = sampleTables(dataset, spec, sampleOrder);
      return { value: made, sizeBytes: made.all.x.data.byteLength };
    });
    const network = makeNetwork(model, dataset.facts);
    return { executor, network, objective: makeObjective(spec), ...data };
  };
}

function openAsPlanned(
  folders: DatasetFolders,
  spec: RunSettings['dataset'],
  planned: string,
): Dataset {
  const catalogue = readCatalogue(folders);
  const { digest } = catalogue.describe(spec);
  if (digest === planned) return catalogue.open(spec);
  throw new DataFormatError(
    `data set ${spec.name}: must be as it was planned with SHA-256 ${planned}, got ${digest}; restore it, or plan the experiment again`,
  );
}

function sampleTables(
  dataset: Dataset,
  spec: RunSettings['dataset'],
  order: Job['sampleOrder'],
): SampleTables {
  const { inputs, classes, train, test, all, measured } = makeTrainingData(dataset, spec, order);
  const toTensors = (s: Samples): SampleTensors => ({
    x: tensor([s.count, inputs], s.inputs),
    targets: tensor([s.count, classes], oneHotRows(s.labels, classes)),
    labels: s.labels,
  });
  const isFileOrder = spec.fraction === 1 && order === 'file';
  return {
    inputs,
    classes,
    train: toTensors(train),
    test: toTensors(test),
    all: toTensors(all),
    measured: toTensors(measured),
    measuredOrder: isFileOrder ? '' : ' after the shuffle of the data fraction',
  };
}
