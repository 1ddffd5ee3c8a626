/** How many weights an experiment may record along its trainings. */
import { mostRecordedWeights, mostTrajectoryBytes, mostTrajectoryPoints } from './limits';
import { trajectorySchema, type TrainingSpec } from './spec';
import { problem, type SpecProblem } from './spec-problem';
import { stepsPerEpoch, trajectoryPoints } from './trajectory';

/** Weights that one training records; 0 where its settings are not valid, which is named elsewhere. */
export function pointsOf(training: TrainingSpec, samples: number): number {
  if (!trajectorySchema.safeParse(training.trajectory).success) return 0;
  const points = trajectoryPoints(training, stepsPerEpoch(training, samples));
  return Number.isFinite(points) ? points : 0;
}

/** A training that records more weights than a project keeps well. */
export function tooManyPoints(
  points: number,
  placeOf: (paths: readonly string[]) => string | null,
): SpecProblem {
  const paths = ['training.trajectory.every', 'training.epochs', 'training.batchSize'];
  return problem(
    placeOf(paths) ?? 'training.trajectory',
    `must record at most ${mostTrajectoryPoints} weights of a training`,
    points,
    'record them less often',
  );
}

/**
 * Listed epochs must be there in the longest training (shorter ones record those that they reach), and all recorded weights together
 * must be what a disk carries.
 * @param epochs - of the longest training of the grid
 */
export function trajectoryProblems(
  { trajectory }: Pick<TrainingSpec, 'trajectory'>,
  { epochs, points, bytes }: { epochs: number; points: number; bytes: number },
): SpecProblem[] {
  const problems: SpecProblem[] = [];
  if (trajectory.name === 'list')
    for (const [i, epoch] of trajectory.epochs.entries())
      if (epoch > epochs)
        problems.push(
          problem(
            `training.trajectory.epochs[${i}]`,
            `must be at most the ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} of the training`,
            epoch,
            `use 0 to ${epochs}`,
          ),
        );
  if (points > mostRecordedWeights || bytes > mostTrajectoryBytes)
    problems.push({
      path: 'training.trajectory',
      rule: `must record at most ${mostRecordedWeights} weights and ${mostTrajectoryBytes / 1e9} GB in all`,
      got: `${points} weights, ${Number((bytes / 1e9).toPrecision(3))} GB`,
      fix: 'record them less often, or use fewer cells or seeds',
    });
  return problems;
}
