/** What the command line says of checkpoints, and how their import is told. */
import type { WeightLayout } from '#shared/domain/imported-weights';
import { PhasescapeError } from '#shared/errors';
import { repeatedKeys } from '#shared/domain/repeated-keys';
import { InvalidSpecError } from '#shared/domain/spec-problem';
import { readCheckpointFile } from '../workbench/checkpoint-file';
import { listDatasets } from '../workbench/datasets';
import {
  checkCheckpoints,
  type CheckedCheckpoints,
  type CheckpointFit,
} from '../workbench/import-checkpoints';
import { readNamedFile } from '../workbench/named-file';

/** Options that `import checkpoint` and `analyse` share. */
export interface CheckpointOptions {
  /** File of the model part of a spec, JSON. */
  readonly model: string;
  readonly dataset: string;
  readonly name?: string;
  /** File of an object from parameter to tensor, JSON. */
  readonly map?: string;
  readonly container?: string;
  readonly layout: WeightLayout;
}

const mostJsonBytes = 8 * 2 ** 20;

/**
 * Reads the files and fits them to the model. Writes nothing.
 * @param metrics - as in a spec
 * @throws PhasescapeError or InvalidSpecError with every problem
 */
export function readCheckpoints(
  paths: readonly string[],
  options: CheckpointOptions,
  metrics: readonly unknown[],
): CheckedCheckpoints {
  const { container = null, dataset, layout } = options;
  const model = readJson(options.model, 'a model');
  const map = options.map === undefined ? {} : mapOf(options.map);
  const files = paths.map((path) => readCheckpointFile(path));
  const name = options.name ?? nameOf(files[0]?.file ?? '');
  return checkCheckpoints(
    files,
    { name, model, dataset: { name: dataset }, metrics, choice: { layout, container, map } },
    listDatasets(),
  );
}

/** The beginning of a file's name, as far as an experiment can be called so. */
function nameOf(file: string): string {
  const stem = file.replace(/\.[^.]*$/, '').replaceAll(/[^A-Za-z0-9 ._-]/g, '-');
  return stem.replace(/^[^A-Za-z0-9]+/, '').slice(0, 100) || 'checkpoint';
}

function readJson(file: string, as: string): unknown {
  const text = readNamedFile(file, { mostBytes: mostJsonBytes, as });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PhasescapeError(
      'invalid-input',
      `${file}: must be JSON, got ${cause instanceof Error ? cause.message : String(cause)}; correct it there`,
      { cause },
    );
  }
  const repeated = repeatedKeys(text);
  if (repeated.length > 0) throw new InvalidSpecError(repeated);
  return value;
}

function mapOf(file: string): Readonly<Record<string, string>> {
  const value = readJson(file, 'a map of tensors');
  const isMap =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((tensor) => typeof tensor === 'string');
  if (isMap) return value as Readonly<Record<string, string>>;
  throw new PhasescapeError(
    'invalid-input',
    `${file}: must be an object from parameters of the model to tensors of the file, got something else; write {"conv1.weight": "encoder.0.weight"}`,
  );
}

const ruleWords: Readonly<Record<CheckpointFit['matching']['matched'][number]['rule'], string>> = {
  map: 'by the map',
  name: 'by name',
  spelling: 'by another spelling',
  shape: 'by shape',
  order: 'by shape and order',
};

/** `mlp.pt: 6 of 6 tensors of state_dict matched (6 by name after "module."), 0 unused; torch, float32, SHA-256 ...`: one line a file. */
export function describeFit({ file, weights, matching }: CheckpointFit): string {
  const { matched, prefix, unused } = matching;
  const rules = [...Map.groupBy(matched, ({ rule }) => rule)].map(
    ([rule, { length }]) => `${length} ${ruleWords[rule]}`,
  );
  const after = prefix === '' ? '' : ` after ${JSON.stringify(prefix)}`;
  const where = weights.container === '' ? '' : ` from ${weights.container}`;
  const used = new Set(matched.map(({ tensor }) => tensor));
  const types = new Set(
    weights.tensors.flatMap(({ name, type }) => (used.has(name) ? [type] : [])),
  );
  const left =
    unused.length === 0
      ? ''
      : `; not used: ${unused
          .slice(0, 5)
          .map(({ name }) => name)
          .join(', ')}${unused.length > 5 ? ` and ${unused.length - 5} more` : ''}`;
  return `${file.file}: ${matched.length} tensors${where} matched (${rules.join(', ')}${after})${left}; ${file.format}, ${[...types].join(' and ')}, SHA-256 ${file.sha256}`;
}
