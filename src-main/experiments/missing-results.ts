/** Why a number that no task has yielded will not come by itself: what failed, or what is older than the number. */
import type { Subject } from '#shared/domain/measurement';
import type { ScalarDefinition } from '#shared/domain/scalars';
import type { EndedTask } from '../store/task-table';

/** Says of a scalar without a result why there is none; null when it is only not there yet. */
export type MissingReason = (
  cell: number,
  definition: ScalarDefinition,
  subject: Subject,
) => string | null;

/** Reads the failures of an experiment once; asked for single scalars afterwards. */
export function missingReasons(tasks: readonly EndedTask[]): MissingReason {
  const failed = Map.groupBy(
    tasks.filter((task) => task.state === 'failed'),
    (task) => `${task.cell}/${task.kind}`,
  );
  const done = Map.groupBy(
    tasks.filter((task) => task.state === 'done' && task.kind !== 'train'),
    (task) => `${task.cell}/${task.kind}`,
  );
  const failure = (cell: number, kind: string, seeds: readonly number[]) =>
    failed.get(`${cell}/${kind}`)?.find((task) => seeds.every((seed) => task.seeds.includes(seed)));
  return (cell, { metric }, subject) => {
    const seeds = subject.kind === 'run' ? [subject.seed] : subject.seeds;
    for (const seed of seeds) {
      const training = failure(cell, 'train', [seed]);
      if (training)
        return `not trained: seed ${seed} failed (${training.errorMessage ?? 'no message'})`;
    }
    const measurement = failure(cell, metric, seeds);
    if (measurement) return `the measurement failed (${measurement.errorMessage ?? 'no message'})`;
    // A metric that has got a number since: what it measured before stays as it is.
    const isMeasured = done
      .get(`${cell}/${metric}`)
      ?.some((task) => seeds.every((seed) => task.seeds.includes(seed)));
    return isMeasured === true
      ? 'measured by an older version, which did not yield this number'
      : null;
  };
}
