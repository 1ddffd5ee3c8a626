/** The generated data sets: each is a function from its settings to rows, the training part first. */
import { generatedFacts } from '#shared/domain/generated-datasets';
import type {
  GeneratedDatasetSpec,
  GeneratedDatasetSpecOf,
  GeneratorName,
} from '#shared/domain/dataset-spec';
import { datasetOf, type Dataset, type Rows } from '../dataset';
import { convectionRows, reactionRows } from './evolution';
import { gaussianMixture } from './gaussian-mixture';
import { glyphDigits } from './glyph-digits';
import { modularAddition, modularSums } from './modular-addition';
import { parity } from './parity';
import { poissonRows } from './poisson';
import { teacherStudent } from './teacher-student';
import { tokenCopying } from './token-copying';
import { twoSpirals } from './two-spirals';

interface Generator<N extends GeneratorName> {
  /** Raise it when the same settings make other samples: results on them are then other results. */
  readonly version: number;
  readonly rows: (spec: GeneratedDatasetSpecOf<N>) => Rows;
  /** The label of a training sample, where it is known without drawing the sample. */
  readonly labelAt?: (spec: GeneratedDatasetSpecOf<N>) => (place: number) => number;
}

const generators: { readonly [N in GeneratorName]: Generator<N> } = {
  'two-spirals': { version: 1, rows: twoSpirals, labelAt: () => (place) => place % 2 },
  'gaussian-mixture': {
    version: 1,
    rows: gaussianMixture,
    labelAt:
      ({ classCount }) =>
      (place) =>
        place % classCount,
  },
  'teacher-student': { version: 1, rows: teacherStudent },
  'modular-addition': { version: 1, rows: modularAddition, labelAt: modularSums },
  parity: { version: 1, rows: parity },
  'token-copying': { version: 1, rows: tokenCopying },
  'glyph-digits': { version: 1, rows: glyphDigits, labelAt: () => (place) => place % 10 },
  convection: { version: 1, rows: convectionRows, labelAt: () => () => 0 },
  reaction: { version: 1, rows: reactionRows, labelAt: () => () => 0 },
  'poisson-1d': { version: 1, rows: (spec) => poissonRows(spec, 1), labelAt: () => () => 0 },
  'poisson-2d': { version: 1, rows: (spec) => poissonRows(spec, 2), labelAt: () => () => 0 },
};

/** What names the samples of a generator, its settings apart. */
export function generatorIdentity(name: GeneratorName): string {
  return `generated ${name} ${generators[name].version}`;
}

/** The data set of checked settings: the same settings give the same bits on every machine. Never throws. */
export function generateDataset(spec: GeneratedDatasetSpec): Dataset {
  const { rows } = generators[spec.name] as Generator<GeneratorName>;
  return datasetOf(generatedFacts(spec), rows(spec));
}

/** The training labels of checked settings. Never throws. */
export function generatedTrainLabels(spec: GeneratedDatasetSpec): Int32Array {
  const { rows, labelAt } = generators[spec.name] as Generator<GeneratorName>;
  const { trainCount } = generatedFacts(spec);
  if (!labelAt) return rows(spec).labels.subarray(0, trainCount);
  const label = labelAt(spec);
  return Int32Array.from({ length: trainCount }, (_, place) => label(place));
}
