/** A problem in the words of a methods paragraph: the equation, its loss, its points. */
import { generatedSpecOf, type DatasetSpec } from '#shared/domain/dataset-spec';
import { isProblem, type ProblemSpec } from '#shared/domain/problem-spec';

type ProblemOf<N extends ProblemSpec['name']> = Extract<ProblemSpec, { name: N }>;
/** Words of a setting; empty where it is varied. */
type Say = (path: string, words: string) => string;

/**
 * Sentences on the equation that is solved; null for a data set with classes.
 * @param say - leaves out what is varied
 */
export function describeProblem(dataset: DatasetSpec, say: Say): string[] | null {
  const generated = generatedSpecOf(dataset);
  if (!generated || !isProblem(generated)) return null;
  const { points, sampling, dataSeed, grid } = generated;
  const spread =
    sampling === 'even' ? 'spread evenly by an additive recurrence' : 'drawn uniformly';
  const count = say('dataset.points', `${points} `);
  const squared = generated.name === 'poisson-1d' ? `${grid}` : `${grid} x ${grid}`;
  return [
    equationOf(generated, say),
    `Trained on ${count}collocation points ${spread} (seed ${dataSeed}), tested on a grid of ${squared}; the error is the relative L2 norm of the difference to the exact solution, and takes the place of the 0-1 error in mode connectivity (in percent).`,
  ];
}

function equationOf(problem: ProblemSpec, say: Say): string {
  switch (problem.name) {
    case 'convection':
      return `The network solves the convection equation u_t + beta u_x = 0${say('dataset.beta', `, beta = ${problem.beta}`)}, with u(x, 0) = sin x and periodic boundaries on [0, 2 pi] x [0, 1] (Krishnapriyan et al. 2021). ${evolutionLoss(problem, say)}`;
    case 'reaction':
      return `The network solves the reaction equation u_t = rho u (1 - u)${say('dataset.rho', `, rho = ${problem.rho}`)}, from a Gaussian of standard deviation pi/4 around pi, with periodic boundaries on [0, 2 pi] x [0, 1] (Krishnapriyan et al. 2021). ${evolutionLoss(problem, say)}`;
    case 'poisson-1d':
      return poissonSentences(problem, say, 'u = sin(k pi x) on the unit interval');
    case 'poisson-2d':
      return poissonSentences(problem, say, 'u = sin(k pi x) sin(k pi y) on the unit square');
    default:
      return problem satisfies never;
  }
}

function evolutionLoss(
  { initialWeight, boundaryWeight }: ProblemOf<'convection' | 'reaction'>,
  say: Say,
): string {
  const weights = [
    say('dataset.initialWeight', `${initialWeight} for the initial values`),
    say('dataset.boundaryWeight', `${boundaryWeight} for the boundary`),
  ].filter((words) => words !== '');
  const told = weights.length === 0 ? '' : `, weights ${weights.join(' and ')}`;
  return `The loss is the mean squared residual of the equation plus the weighted mean squared errors at the start and between the two ends${told}.`;
}

function poissonSentences(
  { formulation, frequency, boundary, boundaryWeight }: ProblemOf<'poisson-1d' | 'poisson-2d'>,
  say: Say,
  solution: string,
): string {
  const loss =
    formulation === 'deep-ritz'
      ? 'the energy, the mean of |grad u|^2 / 2 - f u (deep Ritz, E and Yu 2018)'
      : 'the mean squared residual (deep Galerkin, Sirignano and Spiliopoulos 2018)';
  const minimised = say('dataset.formulation', ` The loss is ${loss}.`);
  const edge =
    boundary === 'exact'
      ? ' The network is multiplied by 4 x (1 - x) along each coordinate, so that u = 0 on the boundary.'
      : ` The mean of u^2 on the boundary is added to the loss${say('dataset.boundaryWeight', ` ${boundaryWeight} times`)}.`;
  return `The network solves Poisson's equation with u = 0 on the boundary and the exact solution ${solution}${say('dataset.frequency', `, k = ${frequency}`)}.${minimised}${say('dataset.boundary', edge)}`;
}
