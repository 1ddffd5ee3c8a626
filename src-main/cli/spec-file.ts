/** Reads a spec from a file that a user named. */
import { checkSpec } from '#shared/domain/check-spec';
import type { DatasetFacts } from '#shared/domain/datasets';
import { mostSpecBytes } from '#shared/domain/limits';
import { repeatedKeys } from '#shared/domain/repeated-keys';
import type { ExperimentSpec } from '#shared/domain/spec';
import { InvalidSpecError } from '#shared/domain/spec-problem';
import { PhasescapeError } from '#shared/errors';
import { machineMemoryBytes } from '../workbench/machine';
import { readNamedFile } from '../workbench/named-file';

/**
 * The checked spec in a file, or in what can be read like one (`/dev/stdin`).
 * @param datasets - those that exist
 * @throws PhasescapeError `invalid-input` when there is no readable JSON; InvalidSpecError with the problems of the spec
 */
export function readSpecFile(file: string, datasets: readonly DatasetFacts[]): ExperimentSpec {
  const text = readNamedFile(file, { mostBytes: mostSpecBytes, as: 'a spec' });
  const value = parseJson(file, text);
  const repeated = repeatedKeys(text);
  const check = checkSpec(value, datasets, machineMemoryBytes());
  if (check.ok && repeated.length === 0) return check.spec;
  throw new InvalidSpecError([...repeated, ...(check.ok ? [] : check.problems)]);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PhasescapeError(
      'invalid-input',
      `${file}: must be JSON, got ${error instanceof Error ? error.message : String(error)}; correct it there`,
      { cause: error },
    );
  }
}
