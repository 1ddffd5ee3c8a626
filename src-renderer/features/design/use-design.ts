/** The state of the Design screen: the draft, its history, its problems, and what it would make. */
import { useSessionStorage, watchDebounced } from '@vueuse/core';
import { computed, shallowRef, watch, type Ref } from 'vue';
import type { PlanSummary } from '#shared/contract/views';
import { checkSpec, type SpecProblem } from '#shared/domain/check-spec';
import { builtInDatasets } from '#shared/domain/datasets';
import { cellParameterCounts } from '#shared/domain/model-size';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend, useWorkbenchEvent } from '../../backend/use-backend';
import { layOutGrid } from '../../charts/grid-layout';
import type { Draft } from './draft';
import { useHistory } from './history';

/**
 * The draft of one address.
 *
 * @param key - which draft: unsaved edits survive a reload of the page under this key
 * @param start - what it is without unsaved edits
 */
export function useDesign(key: string, start: Draft) {
  const backend = useBackend();
  const stored = useSessionStorage<string>(`phasescape.draft ${key}`, '');
  const history = historyOf(key, restored(stored) ?? start);
  const draft = history.value;
  const saved = shallowRef(start);
  const hasEdits = computed(() => JSON.stringify(draft.value) !== JSON.stringify(saved.value));
  watch([draft, saved], () => {
    stored.value = hasEdits.value ? JSON.stringify(draft.value) : '';
  });

  const datasets = useAnswer('dataset.list', () => ({}));
  const known = computed(() => datasets.value.value ?? builtInDatasets);
  const check = computed(() => checkSpec(draft.value, known.value));
  // What only the workbench knows: a model that does not fit into the memory of its machine.
  const refused = shallowRef<readonly SpecProblem[]>([]);
  const problems = computed<readonly SpecProblem[]>(() =>
    check.value.ok ? refused.value : check.value.problems,
  );
  const spec = computed(() => (check.value.ok ? check.value.spec : null));
  const grid = computed(() => (spec.value ? layOutGrid(spec.value) : null));
  const parameters = computed(() =>
    spec.value ? cellParameterCounts(spec.value, known.value) : [],
  );

  // The plan needs the workbench: which runs exist already, how fast this machine is.
  const plan = shallowRef<PlanSummary | null>(null);
  const planError = shallowRef<ErrorReport | null>(null);
  let question = 0;
  async function askPlan(): Promise<void> {
    const number = ++question;
    if (spec.value === null) {
      plan.value = null;
      refused.value = [];
      return;
    }
    const outcome = await backend.call('spec.check', { spec: draft.value });
    if (number !== question) return;
    planError.value = outcome.ok ? null : outcome.error;
    refused.value = outcome.ok && !outcome.value.ok ? outcome.value.problems : [];
    if (outcome.ok) plan.value = outcome.value.ok ? outcome.value.plan : null;
  }
  watchDebounced(spec, askPlan, { debounce: 250, maxWait: 1000, immediate: true });

  useWorkbenchEvent('experiment.results', () => void askPlan());

  return {
    draft,
    saved,
    hasEdits,
    history,
    datasets: known,
    problems,
    spec,
    grid,
    /** Trainable parameters of the model in each cell. */
    parameters,
    plan,
    planError,
    /** What stands in the project now is what the form shows. */
    markSaved: () => {
      saved.value = draft.value;
    },
    forget: () => {
      stored.value = '';
    },
  };
}

/** Histories of drafts that were left: coming back, undo goes on where it was. */
const histories = new Map<string, ReturnType<typeof useHistory<Draft>>>();

function historyOf(key: string, draft: Draft) {
  const kept = histories.get(key);
  if (kept && JSON.stringify(kept.value.value) === JSON.stringify(draft)) return kept;
  const history = useHistory<Draft>(draft);
  histories.set(key, history);
  return history;
}

export type Design = ReturnType<typeof useDesign>;

function restored(stored: Ref<string>): Draft | null {
  if (stored.value === '') return null;
  try {
    return JSON.parse(stored.value) as Draft;
  } catch {
    // Written by another version: the saved experiment is the better start.
    stored.value = '';
    return null;
  }
}
