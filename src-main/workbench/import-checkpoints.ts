/** Makes an experiment of weights that were trained elsewhere: a run for each file, all in one cell. */
import { datasetSchema } from '#shared/domain/dataset-spec';
import { checkSpec, InvalidSpecError } from '#shared/domain/check-spec';
import type { ImportedFile } from '#shared/domain/imported-weights';
import { modelSchema } from '#shared/domain/model-spec';
import type { DatasetFacts } from '#shared/domain/datasets';
import { factsOf } from '#shared/domain/datasets';
import { createHash } from 'node:crypto';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { untrained } from '#shared/domain/imported-weights';
import type { SpecProblem } from '#shared/domain/spec-problem';
import {
  fitCheckpoint,
  weightsArtifact,
  type CheckpointFile,
  type CheckpointFit,
  type FitChoice,
  type FittedModel,
} from '../checkpoints/import/fit-checkpoint';
import { makeNetwork } from '../metrics/model';
import { putArtifact } from '../store/artifacts';
import type { StoredExperiment } from '../store/experiment-table';
import type { ExperimentDesk } from './experiment-desk';
import { machineMemoryBytes } from './machine';

export type { CheckpointFit };

/** What is to become of the files. */
export interface CheckpointRequest {
  readonly name: string;
  /** As in a spec; may still be wrong. */
  readonly model: unknown;
  readonly dataset: unknown;
  readonly metrics: readonly unknown[];
  readonly choice: FitChoice;
}

/** Files that fit, with all that the experiment is made of. */
export interface CheckedCheckpoints {
  readonly spec: ExperimentSpecInput;
  readonly fits: readonly CheckpointFit[];
  /** The artifacts, by their SHA-256. */
  readonly artifacts: ReadonlyMap<string, Uint8Array>;
}

/**
 * Fits every file to the model and makes the spec. Writes nothing.
 * @throws InvalidSpecError with every problem of the spec and of the files
 */
export function checkCheckpoints(
  files: readonly CheckpointFile[],
  request: CheckpointRequest,
  datasets: readonly DatasetFacts[],
): CheckedCheckpoints {
  const fitted = modelOf(request, datasets);
  const { layout } = request.choice;
  const { fits, imported, artifacts, problems } = fitted
    ? fitAll(files, fitted, request.choice)
    : {
        fits: [],
        imported: files.map(unfitted),
        artifacts: new Map<string, Uint8Array>(),
        problems: [],
      };
  const seeds = files.map((_, seed) => seed);
  const { name, model, dataset, metrics } = request;
  const spec = {
    ...{ specVersion: 1, name, dataset, model, axes: [], seeds, metrics },
    imported: { layout, files: imported },
  };
  const check = checkSpec(spec, datasets, machineMemoryBytes());
  const found = [...(check.ok ? [] : check.problems), ...problems];
  if (!check.ok || found.length > 0) throw new InvalidSpecError(found);
  return { spec: spec as unknown as ExperimentSpecInput, fits, artifacts };
}

/** The model on its data set; null where either is not valid by itself, which the spec's check tells. */
export function modelOf(
  { model, dataset, name }: CheckpointRequest,
  datasets: readonly DatasetFacts[],
): FittedModel | null {
  const parsed = modelSchema.safeParse(model);
  const data = datasetSchema.safeParse(dataset);
  const facts = data.success ? factsOf(data.data, datasets) : undefined;
  if (!parsed.success || !facts) return null;
  const alone = {
    specVersion: 1,
    name,
    dataset,
    model,
    axes: [],
    seeds: [0],
    metrics: [],
    ...untrained,
  };
  const check = checkSpec(alone, datasets);
  const isModelWrong =
    !check.ok && check.problems.some(({ path }) => /^(model|dataset)/.test(path));
  return isModelWrong
    ? null
    : { model: parsed.data, border: facts, network: makeNetwork(parsed.data, facts) };
}

function fitAll(files: readonly CheckpointFile[], fitted: FittedModel, choice: FitChoice) {
  const fits = files.map((file) => fitCheckpoint(file, fitted, choice));
  const artifacts = new Map<string, Uint8Array>();
  const imported: ImportedFile[] = [];
  const problems: SpecProblem[] = fits.flatMap((fit) => fit.problems);
  for (const [seed, fit] of fits.entries()) {
    const made = fit.problems.length === 0 ? weightsArtifact(fit, fitted, choice.layout) : null;
    if (made === null || 'problem' in made) {
      if (made) problems.push(made.problem);
      imported.push(unfitted(fit.file, seed));
      continue;
    }
    const weights = createHash('sha256').update(made.bytes).digest('hex');
    artifacts.set(weights, made.bytes);
    imported.push(importedFile(fit, { seed, weights }));
  }
  return { fits, artifacts, imported, problems };
}

/** What stands for a file that does not fit while the rest of the spec is looked at. */
function unfitted({ file, sha256, sizeBytes, format }: CheckpointFile, seed: number): ImportedFile {
  const weights = '0'.repeat(64);
  return {
    ...{ seed, file, sha256, sizeBytes, format, weights },
    container: '',
    types: [],
    tensors: {},
  };
}

function importedFile(
  { file: { file, sha256, sizeBytes, format }, weights: source, matching }: CheckpointFit,
  { seed, weights }: { seed: number; weights: string },
): ImportedFile {
  const used = new Set(matching.matched.map(({ tensor }) => tensor));
  const types = source.tensors.flatMap(({ name, type }) => (used.has(name) ? [type] : []));
  return {
    ...{ seed, file, sha256, sizeBytes, format, weights },
    container: source.container,
    types: [...new Set(types)].sort(),
    tensors: Object.fromEntries(
      matching.matched.map(({ parameter, tensor }) => [parameter, tensor]),
    ),
  };
}

/**
 * Keeps the weights and stores the experiment, or finds the one that was made of the same files before; its runs are evaluated when it is
 * started. Weights that are gone are put back.
 * @throws ConflictError when the name belongs to another spec; StoreError when the disk refuses
 */
export function importCheckpoints(
  desk: ExperimentDesk,
  { spec, artifacts }: CheckedCheckpoints,
): StoredExperiment {
  const experiment = desk.create(spec);
  for (const bytes of artifacts.values()) putArtifact(desk.store.artifactsFolder, bytes);
  return experiment;
}
