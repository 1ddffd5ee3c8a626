/** How far experiments are, for the screens that follow them. */
import type { Progress } from '#shared/contract/views';
import { measuredSpec } from '#shared/domain/additions';
import { expandCells } from '#shared/domain/cells';
import type { DatasetSpec } from '#shared/domain/dataset-spec';
import type { DatasetFacts } from '#shared/domain/datasets';
import type { ExperimentState } from '#shared/domain/results';
import type { CostBasis } from '../experiments/cost-basis';
import { defaultCostMs } from '../experiments/estimate';
import { experimentProgress, stateReader } from '../experiments/progress';
import type { Scheduler } from '../experiments/scheduler';
import { SteadyEta } from '../experiments/steady-eta';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';
import type { BegunTrainings } from './begun-trainings';

interface ProgressSurroundings {
  readonly store: ProjectStore;
  /** Null in a read-only workbench. */
  readonly scheduler: Scheduler | null;
  readonly begun: BegunTrainings;
  readonly stateOf: (experiment: StoredExperiment) => ExperimentState;
  readonly factsReader: () => (settings: DatasetSpec) => DatasetFacts | undefined;
  /** How expected times become times on this machine. */
  readonly costBasis: (engine: string) => CostBasis;
}

/** Of one that does not run it is worked out again only after something was written. */
export class ProgressReader {
  readonly #around: ProgressSurroundings;
  readonly #eta = new SteadyEta();
  #resting: { readonly stamp: string; readonly progress: Progress } | null = null;

  constructor(around: ProgressSurroundings) {
    this.#around = around;
  }

  of(experiment: StoredExperiment): Progress {
    const { store, scheduler } = this.#around;
    const isMoving = experiment.state === 'running' || experiment.state === 'stopping';
    if (isMoving || scheduler?.isActive(experiment.id) === true) return this.#read(experiment);
    const stamp = `${experiment.id} ${experiment.state} ${store.changes.revision} ${store.otherWrites()}`;
    if (this.#resting?.stamp !== stamp) this.#resting = { stamp, progress: this.#read(experiment) };
    return this.#resting.progress;
  }

  #read(experiment: StoredExperiment): Progress {
    const { begun, costBasis, factsReader, scheduler, stateOf, store } = this.#around;
    const tasks = store.tasks.counted(experiment.id);
    const cells = expandCells(experiment.spec);
    const measured = measuredSpec(experiment);
    const factsOf = factsReader();
    const progress = experimentProgress({
      begunShare: ({ cell, id }) => {
        const training = scheduler?.training.of(id);
        if (training) return training.steps / training.totalSteps;
        const done = begun.doneOf(id);
        // Epochs may be an axis: those of the cell count.
        const epochs = cells[cell]?.settings.training.epochs ?? 1;
        return done === null ? null : Math.min(1, done / epochs);
      },
      experiment,
      state: stateOf(experiment),
      tasks,
      stateOf: stateReader(tasks, scheduler),
      scheduler,
      failuresOf: (ids) => store.tasks.failures(ids),
      // Read where something is left to do alone.
      factors: (kind) => costBasis(experiment.engine).factors(kind),
      expectedMs: ({ cell, kind, seeds }) => {
        const settings = cells[cell]?.settings;
        const metric = measured.metrics.find((m) => m.name === kind);
        const facts = settings ? factsOf(settings.dataset) : undefined;
        return settings && facts
          ? defaultCostMs({ kind, settings, seeds, data: { facts }, ...(metric ? { metric } : {}) })
          : 0;
      },
    });
    return { ...progress, etaMs: this.#eta.steady(experiment.id, progress.etaMs) };
  }
}
