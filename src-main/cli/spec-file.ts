/** Reads a spec from a file that a user named. */
import { readFileSync } from 'node:fs';
import { requireSpec } from '#shared/domain/check-spec';
import type { ExperimentSpec } from '#shared/domain/spec';
import { PhasescapeError } from '#shared/errors';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder',
  EACCES: 'no permission to read it',
  ENOTDIR: 'a path through a file',
};

/**
 * The checked spec in a file.
 * @throws PhasescapeError `invalid-input` when there is no readable JSON; InvalidSpecError with every problem of the spec
 */
export function readSpecFile(file: string): ExperimentSpec {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new PhasescapeError(
      'invalid-input',
      `${file}: must be a readable file, got ${reasons[code] ?? String(error)}; check the path`,
      { cause: error },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new PhasescapeError(
      'invalid-input',
      `${file}: must be JSON, got ${error instanceof Error ? error.message : String(error)}; correct it there`,
      { cause: error },
    );
  }
  return requireSpec(value);
}
