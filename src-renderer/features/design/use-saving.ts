/** Saving, running and copying what the Design screen shows. */
import { shallowRef } from 'vue';
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

  /** Stores the draft and gives its id; null after an error. A stored draft gives way to its new version. */
  async function store(): Promise<string | null> {
    const stored = view();
    if (stored !== null && !design.hasEdits.value) return stored.summary.id;
    // The new version first where names allow it, so that nothing is lost if it is refused.
    if (stored !== null && stored.spec.name === design.spec.value?.name) {
      const removed = await backend.call('experiment.delete', { experimentId: stored.summary.id });
      if (!removed.ok) return fail('Saving did not work.', removed.error);
    }
    const created = await backend.call('experiment.create', { spec: design.draft.value });
    if (!created.ok) {
      if (stored !== null && stored.spec.name === design.spec.value?.name)
        await backend.call('experiment.create', { spec: stored.spec });
      return fail('Saving did not work.', created.error);
    }
    if (stored !== null && stored.spec.name !== design.spec.value?.name)
      await backend.call('experiment.delete', { experimentId: stored.summary.id });
    design.markSaved();
    design.forget();
    list.reload();
    return created.value.experimentId;
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
