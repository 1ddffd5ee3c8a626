/** Handlers of the table of runs. */
import type {
  ProcedureHandlers,
  ProcedureName,
  ProcedureOutput,
} from '#shared/contract/procedures';
import type { RunKey } from '#shared/contract/run-views';
import { PhasescapeError } from '#shared/errors';
import { describeRuns, RunReader } from '../experiments/run-table';
import type { StoredExperiment } from '../store/experiment-table';
import type { ExperimentDesk } from './experiment-desk';
import { requireKnownSpec } from './known-spec';
import type { ProjectEvents } from './project-events';

type RunProcedure = Extract<ProcedureName, `runs.${string}`>;
type RunAnswers = {
  readonly [N in RunProcedure]: (input: Parameters<ProcedureHandlers[N]>[0]) => ProcedureOutput<N>;
};

/** Names of unknown runs in a message. */
const namedRuns = 3;

/** What can be asked and said of runs. */
export function runHandlers(desk: ExperimentDesk, events: ProjectEvents): RunAnswers {
  const reader = (experiment: StoredExperiment) =>
    new RunReader(desk.store, requireKnownSpec(experiment), (taskId, stored) =>
      desk.trainingState(taskId, stored),
    );
  return {
    'runs.describe': ({ experimentId }) =>
      describeRuns(desk.store, requireKnownSpec(desk.require(experimentId))),
    'runs.page': ({ experimentId, limit, offset, ...asked }) =>
      reader(desk.requireForScreens(experimentId)).page(asked, { offset, limit }),
    'runs.keys': ({ experimentId, ...asked }) =>
      reader(desk.requireForScreens(experimentId)).keys(asked),
    'runs.groups': ({ experimentId, ...asked }) =>
      reader(desk.requireForScreens(experimentId)).groups(asked),
    'runs.mark': ({ change, experimentId, runs }) => {
      const { id, name } = desk.require(experimentId);
      desk.store.markRuns(requireTasks(desk, { id, name }, runs), change);
      events.marked();
      return {};
    },
  };
}

/** The trainings of runs. @throws PhasescapeError `not-found` naming those that the experiment does not have */
function requireTasks(
  desk: ExperimentDesk,
  { id, name }: Pick<StoredExperiment, 'id' | 'name'>,
  runs: readonly RunKey[],
): string[] {
  const found = runs.map((run) => ({ run, taskId: desk.store.runs.taskOf(id, run) }));
  const missing = found.filter(({ taskId }) => taskId === null);
  if (missing.length > 0) {
    const named = missing
      .slice(0, namedRuns)
      .map(({ run: [cell, seed] }) => `cell ${cell} seed ${seed}`);
    throw new PhasescapeError(
      'not-found',
      `runs: must be runs of ${JSON.stringify(name)}, got ${missing.length} others (${named.join(', ')}); read the table again (nothing was changed)`,
    );
  }
  return found.flatMap(({ taskId }) => taskId ?? []);
}
