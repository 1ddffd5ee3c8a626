/** A project may hold experiments of a newer version: with metrics or settings that this one cannot plan or measure. */
import { specSchema } from '#shared/domain/spec';
import { problemsOfIssues } from '#shared/domain/spec-issues';
import { formatProblem } from '#shared/domain/spec-problem';
import { StoreError } from '#shared/errors';
import type { StoredExperiment } from '../store/experiment-table';

/**
 * @returns the experiment, whose spec this version knows
 * @throws StoreError `store-newer` naming the first setting or metric that it does not
 */
export function requireKnownSpec(experiment: StoredExperiment): StoredExperiment {
  const { name, spec } = experiment;
  const parsed = specSchema.safeParse(spec);
  if (parsed.success) return experiment;
  const [first] = problemsOfIssues(parsed.error.issues, spec);
  throw new StoreError(
    `experiment ${name}: must be one that this version knows, got a spec of another (${first ? formatProblem(first) : 'unreadable'}); open the project with the version that made it (nothing was changed)`,
    { code: 'store-newer' },
  );
}
