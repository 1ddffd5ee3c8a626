/** The samples that a cell trains and tests on: fraction and label noise applied, labels one-hot. */
import type { DatasetSpec } from '#shared/domain/spec';
import { fractionCount, type SampleOrder } from '#shared/domain/datasets';
import { RandomStream } from '#main/engine/random';
import type { Dataset, Samples } from './dataset';

export interface TrainingData {
  readonly inputs: number;
  readonly classes: number;
  readonly train: Samples;
  readonly test: Samples;
  /** The training samples in the order in which measurements take the first so many. */
  readonly measured: Samples;
}

/**
 * Applies the data settings; the same for every seed of every cell with these settings.
 *
 * labelNoise p: each label is, with probability p, replaced by a uniform class (its own included), stream `label-noise` of
 * the noise seed; a sample has the same label in every fraction. fraction: the first round(fraction N) samples after one
 * shuffle by the stream `data-fraction`, all samples in their own order for 1. Test samples never change. Never throws.
 */
export function makeTrainingData(
  dataset: Dataset,
  spec: DatasetSpec,
  order: SampleOrder = 'file',
): TrainingData {
  const { inputs, classes } = dataset.facts;
  const all = withLabelNoise(dataset.train, classes, spec);
  const train = spec.fraction === 1 ? all : takeFraction(all, inputs, spec);
  const measured =
    spec.fraction === 1 && order === 'shuffled' ? takeFraction(all, inputs, spec) : train;
  return { inputs, classes, train, test: dataset.test, measured };
}

/** The first part of the samples after the shuffle of the noise seed. */
function takeFraction(
  samples: Samples,
  inputs: number,
  { fraction, noiseSeed }: DatasetSpec,
): Samples {
  const count = fractionCount(samples.count, fraction);
  const order = new RandomStream(noiseSeed, 'data-fraction')
    .permutation(samples.count)
    .subarray(0, count);
  const rows = new Float32Array(count * inputs);
  order.forEach((from, to) => {
    rows.set(samples.inputs.subarray(from * inputs, (from + 1) * inputs), to * inputs);
  });
  return { inputs: rows, labels: order.map((i) => samples.labels[i] as number), count };
}

function withLabelNoise(
  samples: Samples,
  classes: number,
  { labelNoise, noiseSeed }: DatasetSpec,
): Samples {
  if (labelNoise === 0) return samples;
  const stream = new RandomStream(noiseSeed, 'label-noise');
  // Both numbers are drawn for every label, so that more noise keeps the replacements of less noise.
  const labels = samples.labels.map((label) => {
    const chance = stream.uniform();
    const other = stream.below(classes);
    return chance < labelNoise ? other : label;
  });
  return { ...samples, labels };
}

/** One-hot rows [count, classes] of labels. */
export function oneHotRows(labels: Int32Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => {
    rows[i * classes + label] = 1;
  });
  return rows;
}
