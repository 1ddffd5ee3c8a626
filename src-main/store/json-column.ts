/** Values that are kept as JSON in a column: what cannot be read back is damage, and is told with its place. */
import { StoreError } from '#shared/errors';

/**
 * The value of a JSON column.
 * @param place - table, column and row, for the message
 * @param fits - whether it has the shape that was written
 * @throws StoreError `store-corrupt` when it is no JSON or has another shape
 */
export function readJson(text: string, place: string, fits: (value: unknown) => boolean): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damagedValue(place, `be the JSON that was written, got ${excerpt(text)}`, cause);
  }
  if (fits(value)) return value;
  throw damagedValue(place, `have the shape that was written, got ${excerpt(text)}`);
}

/** The error for a value of the database that is not what was written. */
export function damagedValue(place: string, rule: string, cause?: unknown): StoreError {
  return new StoreError(
    `project.sqlite, ${place}: must ${rule}: the database is damaged; restore it from a copy (phasescape doctor --project lists what else is wrong)`,
    { code: 'store-corrupt', cause },
  );
}

/** Shapes of what is kept. */
export const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isNumberList = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'number');
export const isColumns = (value: unknown): boolean =>
  isRecord(value) && Object.values(value as object).every((column) => Array.isArray(column));

function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
