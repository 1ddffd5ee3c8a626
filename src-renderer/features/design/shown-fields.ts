/** Which fields a draft shows: settings of a schedule or a data set only while it is chosen. */
import { valueAt, type Draft } from './draft';
import type { Field } from './fields';

/** The fields that apply to the draft, in order. */
export function shownFields(fields: readonly Field[], draft: Draft): readonly Field[] {
  const schedule = String(valueAt(draft, 'optimizer.schedule.name'));
  const dataset = String(valueAt(draft, 'dataset.name'));
  return fields.filter(
    (field) =>
      (field.schedule === undefined || field.schedule.split(' ').includes(schedule)) &&
      (field.datasets === undefined || field.datasets.includes(dataset)),
  );
}
