/** What the schema finds wrong, in the words of a spec problem. */
import type { z } from 'zod';
import { showPath, showValue } from '../show-value';
import { problem, type SpecProblem } from './spec-problem';

/** The problems that an issue of the schema means. @param input - what was parsed */
export function problemsOfIssues(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
): SpecProblem[] {
  // One value may break several rules of its type; the last is the narrowest.
  const last = new Map(
    issues.map((issue) => [
      `${issue.code === 'unrecognized_keys'} ${JSON.stringify(issue.path)}`,
      issue,
    ]),
  );
  return [...last.values()].flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => {
        const path = [...issue.path, key];
        const rule = 'must be a setting that exists';
        return problem(showPath(path), rule, valueAt(input, path), 'remove it or correct its name');
      });
    return [{ ...describeIssue(issue, valueAt(input, issue.path)), path: showPath(issue.path) }];
  });
}

/** An issue of the schema, without its place. @param got - the value there */
export function describeIssue(issue: z.core.$ZodIssue, got: unknown): Omit<SpecProblem, 'path'> {
  const shown = showValue(got);
  if (got === undefined && issue.code === 'invalid_type')
    return { rule: `must be given (${issue.expected})`, got: shown, fix: 'add it' };
  if (typeof got === 'number' && !Number.isFinite(got))
    return { rule: 'must be a finite number', got: shown, fix: 'use one below 1e308' };
  switch (issue.code) {
    case 'invalid_type': {
      const expected = issue.expected === 'int' ? 'whole number' : issue.expected;
      return {
        rule: `must be ${article(expected)}`,
        got: shown,
        fix: `use ${article(expected)}`,
      };
    }
    case 'too_small': {
      const least = Number(issue.minimum);
      if (issue.origin === 'array')
        return {
          rule: `must have at least ${least} ${least === 1 ? 'entry' : 'entries'}`,
          got: shown,
          fix: 'add one',
        };
      if (issue.origin === 'string')
        return { rule: 'must not be empty', got: shown, fix: 'write a name' };
      return issue.inclusive
        ? { rule: `must be at least ${least}`, got: shown, fix: `use ${least} or more` }
        : { rule: `must be above ${least}`, got: shown, fix: `use a number above ${least}` };
    }
    case 'too_big': {
      const most = Number(issue.maximum);
      if (issue.origin === 'array')
        return {
          rule: `must have at most ${most} entries`,
          got: Array.isArray(got) ? String(got.length) : shown,
          fix: 'remove some',
        };
      return issue.inclusive
        ? { rule: `must be at most ${most}`, got: shown, fix: `use ${most} or less` }
        : { rule: `must be below ${most}`, got: shown, fix: `use a number below ${most}` };
    }
    case 'invalid_value':
      return {
        rule: 'must be a known value',
        got: shown,
        fix: `use one of: ${issue.values.map((v) => JSON.stringify(v)).join(', ')}`,
      };
    case 'invalid_union': {
      const options =
        'options' in issue && Array.isArray(issue.options)
          ? issue.options.map((v) => JSON.stringify(v)).join(', ')
          : '';
      return options === ''
        ? { rule: 'must be a number, text or true/false', got: shown, fix: 'use a single value' }
        : { rule: 'must be a known kind', got: shown, fix: `use one of: ${options}` };
    }
    default:
      return { rule: issue.message, got: shown, fix: 'correct it' };
  }
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    root,
  );
}
