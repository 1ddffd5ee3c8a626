/** Reads a spec from a file that a user named. */
import { closeSync, openSync, readSync } from 'node:fs';
import { checkSpec } from '#shared/domain/check-spec';
import type { DatasetFacts } from '#shared/domain/datasets';
import { mostSpecBytes } from '#shared/domain/limits';
import { repeatedKeys } from '#shared/domain/repeated-keys';
import type { ExperimentSpec } from '#shared/domain/spec';
import { InvalidSpecError } from '#shared/domain/spec-problem';
import { PhasescapeError } from '#shared/errors';
import { machineMemoryBytes } from '../workbench/machine';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder',
  EACCES: 'no permission to read it',
  ENOTDIR: 'a path through a file',
  ENAMETOOLONG: 'a path that is too long',
};

/**
 * The checked spec in a file, or in what can be read like one (`/dev/stdin`).
 * @param datasets - those that exist
 * @throws PhasescapeError `invalid-input` when there is no readable JSON; InvalidSpecError with the problems of the spec
 */
export function readSpecFile(file: string, datasets: readonly DatasetFacts[]): ExperimentSpec {
  const text = readText(file);
  const value = parseJson(file, text);
  const repeated = repeatedKeys(text);
  const check = checkSpec(value, datasets, machineMemoryBytes());
  if (check.ok && repeated.length === 0) return check.spec;
  throw new InvalidSpecError([...repeated, ...(check.ok ? [] : check.problems)]);
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readAtMost(file, mostSpecBytes + 1);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new PhasescapeError(
      'invalid-input',
      `${file}: must be a readable file, got ${reasons[code] ?? String(error)}; check the path`,
      { cause: error },
    );
  }
  if (bytes.length <= mostSpecBytes) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  throw new PhasescapeError(
    'invalid-input',
    `${file}: must have at most ${mostSpecBytes / 2 ** 20} MB as a spec, got more; check that it is one`,
  );
}

/** The beginning of a file: its size need not be known, as with a pipe, or finite. */
function readAtMost(file: string, most: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const parts: Buffer[] = [];
    for (let size = 0; size < most;) {
      const part = Buffer.alloc(Math.min(65_536, most - size));
      const count = readSync(descriptor, part);
      if (count === 0) break;
      parts.push(part.subarray(0, count));
      size += count;
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(descriptor);
  }
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
