/** The samples that a cell trains and tests on: fraction and noise applied, labels one-hot. */
import type { DatasetSpec } from '#shared/domain/dataset-spec';
import { fractionCount, type SampleOrder } from '#shared/domain/datasets';
import { RandomStream } from '#main/engine/random';
import { rowsBetween, type Dataset, type Samples } from './dataset';

export interface TrainingData {
  readonly inputs: number;
  readonly classes: number;
  readonly train: Samples;
  readonly test: Samples;
  /** Train rows, then test rows; `train` and `test` are views into it. */
  readonly all: Samples;
  /** The training samples in the order in which measurements take the first so many. */
  readonly measured: Samples;
}

/**
 * Applies the data settings; the same for every seed of every cell with these settings.
 *
 * labelNoise p: each label is, with probability p, replaced by a uniform class (its own included), stream `label-noise` of
 * the noise seed. pixelNoise s: s times a standard normal number is added to every training input, stream `pixel-noise` of
 * the noise seed with the sample's place in the data set as index; nothing is clipped. fraction: the first round(fraction N)
 * samples after one shuffle by the stream `data-fraction`, all samples in their own order for 1. A sample has the same noise in
 * every fraction, and noise of another strength is the same noise scaled. Test samples never change. Never throws.
 */
export function makeTrainingData(
  dataset: Dataset,
  spec: DatasetSpec,
  order: SampleOrder = 'file',
): TrainingData {
  const { facts } = dataset;
  const { inputs, classes } = facts;
  const labels = noisyLabels(dataset.train.labels, classes, spec);
  const chosen = spec.fraction === 1 ? null : fractionOrder(facts.trainCount, spec);
  const all =
    chosen === null && spec.pixelNoise === 0
      ? relabelled(dataset, labels)
      : changedRows(dataset, labels, { spec, chosen });
  const trainCount = chosen?.length ?? facts.trainCount;
  const train = rowsBetween(all, 0, trainCount);
  const shuffled = chosen === null && order === 'shuffled';
  return {
    inputs,
    classes,
    train,
    test: rowsBetween(all, trainCount, all.count),
    all,
    measured: shuffled ? takeRows(train, fractionOrder(facts.trainCount, spec)) : train,
  };
}

/** The training labels alone, as `makeTrainingData` has them. */
export function trainingLabels(labels: Int32Array, classes: number, spec: DatasetSpec): Int32Array {
  const noisy = noisyLabels(labels, classes, spec);
  if (spec.fraction === 1) return noisy;
  return fractionOrder(labels.length, spec).map((place) => noisy[place] as number);
}

/** Places of the first part of the training samples after the shuffle of the noise seed. */
function fractionOrder(
  count: number,
  { fraction, noiseSeed }: Pick<DatasetSpec, 'fraction' | 'noiseSeed'>,
): Int32Array {
  return new RandomStream(noiseSeed, 'data-fraction')
    .permutation(count)
    .subarray(0, fractionCount(count, fraction));
}

/** The same inputs with other training labels. */
function relabelled({ all, train, test }: Dataset, trainLabels: Int32Array): Samples {
  if (trainLabels === train.labels) return all;
  const labels = new Int32Array(all.count);
  labels.set(trainLabels);
  labels.set(test.labels, train.count);
  return { ...all, labels };
}

/** A copy of the data with the training part chosen and made noisy. */
function changedRows(
  dataset: Dataset,
  trainLabels: Int32Array,
  { spec, chosen }: { spec: DatasetSpec; chosen: Int32Array | null },
): Samples {
  const { train, test, facts } = dataset;
  const rows = chosen ?? Int32Array.from({ length: train.count }, (_, i) => i);
  const count = rows.length + test.count;
  const inputs = new Float32Array(count * facts.inputs);
  const labels = new Int32Array(count);
  rows.forEach((from, to) => {
    const row = train.inputs.subarray(from * facts.inputs, (from + 1) * facts.inputs);
    const target = inputs.subarray(to * facts.inputs, (to + 1) * facts.inputs);
    target.set(row);
    addPixelNoise(target, from, spec);
    labels[to] = trainLabels[from] as number;
  });
  inputs.set(test.inputs, rows.length * facts.inputs);
  labels.set(test.labels, rows.length);
  return { inputs, labels, count };
}

function addPixelNoise(
  row: Float32Array,
  place: number,
  { pixelNoise, noiseSeed }: DatasetSpec,
): void {
  if (pixelNoise === 0) return;
  const stream = new RandomStream(noiseSeed, 'pixel-noise', place);
  for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) + pixelNoise * stream.normal();
}

function takeRows(samples: Samples, order: Int32Array): Samples {
  const width = samples.inputs.length / samples.count;
  const inputs = new Float32Array(order.length * width);
  order.forEach((from, to) => {
    inputs.set(samples.inputs.subarray(from * width, (from + 1) * width), to * width);
  });
  return {
    inputs,
    labels: order.map((i) => samples.labels[i] as number),
    count: order.length,
  };
}

function noisyLabels(
  labels: Int32Array,
  classes: number,
  { labelNoise, noiseSeed }: DatasetSpec,
): Int32Array {
  if (labelNoise === 0) return labels;
  const stream = new RandomStream(noiseSeed, 'label-noise');
  // Both numbers are drawn for every label, so that more noise keeps the replacements of less noise.
  return labels.map((label) => {
    const chance = stream.uniform();
    const other = stream.below(classes);
    return chance < labelNoise ? other : label;
  });
}

/** One-hot rows [count, classes] of labels. */
export function oneHotRows(labels: Int32Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => {
    rows[i * classes + label] = 1;
  });
  return rows;
}
