/** Every number that an experiment's tasks yielded, one by one. */
import type { ScalarMeasurement } from '#shared/domain/measurement';
import type { ExperimentDesk } from './experiment-desk';

/** One scalar of one run, pair or cell. */
export interface MeasuredNumber {
  readonly name: string;
  /** Kind of the task: the metric's name, or `train` for what ends a training. */
  readonly metric: string;
  readonly seeds: readonly number[];
  readonly value: number | null;
  /** Why there is none. */
  readonly reason: string | null;
  /** Of this one value, in its unit; null when it is exact up to rounding. */
  readonly error: number | null;
  readonly errorOver: string | null;
  readonly samples: string;
  /** Values of this name that there are. */
  readonly n: number;
}

/** The numbers of an experiment in the order of its plan. @throws PhasescapeError `not-found` */
export function measuredNumbers(
  desk: ExperimentDesk,
  experimentId: string,
): readonly MeasuredNumber[] {
  const found = desk
    .tasks(experimentId)
    .tasks.flatMap(({ id, kind }) =>
      desk.store.results
        .measurementsOf(id)
        .flatMap((measurement) => (measurement.kind === 'scalar' ? [{ kind, measurement }] : [])),
    );
  const counts = Map.groupBy(
    found.filter(({ measurement }) => measurement.value !== null),
    ({ measurement }) => measurement.name,
  );
  return found.map(({ kind, measurement }) => ({
    name: measurement.name,
    metric: kind,
    seeds: seedsOf(measurement),
    value: measurement.value,
    reason: measurement.reason ?? null,
    error: measurement.error,
    errorOver: measurement.errorOver ?? null,
    samples: measurement.samples,
    n: counts.get(measurement.name)?.length ?? 0,
  }));
}

function seedsOf({ subject }: ScalarMeasurement): readonly number[] {
  return subject.kind === 'run' ? [subject.seed] : subject.seeds;
}
