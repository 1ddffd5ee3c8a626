/** What the table of runs shows, as the short texts of the address: order, conditions, columns. */
import type { RunSort } from '#shared/contract/run-views';
import {
  relationsOf,
  runFieldTypes,
  runRelations,
  type RunCondition,
  type RunRelation,
} from '#shared/domain/run-conditions';
import type { Scalar } from '#shared/domain/spec';

/** Parses `testAccuracy,-model.width` (a dash before what falls). */
export function parseSort(text: string): RunSort {
  return text
    .split(',')
    .filter((part) => part !== '' && part !== '-')
    .slice(0, 8)
    .map((part) =>
      part.startsWith('-')
        ? { by: part.slice(1), descending: true }
        : { by: part, descending: false },
    );
}

/** The text that `parseSort` reads. */
export function sortText(sort: RunSort): string {
  return sort.map(({ by, descending }) => `${descending ? '-' : ''}${by}`).join(',');
}

/**
 * The order after a click on a column: up, then down, then as planned.
 * @param isAdded - the column is added to the order, or turned within it, and the others stay
 */
export function nextSort(sort: RunSort, by: string, isAdded: boolean): RunSort {
  const found = sort.find((term) => term.by === by);
  const next =
    found === undefined
      ? [{ by, descending: false }]
      : found.descending
        ? []
        : [{ by, descending: true }];
  if (!isAdded) return next;
  if (found === undefined) return [...sort, ...next];
  return sort.flatMap((term) => (term === found ? next : [term]));
}

const signs: Readonly<Record<RunRelation, string>> = {
  is: '=',
  'is-not': '!=',
  below: '<',
  'at-most': '<=',
  above: '>',
  'at-least': '>=',
  contains: '~',
  missing: '!',
  present: '?',
};
const relationBySign = new Map(runRelations.map((relation) => [signs[relation], relation]));

const encode = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!~*'()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

/** Numbers stand bare, truth values and texts in front of a letter that says so. */
const valueText = (value: Scalar): string => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'boolean' ? `b${value}` : `t${encode(value)}`;
};

function parseValue(text: string): Scalar | undefined {
  if (text === 'btrue' || text === 'bfalse') return text === 'btrue';
  if (text.startsWith('t')) return decode(text.slice(1));
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // an address that was cut off
  }
}

/** Conditions as `testAccuracy>0.9;state=tfailed|tdiverged`. */
export function filterText(filter: readonly RunCondition[]): string {
  return filter
    .map(({ field, relation, values }) =>
      [encode(field), signs[relation], values.map(valueText).join('|')].join(''),
    )
    .join(';');
}

/** The conditions of a text; those that mean nothing are left out. */
export function parseFilter(text: string): readonly RunCondition[] {
  return text.split(';').flatMap((part) => {
    const found = /^([^=!<>~?]+)(!=|<=|>=|=|<|>|~|!|\?)(.*)$/.exec(part);
    const relation = relationBySign.get(found?.[2] ?? '');
    const field = decode(found?.[1] ?? '');
    if (!relation || field === undefined) return [];
    const words = found?.[3] ?? '';
    const values = words === '' ? [] : words.split('|').map(parseValue);
    if (values.includes(undefined)) return [];
    const condition = { field, relation, values: values as Scalar[] };
    return runFieldTypes.some((type) => relationsOf(type).includes(relation)) ? [condition] : [];
  });
}

/** Names in the order given, without repeats. */
export function parseColumns(text: string): readonly string[] {
  return [...new Set(text.split(',').filter((name) => name !== ''))].slice(0, 300);
}
