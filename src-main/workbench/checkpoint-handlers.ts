/** What screens can do with weights that were trained elsewhere. */
import type { CheckpointChoice, CheckpointFitView } from '#shared/contract/checkpoint-views';
import type { ProcedureHandlers } from '#shared/contract/procedures';
import { InvalidSpecError, type SpecProblem } from '#shared/domain/check-spec';
import { datasetSchema } from '#shared/domain/dataset-spec';
import { factsOf } from '#shared/domain/datasets';
import { neededOf } from '../checkpoints/import/assemble-weights';
import {
  fitCheckpoint,
  type CheckpointFile,
  type FittedModel,
} from '../checkpoints/import/fit-checkpoint';
import { proposeModel } from '../checkpoints/import/propose-model';
import { readCheckpointFile } from './checkpoint-file';
import type { ExperimentDesk } from './experiment-desk';
import {
  checkCheckpoints,
  importCheckpoints,
  modelOf,
  type CheckpointRequest,
} from './import-checkpoints';
import { importFolder, pathOfPlace } from './import-places';

/** Name that a look has: the user's own is checked by the import. */
const nameOfLook = 'look';

const requestOf = (
  { container, dataset, layout, map, model }: CheckpointChoice,
  name: string,
): CheckpointRequest => ({
  ...{ name, model, metrics: [] },
  dataset: { name: dataset },
  choice: { container, layout, map },
});

/** The handlers of every `checkpoint` procedure. */
export function checkpointHandlers(desk: ExperimentDesk, imported: () => void) {
  const filesAt = (places: readonly (readonly string[])[]) =>
    places.map((place) => readCheckpointFile(pathOfPlace(importFolder(), place)));
  return {
    'checkpoint.inspect': ({ places, choice }) => {
      const files = filesAt(places);
      const datasets = desk.datasets();
      const request = requestOf(choice, nameOfLook);
      const fitted = modelOf(request, datasets);
      const dataset = datasetSchema.safeParse({ name: choice.dataset });
      const facts = dataset.success ? factsOf(dataset.data, datasets) : undefined;
      const [first] = files[0]?.weights ?? [];
      return {
        files: files.map((file) => fitView(file, fitted, request)),
        proposal: first && facts ? proposeModel(first.tensors, facts) : null,
        problems: choice.model === null ? [] : problemsOf(files, request, desk),
      };
    },
    'checkpoint.import': ({ places, choice, name }) => {
      const checked = checkCheckpoints(filesAt(places), requestOf(choice, name), desk.datasets());
      const { id } = importCheckpoints(desk, checked);
      desk.start(id);
      imported();
      return { experimentId: id };
    },
  } satisfies {
    readonly [N in Extract<keyof ProcedureHandlers, `checkpoint.${string}`>]: (
      input: Parameters<ProcedureHandlers[N]>[0],
    ) => unknown;
  };
}

function problemsOf(
  files: readonly CheckpointFile[],
  request: CheckpointRequest,
  desk: ExperimentDesk,
): SpecProblem[] {
  try {
    checkCheckpoints(files, request, desk.datasets());
    return [];
  } catch (error) {
    if (error instanceof InvalidSpecError) return [...error.problems];
    throw error;
  }
}

function fitView(
  file: CheckpointFile,
  fitted: FittedModel | null,
  { choice }: CheckpointRequest,
): CheckpointFitView {
  const fit = fitted && fitCheckpoint(file, fitted, choice);
  const weights = fit?.weights ?? file.weights[0];
  const matching = fit?.matching;
  return {
    file: file.file,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    format: file.format,
    containers: file.weights.map(({ container }) => container),
    container: weights?.container ?? '',
    tensors: (weights?.tensors ?? []).map(({ name, shape, type }) => ({
      ...{ name, type },
      shape: [...shape],
    })),
    prefix: matching?.prefix ?? '',
    parameters: fitted
      ? neededOf(fitted.network).map(({ name, shape }) => {
          const found = matching?.matched.find(({ parameter }) => parameter === name);
          const wrong = matching?.mismatched.find(({ parameter }) => parameter === name);
          return {
            name,
            shape: [...shape],
            tensor: found?.tensor ?? wrong?.tensor ?? null,
            rule: found?.rule ?? null,
            got: wrong ? [...wrong.got] : null,
          };
        })
      : [],
    unused: matching?.unused.map(({ name }) => name) ?? [],
  };
}
