/** The experiment that the address names: its spec, progress and results, kept up to date while it runs. */
import { useIntervalFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { paperPanels } from '#shared/domain/diagram';
import type { Progress } from '#shared/contract/views';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend, useWorkbenchEvent } from '../backend/use-backend';
import { useConnection } from '../backend/use-connection';
import { useExperimentId } from './address';
import { useNextFrame } from './animation-frame';
import type { Verb } from './verbs';

/** After this long without an event a running experiment is asked how far it is. */
const quietMs = 1000;

/** What the phases and the paper's panels are made of. */
const alwaysWanted: readonly string[] = [
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
  const question = () => (id.value === null ? null : { experimentId: id.value });

  const view = useAnswer('experiment.get', question);
  /** Scalars that some screen shows: a large sweep has millions of numbers, and a screen needs few of them. */
  const wanted = shallowRef<ReadonlySet<string>>(new Set(alwaysWanted));
  const results = useAnswer(
    'experiment.cells',
    () => (id.value === null ? null : { experimentId: id.value, scalars: [...wanted.value] }),
    () => id.value,
  );
  const firstProgress = useAnswer('experiment.progress', question);

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
    if (experimentId === id.value) results.reload();
  });
  useWorkbenchEvent('experiment.listed', () => {
    view.reload();
    firstProgress.reload();
  });

  const verbError = shallowRef<ErrorReport | null>(null);
  const verbUnderWay = shallowRef<Verb['procedure'] | null>(null);
  watch(id, () => {
    verbError.value = null;
  });

  /** Does what a button of the header says; a refusal is shown under the header. */
  async function act(procedure: Verb['procedure']): Promise<void> {
    if (id.value === null || !isConnected.value || verbUnderWay.value !== null) return;
    verbUnderWay.value = procedure;
    const outcome = await backend.call(procedure, { experimentId: id.value });
    verbUnderWay.value = null;
    verbError.value = outcome.ok ? null : outcome.error;
    firstProgress.reload();
    view.reload();
  }

  return {
    id,
    view: view.value,
    viewError: view.error,
    isLoading: view.isLoading,
    /** Every cell with the scalars that are wanted. */
    results: results.value,
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
        view.value.value?.summary.interrupted === true &&
        (progress.value?.state ?? 'paused') === 'paused',
    ),
    state: computed(() => progress.value?.state ?? view.value.value?.summary.state ?? null),
    verbError,
    verbUnderWay,
    /** Whether a verb can be given now. */
    canAct: computed(() => isConnected.value && verbUnderWay.value === null),
    act,
    reload: () => {
      view.reload();
      results.reload();
      firstProgress.reload();
    },
  };
});
