/** The scalar measurements by name: title, unit, what they are over and how a diagram should draw them. */
import type { MetricName } from './spec';

export type ColourUse = 'sequential' | 'sequential-reversed' | 'diverging';

export interface ScalarDefinition {
  readonly name: string;
  readonly title: string;
  /** Unit as printed; empty for pure numbers. */
  readonly unit: string;
  /** What one value belongs to. */
  readonly over: 'run' | 'pair';
  /** The metric that makes it; `training` for what every run has. */
  readonly metric: MetricName | 'training';
  /** `log`: drawn as the natural log of the cell's statistic. */
  readonly scale: 'linear' | 'log';
  readonly colour: ColourUse;
  /** One sentence for tooltips and the glossary. */
  readonly definition: string;
}

const define = <const T extends readonly ScalarDefinition[]>(list: T): T => list;

export const scalarDefinitions = define([
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
  {
    name: 'hessianTopEigenvalue',
    title: 'Top Hessian eigenvalue',
    unit: 'nats per squared weight',
    over: 'run',
    metric: 'hessian',
    scale: 'log',
    colour: 'sequential-reversed',
    definition:
      'Largest eigenvalue of the Hessian of the mean training loss over a fixed sample set, by Lanczos.',
  },
  {
    name: 'hessianBottomEigenvalue',
    title: 'Bottom Hessian eigenvalue',
    unit: 'nats per squared weight',
    over: 'run',
    metric: 'hessian',
    scale: 'linear',
    colour: 'sequential-reversed',
    definition: 'Smallest eigenvalue of the same Hessian, from the same Lanczos run.',
  },
  {
    name: 'hessianNegativeRatio',
    title: 'Negative ratio',
    unit: '',
    over: 'run',
    metric: 'hessian',
    scale: 'linear',
    colour: 'sequential-reversed',
    definition: 'Absolute bottom eigenvalue divided by the absolute top one.',
  },
  {
    name: 'hessianTrace',
    title: 'Hessian trace',
    unit: 'nats per squared weight',
    over: 'run',
    metric: 'hessian',
    scale: 'log',
    colour: 'sequential-reversed',
    definition:
      'Trace of the Hessian of the mean training loss over a fixed sample set, Hutchinson estimate; models of one size share the probes, so their errors go together.',
  },
  {
    name: 'cka',
    title: 'CKA',
    unit: '',
    over: 'pair',
    metric: 'cka',
    scale: 'linear',
    colour: 'sequential',
    definition:
      'Linear centred kernel alignment of the outputs of two seeds on the same mixed-up training samples.',
  },
  {
    name: 'weightDistance',
    title: 'Weight distance',
    unit: 'weights',
    over: 'pair',
    metric: 'weight-distance',
    scale: 'linear',
    colour: 'sequential-reversed',
    definition: 'Euclidean distance between the weights of two seeds.',
  },
  {
    name: 'modeConnectivity',
    title: 'Mode connectivity',
    unit: 'percentage points',
    over: 'pair',
    metric: 'mode-connectivity',
    scale: 'linear',
    colour: 'diverging',
    definition:
      'Mean end error minus the error at the most deviating point of a trained curve between two seeds: negative is a barrier.',
  },
  {
    name: 'curveBarrier',
    title: 'Curve barrier',
    unit: 'percentage points',
    over: 'pair',
    metric: 'mode-connectivity',
    scale: 'linear',
    colour: 'sequential-reversed',
    definition: 'Largest training error on the curve minus the mean of its ends.',
  },
  {
    name: 'curveGain',
    title: 'Curve gain',
    unit: 'percentage points',
    over: 'pair',
    metric: 'mode-connectivity',
    scale: 'linear',
    colour: 'sequential',
    definition: 'Mean end error minus the smallest training error on the curve.',
  },
  {
    name: 'curveLossConnectivity',
    title: 'Mode connectivity of the loss',
    unit: 'nats',
    over: 'pair',
    metric: 'mode-connectivity',
    scale: 'linear',
    colour: 'diverging',
    definition: 'As mode connectivity, with the training loss in place of the error.',
  },
  {
    name: 'curveLossBarrier',
    title: 'Curve loss barrier',
    unit: 'nats',
    over: 'pair',
    metric: 'mode-connectivity',
    scale: 'linear',
    colour: 'sequential-reversed',
    definition: 'Largest training loss on the curve minus the mean of its ends.',
  },
  {
    name: 'curveLossGain',
    title: 'Curve loss gain',
    unit: 'nats',
    over: 'pair',
    metric: 'mode-connectivity',
    scale: 'linear',
    colour: 'sequential',
    definition: 'Mean end loss minus the smallest training loss on the curve.',
  },
]);

/** The definition of a scalar; undefined for a name that is not one. */
export function findScalar(name: string): ScalarDefinition | undefined {
  return scalarDefinitions.find((d) => d.name === name);
}
