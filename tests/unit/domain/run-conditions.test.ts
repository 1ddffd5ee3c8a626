import { describe, expect, it } from 'vitest';
import {
  compareScalars,
  conditionProblem,
  meets,
  relationsOf,
  runFieldTypes,
  type RunCondition,
} from '#shared/domain/run-conditions';

const condition = (
  relation: RunCondition['relation'],
  ...values: RunCondition['values']
): RunCondition => ({ field: 'x', relation, values });

describe('meets', () => {
  it('compares numbers with numbers and texts with texts, never one with the other', () => {
    expect(meets(2, condition('above', 1))).toBe(true);
    expect(meets(1, condition('above', 1))).toBe(false);
    expect(meets(1, condition('at-least', 1))).toBe(true);
    expect(meets(1, condition('at-most', 1))).toBe(true);
    expect(meets(1, condition('below', 1))).toBe(false);
    expect(meets('b', condition('above', 'a'))).toBe(true);
    expect(meets('2', condition('above', 1))).toBe(false);
    expect(meets(true, condition('above', 0))).toBe(false);
  });
  it('takes a missing value for missing and not any of the others, and for nothing else', () => {
    const met = (
      ['is', 'is-not', 'below', 'above', 'contains', 'missing', 'present'] as const
    ).filter((relation) => meets(null, condition(relation, 1)));
    expect(met).toEqual(['is-not', 'missing']);
  });
  it('finds any of several values, and text without regard to case', () => {
    expect(meets('relu', condition('is', 'tanh', 'relu'))).toBe(true);
    expect(meets(false, condition('is', 'false'))).toBe(false);
    expect(meets('Good run', condition('contains', 'GOOD'))).toBe(true);
  });
});

describe('conditionProblem', () => {
  it('accepts every relation that a type has with fitting values, and names what does not fit', () => {
    for (const type of runFieldTypes)
      for (const relation of relationsOf(type)) {
        const values = relation === 'missing' || relation === 'present' ? [] : [1];
        expect(conditionProblem({ field: 'x', relation, values }, type)).toBeNull();
      }
    expect(conditionProblem(condition('above', 1), 'tags')).toMatch(/relation must be one of is/);
    expect(conditionProblem(condition('above', 1, 2), 'number')).toMatch(/one value, got 2/);
    expect(conditionProblem(condition('is'), 'number')).toMatch(/must have a value, got none/);
    expect(conditionProblem(condition('missing', 1), 'number')).toMatch(/stand alone/);
    expect(conditionProblem(condition('above', 'warm'), 'number')).toMatch(/got "warm"/);
  });
});

describe('compareScalars', () => {
  it('orders numbers by size, before words, with missing ones last', () => {
    const values = ['tanh', null, 10, false, 9, 'relu'];
    expect(values.sort(compareScalars)).toEqual([9, 10, false, 'relu', 'tanh', null]);
  });
});
