/** Whose series and fields a drawing shows: seeds or pairs, in the order of the tasks. Pure. */
import type { CellTask } from '#shared/contract/views';
import type { MetricDefinition, MetricDrawing } from '#shared/domain/metric-definition';
import type { FieldMeasurement, SeriesMeasurement } from '#shared/domain/measurement';
import { subjectText } from './model';

export type Drawn = SeriesMeasurement | FieldMeasurement;

/** What one task drew, by the seed or pair that it belongs to. */
export interface DrawnSubject {
  readonly subject: string;
  readonly measurements: readonly Drawn[];
}

/** The subjects of a metric that have something for a drawing, in the order of the tasks. */
export function drawnSubjects(
  tasks: readonly CellTask[],
  metric: string,
  { series }: MetricDrawing,
): readonly DrawnSubject[] {
  const found = tasks
    .filter((task) => task.kind === metric)
    .flatMap((task) => task.measurements.filter((m): m is Drawn => m.kind !== 'scalar'));
  const bySubject = Map.groupBy(found, (m) => subjectText(m.subject));
  return [...bySubject].flatMap(([subject, measurements]) =>
    measurements.some(({ name }) => name === series) ? [{ subject, measurements }] : [],
  );
}

/**
 * The subjects of a metric that have numbers, or reasons for none, and nothing for a drawing: a run that diverged, for instance.
 * All-pairs metrics draw one of their pairs; nothing is missing there.
 */
export function undrawnSubjects(
  tasks: readonly CellTask[],
  { name, subject }: Pick<MetricDefinition, 'name' | 'subject'>,
  drawing: MetricDrawing,
): readonly string[] {
  if (subject === 'all-pairs') return [];
  const drawn = new Set(drawnSubjects(tasks, name, drawing).map((one) => one.subject));
  const measured = tasks
    .filter((task) => task.kind === name)
    .flatMap((task) => task.measurements.map((m) => subjectText(m.subject)));
  return [...new Set(measured)].filter((one) => !drawn.has(one));
}

/** A series of one subject; null where it has none of that name. */
export function seriesIn({ measurements }: DrawnSubject, name: string): SeriesMeasurement | null {
  const found = measurements.find((m) => m.name === name);
  return found?.kind === 'series' ? found : null;
}
