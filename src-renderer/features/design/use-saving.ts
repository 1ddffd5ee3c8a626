/** Saving, running and copying what the Design screen shows. */
import { computed, shallowRef } from 'vue';
import { useRouter } from 'vue-router';
import type { ExperimentView } from '#shared/contract/views';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../../backend/use-backend';
import { useCurrentExperiment } from '../../workspace/current-experiment';
import { useExperimentList } from '../../workspace/experiment-list';
import type { Design } from './use-design';

/** @param view - the stored experiment that is edited; null for a new one */
export function useSaving(design: Design, view: () => ExperimentView | null) {
  const backend = useBackend();
  const router = useRouter();
  const list = useExperimentList();
  const current = useCurrentExperiment();
  const error = shallowRef<ErrorReport | null>(null);
  const errorTitle = shallowRef('');
  const isBusy = shallowRef(false);
  /** The draft that a new experiment became, while the address does not name it yet. */
  const created = shallowRef<{ readonly id: string; readonly name: string } | null>(null);

  /** Stores the draft and gives its id, which a draft keeps whatever is edited; null after an error. */
  async function store(): Promise<string | null> {
    const stored = view()?.summary.id ?? created.value?.id ?? null;
    if (stored !== null && !design.hasEdits.value) return stored;
    const spec = design.draft.value;
    const outcome =
      stored === null
        ? await backend.call('experiment.create', { spec })
        : await backend.call('experiment.edit', { experimentId: stored, spec });
    if (!outcome.ok) return fail('Saving did not work.', outcome.error);
    design.markSaved();
    design.forget();
    list.reload();
    const id = 'experimentId' in outcome.value ? outcome.value.experimentId : stored;
    if (id !== null && view() === null) created.value = { id, name: String(spec['name']) };
    return id;
  }

  function fail(title: string, report: ErrorReport): null {
    errorTitle.value = title;
    error.value = report;
    return null;
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = null;
    await work();
    isBusy.value = false;
  }

  return {
    error,
    errorTitle,
    /** The name in the project of what is edited; null where it is not there yet. */
    ownName: computed(() => view()?.summary.name ?? created.value?.name ?? null),
    isBusy,
    save: () =>
      guarded(async () => {
        const experimentId = await store();
        if (experimentId === null) return;
        await router.replace({ name: 'design', params: { experimentId } });
        current.reload();
      }),
    run: () =>
      guarded(async () => {
        const experimentId = await store();
        if (experimentId === null) return;
        const started = await backend.call('experiment.start', { experimentId });
        if (!started.ok) {
          fail('The draft is saved, but it did not start.', started.error);
          return;
        }
        await router.push({ name: 'progress', params: { experimentId } });
        current.reload();
      }),
    duplicate: () => {
      const copyOf = view()?.summary.id;
      if (copyOf !== undefined) void router.push({ name: 'new-design', query: { copyOf } });
    },
  };
}
