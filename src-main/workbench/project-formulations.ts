/** What the convolutions of a project are written as on `onnx-cpu`: the record that figures carry. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChosenFormulations } from '../figures/figure-request';

/**
 * Every choice of a project for one version of the library, in the order of the layers' names. A choice that was damaged is left
 * out here: runs that need it say so.
 * @param folder - of the project's choices; need not exist
 */
export function projectFormulations(folder: string, library: string): ChosenFormulations[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readChoice(join(folder, name)) ?? [])
    .filter((choice) => choice.library === library)
    .sort((a, b) => (a.layer < b.layer ? -1 : 1));
}

function readChoice(file: string): ChosenFormulations | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ChosenFormulations;
  } catch {
    return null;
  }
}
