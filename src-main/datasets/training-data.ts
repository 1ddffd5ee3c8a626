/** The samples that a cell trains and tests on: fraction and label noise applied, labels one-hot. */
import type { DatasetSpec } from '#shared/domain/spec';
import { fractionCount } from '#shared/domain/datasets';
import { RandomStream } from '#main/engine/random';
import type { Dataset, Samples } from './dataset';

export interface TrainingData {
  readonly inputs: number;
  readonly classes: number;
  readonly train: Samples;
  readonly test: Samples;
}

/**
 * Applies the data settings; the same for every seed of every cell with these settings.
 *
 * fraction: the first round(fraction N) samples after one shuffle by the stream `data-fraction` of the noise seed; all
 * samples in their own order for 1. labelNoise p: each training label is, with probability p, replaced by a uniform class
 * (its own included), stream `label-noise`. Test samples never change. Never throws.
 */
export function makeTrainingData(dataset: Dataset, spec: DatasetSpec): TrainingData {
  const inputs = dataset.facts.inputShape.reduce((a, b) => a * b, 1);
  const train = withLabelNoise(
    takeFraction(dataset.train, inputs, spec),
    dataset.facts.classes,
    spec,
  );
  return { inputs, classes: dataset.facts.classes, train, test: dataset.test };
}

function takeFraction(
  samples: Samples,
  inputs: number,
  { fraction, noiseSeed }: DatasetSpec,
): Samples {
  if (fraction === 1) return samples;
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
