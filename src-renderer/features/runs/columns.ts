/** The columns of the table of runs: which are shown, how wide they are, and what stands in their cells. */
import type { GroupNumber, RunField, RunRow } from '#shared/contract/run-views';
import { formatScalar } from '#shared/domain/diagram-axis';
import type { Scalar } from '#shared/domain/spec';
import {
  formatCount,
  formatDigits,
  formatMoment,
  formatWithError,
  missingText,
} from '../../charts/number-format';

/** Numbers that are shown before anybody has chosen, where a run has them. */
const usualNumbers = [
  'trainLoss',
  'trainAccuracy',
  'trainRelativeError',
  'testLoss',
  'testAccuracy',
  'testRelativeError',
  'hessianTopEigenvalue',
  'hessianTrace',
];
const countFacts = new Set(['steps', 'attempts', 'recorded']);

/** The settings that vary, seed, state, the usual numbers, tags. */
export function defaultColumns(fields: readonly RunField[]): readonly string[] {
  const named = new Map(fields.map((field) => [field.name, field]));
  const varied = fields.filter(({ kind, varies }) => kind === 'setting' && varies);
  const numbers = usualNumbers.filter((name) => named.has(name));
  return [...varied.map(({ name }) => name), 'seed', 'state', ...numbers, 'tags'];
}

/** Sections of the column chooser and of the lists of fields, in this order; empty ones are left out. */
export function fieldSections(
  fields: readonly RunField[],
): readonly { readonly title: string; readonly fields: readonly RunField[] }[] {
  const isSetting = ({ kind }: RunField) => kind === 'setting';
  return [
    { title: 'Settings that vary', fields: fields.filter((f) => isSetting(f) && f.varies) },
    { title: 'About the run', fields: fields.filter(({ kind }) => kind === 'fact') },
    { title: 'Numbers of the run', fields: fields.filter(({ kind }) => kind === 'number') },
    { title: 'Means over its pairs', fields: fields.filter(({ kind }) => kind === 'pair') },
    {
      title: 'Settings alike in all runs',
      fields: fields.filter((f) => isSetting(f) && !f.varies),
    },
  ].filter((section) => section.fields.length > 0);
}

/** Whether a column is set right, as numbers are. */
export function isRightAligned({ type }: RunField): boolean {
  return type === 'number';
}

/** Width of a column in units of the reader's text size. */
export function columnWidth({ kind, name, type }: RunField): number {
  if (name === 'seed' || name === 'cell') return 5;
  if (name === 'note' || name === 'engine') return 16;
  if (type === 'moment') return 12;
  if (type === 'tags') return 12;
  if (kind === 'setting') return type === 'number' ? 7 : 8.5;
  return type === 'number' ? 8 : 7;
}

/** What a run has in a column, as it is written. */
export function cellText(field: RunField, row: RunRow, column: number): string {
  const value = row.values[column] ?? null;
  if (value === null) return row.reasons[field.name] === undefined ? missingText : 'none';
  if (typeof value !== 'number' || field.kind === 'setting')
    return field.type === 'moment' ? formatMoment(String(value)) : valueWords(field, value);
  if (field.kind === 'fact') return factText(field.name, value);
  const error = row.errors[column] ?? null;
  return error !== null && error > 0 ? formatWithError(value, error) : formatDigits(value);
}

function factText(name: string, value: number): string {
  if (countFacts.has(name)) return formatCount(value);
  return name === 'duration' ? formatDigits(value) : String(value);
}

/** A value of a field in words: in a group's head, a condition, a choice. */
export function valueWords(field: RunField | undefined, value: Scalar | null): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return field?.type === 'moment' ? formatMoment(String(value)) : formatScalar(value);
}

export const groupStatistics = ['mean', 'sd', 'median', 'min', 'max', 'n'] as const;
export type GroupStatistic = (typeof groupStatistics)[number];

/** A statistic of a group as it is written: a mean stands with its standard deviation; of a setting its least and most. */
export function groupText(
  { kind }: RunField,
  numbers: GroupNumber | undefined,
  statistic: GroupStatistic,
): string {
  if (!numbers) return '';
  if (kind === 'setting') {
    const { max, min } = numbers;
    if (min === null || max === null) return missingText;
    return min === max ? formatScalar(min) : `${formatScalar(min)} to ${formatScalar(max)}`;
  }
  if (statistic === 'n') return formatCount(numbers.n);
  if (statistic === 'mean') return formatWithError(numbers.mean, numbers.sd);
  return formatDigits(numbers[statistic]);
}

/** Every statistic of a group, one a line: for the tooltip. */
export function groupDetail(field: RunField, numbers: GroupNumber | undefined): string {
  if (!numbers) return '';
  const lines = groupStatistics.map(
    (name) => `${name} ${name === 'n' ? formatCount(numbers.n) : formatDigits(numbers[name], 5)}`,
  );
  return [field.title, ...lines].join('\n');
}
