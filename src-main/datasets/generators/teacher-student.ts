/** Labels by a random network. */
import type { GeneratedDatasetSpecOf } from '#shared/domain/dataset-spec';
import { teacherCentringCount } from '#shared/domain/generated-datasets';
import { RandomStream } from '#main/engine/random';
import type { Rows } from '../dataset';
import { drawRows } from './draw-rows';

interface DenseLayer {
  /** [out, in] */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/**
 * Standard normal inputs, labelled by a random tanh network (stream `data-teacher`).
 *
 * Definition: weights Normal(0, 4 / fan-in), biases Normal(0, 1/4); label = argmax of the outputs, each less its mean over
 * a thousand inputs more, so that no class is empty by accident.
 */
export function teacherStudent(spec: GeneratedDatasetSpecOf<'teacher-student'>): Rows {
  const { dimensions } = spec;
  const layers = randomTeacher(spec);
  const means = meanOutputs(layers, spec);
  return drawRows(spec, dimensions, (row, stream) => {
    for (let i = 0; i < dimensions; i++) row[i] = stream.normal();
    return largest(forward(layers, row).map((v, c) => v - (means[c] as number)));
  });
}

/** Inputs over which the outputs are centred, and the index of their stream. */
const centring = { count: teacherCentringCount, index: 2 } as const;

function meanOutputs(
  layers: readonly DenseLayer[],
  { classCount, dimensions, dataSeed }: GeneratedDatasetSpecOf<'teacher-student'>,
): Float64Array {
  const stream = new RandomStream(dataSeed, 'data-samples', centring.index);
  const means = new Float64Array(classCount);
  for (let n = 0; n < centring.count; n++) {
    const input = Float32Array.from({ length: dimensions }, () => stream.normal());
    forward(layers, input).forEach((v, c) => {
      means[c] = (means[c] as number) + v / centring.count;
    });
  }
  return means;
}

function randomTeacher({
  classCount,
  dimensions,
  teacherWidth,
  teacherDepth,
  dataSeed,
}: GeneratedDatasetSpecOf<'teacher-student'>): readonly DenseLayer[] {
  const sizes = [
    dimensions,
    ...Array.from({ length: teacherDepth }, () => teacherWidth),
    classCount,
  ];
  return sizes.slice(1).map((out, depth) => {
    const stream = new RandomStream(dataSeed, 'data-teacher', depth);
    const fanIn = sizes[depth] as number;
    const weights = Float64Array.from(
      { length: out * fanIn },
      () => (2 * stream.normal()) / Math.sqrt(fanIn),
    );
    return { weights, biases: Float64Array.from({ length: out }, () => stream.normal() / 2) };
  });
}

function forward(layers: readonly DenseLayer[], input: Float32Array): Float64Array {
  let values = Float64Array.from(input);
  for (const [depth, { weights, biases }] of layers.entries()) {
    const last = depth === layers.length - 1;
    const fanIn = values.length;
    const before = values;
    values = biases.map((bias, o) => {
      let sum = bias;
      for (let i = 0; i < fanIn; i++)
        sum += (weights[o * fanIn + i] as number) * (before[i] as number);
      return last ? sum : Math.tanh(sum);
    });
  }
  return values;
}

function largest(values: Float64Array): number {
  return values.reduce((best, v, i) => (v > (values[best] as number) ? i : best), 0);
}
