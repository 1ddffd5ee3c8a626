/** Conditions on the fields of runs: what the table of runs is filtered by. */
import { showValue } from '../show-value';
import type { Scalar } from './spec';

/** What a field holds; it decides which relations make sense. */
export const runFieldTypes = ['number', 'choice', 'text', 'moment', 'tags'] as const;
export type RunFieldType = (typeof runFieldTypes)[number];

export const runRelations = [
  'is',
  'is-not',
  'below',
  'at-most',
  'above',
  'at-least',
  'contains',
  'missing',
  'present',
] as const;
export type RunRelation = (typeof runRelations)[number];

/** A field, a relation and what it is compared with: several values for `is` (any of them) and `is-not` (none), else one or none. */
export interface RunCondition {
  /** Path of a setting, name of a scalar or of a fact about runs (`state`, `tags`). */
  readonly field: string;
  readonly relation: RunRelation;
  readonly values: readonly Scalar[];
}

const relationsByType: Readonly<Record<RunFieldType, readonly RunRelation[]>> = {
  number: ['above', 'at-least', 'below', 'at-most', 'is', 'is-not', 'present', 'missing'],
  choice: ['is', 'is-not', 'present', 'missing'],
  text: ['contains', 'is', 'is-not', 'present', 'missing'],
  moment: ['above', 'below', 'present', 'missing'],
  tags: ['is', 'is-not', 'contains', 'present', 'missing'],
};

/** The relations that a field of this type can be filtered by, the usual one first. */
export function relationsOf(type: RunFieldType): readonly RunRelation[] {
  return relationsByType[type];
}

/** How many values a relation is compared with. */
export function valuesOf(relation: RunRelation): 'none' | 'one' | 'some' {
  if (relation === 'missing' || relation === 'present') return 'none';
  return relation === 'is' || relation === 'is-not' ? 'some' : 'one';
}

/**
 * What is wrong with a condition on a field of this type, as rule and finding; null where nothing is. Never throws.
 */
export function conditionProblem(condition: RunCondition, type: RunFieldType): string | null {
  const { field, relation, values } = condition;
  if (!relationsOf(type).includes(relation))
    return `${field}: relation must be one of ${relationsOf(type).join(', ')}, got ${relation}`;
  const needed = valuesOf(relation);
  if (needed === 'none' && values.length > 0)
    return `${field}: ${relation} must stand alone, got ${values.length} values`;
  if (needed === 'one' && values.length !== 1)
    return `${field}: ${relation} must have one value, got ${values.length}`;
  if (needed === 'some' && values.length === 0)
    return `${field}: ${relation} must have a value, got none`;
  const wrong = values.find((value) => type === 'number' && typeof value !== 'number');
  return wrong === undefined ? null : `${field}: value must be a number, got ${showValue(wrong)}`;
}

/**
 * Whether a value meets a condition. Null is missing: it meets `missing` and `is-not` alone. Comparisons hold between numbers, and
 * between texts in the order of their characters; never between both. Text is searched without regard to case. Never throws.
 */
export function meets(value: Scalar | null, { relation, values }: RunCondition): boolean {
  const [first] = values;
  switch (relation) {
    case 'missing':
      return value === null;
    case 'present':
      return value !== null;
    case 'is':
      return value !== null && values.includes(value);
    case 'is-not':
      return value === null || !values.includes(value);
    case 'contains':
      return (
        value !== null &&
        String(value)
          .toLowerCase()
          .includes(String(first ?? '').toLowerCase())
      );
    case 'below':
      return orderOf(value, first) < 0;
    case 'at-most':
      return orderOf(value, first) <= 0;
    case 'above':
      return orderOf(value, first) > 0;
    case 'at-least':
      return orderOf(value, first) >= 0;
    default:
      return relation satisfies never;
  }
}

/** Below 0, 0 or above 0 between two numbers or two texts; NaN, which meets no comparison, between anything else. */
function orderOf(a: Scalar | null, b: Scalar | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : a < b ? -1 : 1;
  return NaN;
}

/** Orders values as a table does: numbers by size, then texts and truth values by their words, null last. Never throws. */
export function compareScalars(a: Scalar | null, b: Scalar | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  return String(a) < String(b) ? -1 : 1;
}
