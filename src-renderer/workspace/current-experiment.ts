/** The experiment that the address names: its spec or where it was imported from, progress and results, kept up to date while it runs. */
import { useIntervalFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { useRoute } from 'vue-router';
import { paperPanels } from '#shared/domain/diagram';
import type { ImportedView } from '#shared/contract/table-views';
import type { ExperimentView, Progress } from '#shared/contract/views';
import { expandCells, type Cell } from '#shared/domain/cells';
import type { AxisValues } from '#shared/domain/results';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend, useWorkbenchEvent } from '../backend/use-backend';
import { useConnection } from '../backend/use-connection';
import { useExperimentId } from './address';
import { useNextFrame } from './animation-frame';
import { verbsFor, type Verb } from './verbs';

/** After this long without an event a running experiment is asked how far it is. */
const quietMs = 1000;

/** Screens that show nothing of the results; the inspector beside them asks for its own. */
const withoutResults = new Set(['progress', 'runs', 'design', 'new-design', 'experiments']);

const placeOf = ({ index, coordinates }: Cell): [number, AxisValues] => [
  index,
  Object.fromEntries(coordinates.map(({ path, value }) => [path, value])),
];

/** What the phases and the paper's panels are made of. */
export const alwaysWanted: readonly string[] = [
  ...paperPanels,
  'trainAccuracy',
  'trainRelativeError',
  'testRelativeError',
];

/** One store for the header, the inspector and every screen. */
export const useCurrentExperiment = defineStore('current-experiment', () => {
  const backend = useBackend();
  const { isConnected } = useConnection();
  const id = useExperimentId();
  const asked = () => (id.value === null ? null : { experimentId: id.value });

  const opened = useAnswer('experiment.get', asked);
  const view = computed<ExperimentView | null>(() =>
    opened.value.value && 'spec' in opened.value.value ? opened.value.value : null,
  );
  const imported = computed<ImportedView | null>(() =>
    opened.value.value && 'table' in opened.value.value ? opened.value.value : null,
  );
  // The results of thousands of runs are a large answer: only what shows them asks, and once they are there they stay.
  const route = useRoute();
  const showsResults = computed(() => id.value !== null && !withoutResults.has(String(route.name)));
  /** A look at a screen without an experiment keeps the results of the last one. */
  const keptId = computed<string | null>((before) => id.value ?? before ?? null);
  const wantsResults = shallowRef(false);
  let isStale = false;
  watch(
    [keptId, showsResults],
    ([now, isShown], [before]) => {
      if (now !== before) wantsResults.value = false;
      if (!isShown) return;
      wantsResults.value = true;
      if (isStale) results.reload();
      isStale = false;
    },
    { flush: 'sync' },
  );
  wantsResults.value = showsResults.value;
  /** Scalars that some screen shows: a large sweep has millions of numbers, and a screen needs few of them. */
  const wanted = shallowRef<ReadonlySet<string>>(new Set(alwaysWanted));
  const results = useAnswer(
    'experiment.cells',
    () =>
      keptId.value === null || !wantsResults.value
        ? null
        : { experimentId: keptId.value, scalars: [...wanted.value] },
    () => keptId.value,
  );
  /** Where each cell lies on the axes: known from the spec alone. */
  const cellAxes = computed<ReadonlyMap<number, AxisValues>>(
    () => new Map((view.value ? expandCells(view.value.spec) : []).map(placeOf)),
  );
  const firstProgress = useAnswer('experiment.progress', asked);

  // Events of a streaming sweep: kept outside Vue, shown once per frame.
  const progress = shallowRef<Progress | null>(null);
  let latest: Progress | null = null;
  let lastEventAt = 0;
  const showProgress = useNextFrame(() => {
    if (latest?.experimentId === id.value) progress.value = latest;
  });
  watch(firstProgress.value, (answer) => {
    latest = answer;
    progress.value = answer;
  });
  useWorkbenchEvent('experiment.progress', (payload) => {
    if (payload.experimentId !== id.value) return;
    latest = payload;
    lastEventAt = performance.now();
    showProgress();
  });
  // Events tell of changes; while one long task runs nothing changes but time, rate and what is left.
  useIntervalFn(() => {
    const isActive = progress.value?.state === 'running' || progress.value?.state === 'stopping';
    if (isActive && performance.now() - lastEventAt > quietMs) firstProgress.reload();
  }, quietMs);
  useWorkbenchEvent('experiment.results', ({ experimentId }) => {
    if (experimentId !== keptId.value) return;
    if (showsResults.value) results.reload();
    else isStale = true;
  });
  useWorkbenchEvent('experiment.listed', () => {
    opened.reload();
    firstProgress.reload();
  });

  const state = computed(() => progress.value?.state ?? opened.value.value?.summary.state ?? null);
  const verbError = shallowRef<ErrorReport | null>(null);
  const verbUnderWay = shallowRef<Verb['procedure'] | null>(null);
  watch(id, () => {
    question.value = null;
    verbError.value = null;
  });

  /** A verb that is asked about before it is done. */
  const question = shallowRef<Verb | null>(null);

  /** Does what a button of the header says, at once or after asking; a refusal is shown under the header. */
  async function act(procedure: Verb['procedure']): Promise<void> {
    if (id.value === null || state.value === null) return;
    const verb = verbsFor(state.value, progress.value).find((v) => v.procedure === procedure);
    if (verb?.asks === true && question.value === null) {
      question.value = verb;
      return;
    }
    question.value = null;
    await perform(procedure, { experimentId: id.value });
  }

  /** Tries one failed task again, or all. */
  async function retry(taskIds?: readonly string[]): Promise<void> {
    if (id.value === null) return;
    const experimentId = id.value;
    await perform(
      'experiment.retry',
      taskIds ? { experimentId, taskIds: [...taskIds] } : { experimentId },
    );
  }

  async function perform(
    procedure: Verb['procedure'],
    input: { experimentId: string; taskIds?: string[] },
  ): Promise<void> {
    if (!isConnected.value || verbUnderWay.value !== null) return;
    verbUnderWay.value = procedure;
    const outcome = await backend.call(procedure, input);
    verbUnderWay.value = null;
    verbError.value = outcome.ok ? null : outcome.error;
    firstProgress.reload();
    opened.reload();
  }

  return {
    id,
    /** Its spec and where it stands; null for one that was imported, and before it is there. */
    view,
    /** Where its results come from, if it was imported: it has no spec and no runs then. */
    imported,
    name: computed(() => opened.value.value?.summary.name ?? null),
    thresholds: computed(() => opened.value.value?.thresholds ?? null),
    viewError: opened.error,
    isLoading: opened.isLoading,
    cellAxes,
    /** Every cell with the scalars that are wanted. */
    results: computed(() => (id.value === null ? null : results.value.value)),
    /** Asks for more scalars: they are in the results a moment later. */
    want: (scalars: readonly string[]) => {
      if (scalars.some((name) => !wanted.value.has(name)))
        wanted.value = new Set([...wanted.value, ...scalars]);
    },
    resultsError: results.error,
    progress,
    /** The process that ran it ended before it could say so, and nobody has resumed it since. */
    isInterrupted: computed(
      () =>
        view.value?.summary.interrupted === true &&
        (progress.value?.state ?? 'paused') === 'paused',
    ),
    state,
    question,
    dropQuestion: () => {
      question.value = null;
    },
    verbError,
    verbUnderWay,
    /** Whether a verb can be given now. */
    canAct: computed(() => isConnected.value && verbUnderWay.value === null),
    act,
    retry,
    reload: () => {
      opened.reload();
      results.reload();
      firstProgress.reload();
    },
  };
});
