/** Series and fields as two columns of JSON: the numbers, and what is known besides them. */
import type {
  FieldMeasurement,
  MeasurementFacts,
  SeriesMeasurement,
} from '#shared/domain/measurement';
import { isColumns, isRecord, readJson } from './json-column';

interface More {
  /** Positions of columns and rows: what the numbers are a field over. */
  readonly grid?: Pick<FieldMeasurement, 'x' | 'y'>;
  readonly facts?: MeasurementFacts;
}

/** The two columns. JSON turns NaN and infinities into null. */
export function encodeSeries(measurement: SeriesMeasurement | FieldMeasurement): {
  readonly columns: string;
  readonly more: string | null;
} {
  const { facts } = measurement;
  const isField = measurement.kind === 'field';
  const more: More = {
    ...(isField ? { grid: { x: measurement.x, y: measurement.y } } : {}),
    ...(facts ? { facts } : {}),
  };
  return {
    columns: JSON.stringify(isField ? { values: measurement.values } : measurement.columns),
    more: isField || facts ? JSON.stringify(more) : null,
  };
}

type Decoded =
  | Pick<SeriesMeasurement, 'kind' | 'columns' | 'facts'>
  | Pick<FieldMeasurement, 'kind' | 'x' | 'y' | 'values' | 'facts'>;

/** What was encoded. @throws StoreError when a column is damaged */
export function decodeSeries(
  row: { readonly columns: string; readonly more: string | null },
  taskId: string,
): Decoded {
  const columns = readJson(row.columns, `series.columns of task ${taskId}`, isColumns) as Record<
    string,
    (number | null)[]
  >;
  const { grid, facts }: More =
    row.more === null
      ? {}
      : (readJson(row.more, `series.more of task ${taskId}`, isRecord) as More);
  const known = facts ? { facts } : {};
  return grid
    ? { kind: 'field', ...grid, values: columns['values'] ?? [], ...known }
    : { kind: 'series', columns, ...known };
}
