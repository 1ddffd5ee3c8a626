/** The numbers of what a card draws, as a table to save. Pure. */
import type { CsvValue } from '#shared/domain/csv';
import type { MetricDrawing } from '#shared/domain/metric-definition';
import type {
  FieldMeasurement,
  ScalarMeasurement,
  SeriesMeasurement,
} from '#shared/domain/measurement';
import { subjectText } from './model';
import type { DrawnSubject } from './drawn-subjects';

export interface DrawnTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CsvValue[])[];
}

/** Every column of the drawn series, or every point of the drawn fields, with the subject first. Never throws. */
export function drawnTable(
  { series }: MetricDrawing,
  subjects: readonly DrawnSubject[],
): DrawnTable {
  const drawn = subjects.flatMap(({ measurements }) =>
    measurements.filter(({ name }) => name === series),
  );
  const fields = drawn.filter((m): m is FieldMeasurement => m.kind === 'field');
  return fields.length > 0
    ? fieldTable(fields)
    : seriesTable(drawn.filter((m): m is SeriesMeasurement => m.kind === 'series'));
}

function fieldTable(fields: readonly FieldMeasurement[]): DrawnTable {
  const rows = fields.flatMap(({ subject, values, x, y }) =>
    values.map((value, at) => [
      subjectText(subject),
      x[at % x.length] ?? null,
      y[Math.floor(at / x.length)] ?? null,
      value,
    ]),
  );
  return { columns: ['subject', 'x', 'y', 'value'], rows };
}

/** Series of several subjects under each other; a column that one lacks is empty there. Never throws. */
export function seriesTable(series: readonly SeriesMeasurement[]): DrawnTable {
  const names = [...new Set(series.flatMap(({ columns }) => Object.keys(columns)))];
  const rows = series.flatMap(({ columns, subject }) => {
    const length = Math.max(0, ...Object.values(columns).map((column) => column.length));
    return Array.from({ length }, (_, row) => [
      subjectText(subject),
      ...names.map((name) => columns[name]?.[row] ?? null),
    ]);
  });
  return { columns: ['subject', ...names], rows };
}

/** Scalars, one in a row, with their errors and why some are missing. Never throws. */
export function scalarsTable(scalars: readonly ScalarMeasurement[]): DrawnTable {
  return {
    columns: ['subject', 'name', 'value', 'error', 'errorOver', 'samples', 'reason'],
    rows: scalars.map(({ error, errorOver, name, reason, samples, subject, value }) => [
      subjectText(subject),
      name,
      value,
      error,
      errorOver ?? null,
      samples,
      reason ?? null,
    ]),
  };
}
