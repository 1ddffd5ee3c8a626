/** The scalar measurements by name: title, unit, what they are over and how a diagram should draw them. */
import type { MetricScalar } from './metric-definition';
import { metricScalars } from './metric-registry';

export interface ScalarDefinition extends MetricScalar {
  /** What one value belongs to. */
  readonly over: 'run' | 'pair';
  /** The metric that makes it; `training` for what every run has. */
  readonly metric: string;
}

/** What every training yields. */
const trainingScalars: readonly ScalarDefinition[] = [
  {
    name: 'trainLoss',
    title: 'Train loss',
    unit: 'nats',
    over: 'run',
    metric: 'training',
    scale: 'linear',
    colour: 'sequential-reversed',
    definition:
      'Mean cross-entropy over the training samples at the end of training, without weight decay.',
    definitionOfProblems:
      'Mean loss of the problem over the training samples at the end of training, without weight decay: squared residuals with the weighted initial and boundary terms, or the Ritz energy, which may be negative.',
  },
  {
    name: 'trainAccuracy',
    title: 'Train accuracy',
    unit: '',
    over: 'run',
    metric: 'training',
    scale: 'linear',
    colour: 'sequential',
    definition: 'Fraction of training samples classified right at the end of training.',
  },
  {
    name: 'trainRelativeError',
    title: 'Train relative error',
    unit: '',
    over: 'run',
    metric: 'training',
    scale: 'linear',
    colour: 'sequential-reversed',
    definition:
      'Of a problem: the L2 norm of the difference to the exact solution over that of the exact solution, at the training points, at the end of training; 1 for u = 0.',
  },
  {
    name: 'testLoss',
    title: 'Test loss',
    unit: 'nats',
    over: 'run',
    metric: 'training',
    scale: 'linear',
    colour: 'sequential-reversed',
    definition: 'Mean cross-entropy over the test samples at the end of training.',
    definitionOfProblems:
      'The same mean loss over the points of the test grid at the end of training.',
  },
  {
    name: 'testAccuracy',
    title: 'Test accuracy',
    unit: '',
    over: 'run',
    metric: 'training',
    scale: 'linear',
    colour: 'sequential',
    definition: 'Fraction of test samples classified right at the end of training.',
  },
  {
    name: 'testRelativeError',
    title: 'Test relative error',
    unit: '',
    over: 'run',
    metric: 'training',
    scale: 'linear',
    colour: 'sequential-reversed',
    definition:
      'Of a problem: the L2 norm of the difference to the exact solution over that of the exact solution, on the test grid, at the end of training; 1 for u = 0.',
  },
];

/** Every scalar: those of trainings, then those of the metrics in their order. */
export const scalarDefinitions: readonly ScalarDefinition[] = [
  ...trainingScalars,
  ...metricScalars,
];

/** The definition of a scalar; undefined for a name that is not one. */
export function findScalar(name: string): ScalarDefinition | undefined {
  return scalarDefinitions.find((d) => d.name === name);
}
