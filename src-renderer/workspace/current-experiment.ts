/** The experiment that the address names: its spec or where it was imported from, progress and results, kept up to date while it runs. */
import { useIntervalFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import type { ImportedView } from '#shared/contract/table-views';
import type { ExperimentView, Progress } from '#shared/contract/views';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend, useWorkbenchEvent } from '../backend/use-backend';
import { useConnection } from '../backend/use-connection';
import { useExperimentId } from './address';
import { useNextFrame } from './animation-frame';
import type { Verb } from './verbs';

/** After this long without an event a running experiment is asked how far it is. */
const quietMs = 1000;

/** One store for the header, the inspector and every screen. */
export const useCurrentExperiment = defineStore('current-experiment', () => {
  const backend = useBackend();
  const { isConnected } = useConnection();
  const id = useExperimentId();
  const question = () => (id.value === null ? null : { experimentId: id.value });

  const opened = useAnswer('experiment.get', question);
  const view = computed<ExperimentView | null>(() =>
    opened.value.value && 'spec' in opened.value.value ? opened.value.value : null,
  );
  const imported = computed<ImportedView | null>(() =>
    opened.value.value && 'table' in opened.value.value ? opened.value.value : null,
  );
  const results = useAnswer('experiment.cells', question);
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
    opened.reload();
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
    results: results.value,
    resultsError: results.error,
    progress,
    /** The process that ran it ended before it could say so, and nobody has resumed it since. */
    isInterrupted: computed(
      () =>
        view.value?.summary.interrupted === true &&
        (progress.value?.state ?? 'paused') === 'paused',
    ),
    state: computed(() => progress.value?.state ?? opened.value.value?.summary.state ?? null),
    verbError,
    verbUnderWay,
    /** Whether a verb can be given now. */
    canAct: computed(() => isConnected.value && verbUnderWay.value === null),
    act,
    reload: () => {
      opened.reload();
      results.reload();
      firstProgress.reload();
    },
  };
});
