/** Conditions in words, and from what is typed. */
import type { RunField } from '#shared/contract/run-views';
import { valuesOf, type RunCondition, type RunRelation } from '#shared/domain/run-conditions';
import type { Scalar } from '#shared/domain/spec';
import { valueWords } from './columns';

const words: Readonly<Record<RunRelation, string>> = {
  is: 'is',
  'is-not': 'is not',
  below: 'below',
  'at-most': 'at most',
  above: 'above',
  'at-least': 'at least',
  contains: 'contains',
  missing: 'is missing',
  present: 'is there',
};
const momentWords: Partial<Record<RunRelation, string>> = { above: 'after', below: 'before' };
const tagWords: Partial<Record<RunRelation, string>> = { is: 'have', 'is-not': 'do not have' };

/** A relation as it reads between a field and a value. */
export function relationWords(relation: RunRelation, type: RunField['type']): string {
  const own = type === 'moment' ? momentWords : type === 'tags' ? tagWords : {};
  return own[relation] ?? words[relation];
}

/** `Test accuracy above 0.9`; a field that this experiment does not have goes by its name. */
export function conditionWords(condition: RunCondition, field: RunField | undefined): string {
  const values = condition.values.map((value) => valueWords(field, value)).join(' or ');
  const title = field?.title ?? condition.field;
  return `${title} ${relationWords(condition.relation, field?.type ?? 'text')} ${values}`.trim();
}

/** The value that was typed for a field; null where it is none. */
export function readValue(field: RunField, text: string): Scalar | null {
  const typed = text.trim();
  if (typed === '') return null;
  if (field.type === 'moment') {
    const moment = new Date(typed);
    return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
  }
  if (field.type !== 'number') return typed;
  const value = Number(typed.replaceAll('\u2212', '-'));
  return Number.isFinite(value) ? value : null;
}

/** Whether a condition has all the values it needs. */
export function isComplete({ relation, values }: RunCondition): boolean {
  const needed = valuesOf(relation);
  if (needed === 'none') return values.length === 0;
  return needed === 'one' ? values.length === 1 : values.length > 0;
}
