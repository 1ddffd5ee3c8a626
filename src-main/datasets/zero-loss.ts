/** The loss of the solution u = 0 of a problem: what training has to beat, as chance is where classes are told apart. */
import type { ProblemSpec } from '#shared/domain/problem-spec';
import { generateDataset } from './generators/generate';
import { makeTrainingData } from './training-data';

/**
 * The mean loss over the training points of a network whose output is 0 everywhere.
 *
 * Convection and reaction: initialWeight times the mean of u0^2, all else being 0. deep-ritz: 0. deep-galerkin: the mean of f^2.
 * Checked in tests/unit/datasets/problems.test.ts. Never throws.
 */
export function zeroLoss(spec: ProblemSpec): number {
  const { train, inputs } = makeTrainingData(generateDataset(spec), spec);
  const meanSquare = (column: number) => {
    let total = 0;
    for (let i = 0; i < train.count; i++)
      total += (train.inputs[i * inputs + column] as number) ** 2;
    return total / train.count;
  };
  switch (spec.name) {
    case 'convection':
    case 'reaction':
      return spec.initialWeight * meanSquare(3);
    case 'poisson-1d':
    case 'poisson-2d':
      if (spec.formulation === 'deep-ritz') return 0;
      return meanSquare(spec.name === 'poisson-1d' ? 1 : 2);
    default:
      return spec satisfies never;
  }
}
