/** What is wrong with the input of a procedure, in the grammar of all messages. */
import type { z } from 'zod';
import { problemsOfIssues } from '#shared/domain/spec-issues';
import { formatProblem } from '#shared/domain/spec-problem';
import { showPath } from '#shared/show-value';

/** Mistakes told one by one; a list with more has one mistake many times. */
const mostTold = 5;
/** A rule of the contract that says the whole itself. */
const isWhole = /, got .*; /;

/**
 * One line for each mistake, with the procedure and the place in its input; beyond some, how many more there are. Never throws.
 * @param input - what was parsed
 */
export function inputProblems(procedure: string, error: z.ZodError, input: unknown): string {
  const whole = error.issues.filter(
    ({ code, message }) => code === 'custom' && isWhole.test(message),
  );
  const others = error.issues.filter((issue) => !whole.includes(issue));
  const lines = [
    ...whole.map(({ message, path }) => `${showPath(path)}: ${message}`),
    ...problemsOfIssues(others, input).map((each) =>
      formatProblem({ ...each, path: each.path === '' ? 'input' : each.path }),
    ),
  ];
  const told = lines.slice(0, mostTold).map((line) => `${procedure}: ${line}`);
  const more = lines.length - told.length;
  return [...told, ...(more > 0 ? [`${procedure}: and ${more} more mistakes`] : [])].join('\n');
}
