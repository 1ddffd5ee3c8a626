/** Which fields a draft shows: settings of a schedule only while that schedule is chosen. */
import { valueAt, type Draft } from './draft';
import type { Field } from './fields';

/** The fields that apply to the draft, in order. */
export function shownFields(fields: readonly Field[], draft: Draft): readonly Field[] {
  const schedule = String(valueAt(draft, 'optimizer.schedule.name'));
  return fields.filter(
    (field) => field.schedule === undefined || field.schedule.split(' ').includes(schedule),
  );
}
