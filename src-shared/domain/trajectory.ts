/** Which weights of a training are recorded: the initial ones, those at the chosen steps, and the last. */
import { metricOf, type MetricSpec } from './metric-registry';
import type { TrainingSpec } from './spec';

export type TrajectorySpec = TrainingSpec['trajectory'];

/** Optimiser steps of one epoch on so many training samples. Never throws. */
export function stepsPerEpoch(
  { batchSize, dropLast }: Pick<TrainingSpec, 'batchSize' | 'dropLast'>,
  samples: number,
): number {
  return dropLast ? Math.floor(samples / batchSize) : Math.ceil(samples / batchSize);
}

/** Whether the weights after `step` steps are chosen; the last ones are recorded besides. Never throws. */
export function isTrajectoryStep(
  trajectory: TrajectorySpec,
  step: number,
  epochSteps: number,
): boolean {
  switch (trajectory.name) {
    case 'off':
      return false;
    case 'steps':
      return step % trajectory.every === 0;
    case 'epochs':
      return step % (trajectory.every * epochSteps) === 0;
    case 'list':
      return (
        step === 0 || (step % epochSteps === 0 && trajectory.epochs.includes(step / epochSteps))
      );
    default:
      return trajectory satisfies never;
  }
}

/** The first chosen step inside an epoch after `step` steps; Infinity where only ends of epochs are chosen. Never throws. */
export function nextTrajectoryStep(
  trajectory: TrajectorySpec,
  step: number,
  epochSteps: number,
): number {
  // Calls of the engine end with an epoch anyway.
  if (trajectory.name !== 'steps') return Infinity;
  const next = (Math.floor(step / trajectory.every) + 1) * trajectory.every;
  return next % epochSteps === 0 ? Infinity : next;
}

/** Weights recorded of a training that goes on to its last epoch; 0 where none are. Never throws. */
export function trajectoryPoints(
  { epochs, trajectory }: Pick<TrainingSpec, 'epochs' | 'trajectory'>,
  epochSteps: number,
): number {
  const every = (steps: number) => Math.ceil((epochs * epochSteps) / steps) + 1;
  switch (trajectory.name) {
    case 'off':
      return 0;
    case 'steps':
      return every(trajectory.every);
    case 'epochs':
      return every(trajectory.every * epochSteps);
    case 'list':
      return new Set([0, epochs, ...trajectory.epochs.filter((epoch) => epoch <= epochs)]).size;
    default:
      return trajectory satisfies never;
  }
}

/** Weights that a training records when a metric needs its trajectory and the spec does not say which. */
const usualPoints = 50;

/** Whether a metric reads the weights recorded along trainings. Never throws. */
export function needsTrajectory(metrics: readonly MetricSpec[]): boolean {
  return metrics.some((metric) => metricOf(metric).needs?.includes('trajectory') ?? false);
}

/**
 * A training with the recording that metrics need: where the spec records nothing and one of them reads the trajectory, the weights after
 * each epoch, of long trainings after every second, third, ... so that they are some 50. Never throws.
 */
export function withNeededTrajectory(
  training: TrainingSpec,
  metrics: readonly MetricSpec[],
): TrainingSpec {
  if (training.trajectory.name !== 'off' || !needsTrajectory(metrics)) return training;
  const every = Math.ceil(training.epochs / usualPoints);
  return { ...training, trajectory: { name: 'epochs', every } };
}
