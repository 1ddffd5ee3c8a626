/** The saved views of the current experiment: kept with it in the project, opened into the address and the thresholds. */
import { computed, shallowRef } from 'vue';
import { useRoute } from 'vue-router';
import type { ErrorReport } from '#shared/errors';
import type { SavedView } from '#shared/domain/saved-view';
import { useAnswer, useBackend, useWorkbenchEvent } from '../../backend/use-backend';
import { queryText, useViewSettings } from '../../workspace/address';
import { useCurrentExperiment } from '../../workspace/current-experiment';
import { useThresholds } from '../../workspace/thresholds';
import { lookSettings } from './look';

/** The list, and what can be done with it. */
export function useSavedViews() {
  const route = useRoute();
  const backend = useBackend();
  const change = useViewSettings();
  const current = useCurrentExperiment();
  const thresholds = useThresholds();
  const answer = useAnswer('view.list', () =>
    current.id === null ? null : { experimentId: current.id },
  );
  useWorkbenchEvent('experiment.listed', answer.reload);
  const error = shallowRef<ErrorReport | null>(null);
  const isBusy = shallowRef(false);

  /** Settings of the address that differ from the default. */
  const settings = computed(() =>
    Object.fromEntries(
      lookSettings.flatMap((name) => {
        const text = queryText(route.query, name);
        return text === null ? [] : [[name, text] as const];
      }),
    ),
  );

  async function write(
    work: (experimentId: string) => Promise<{ ok: boolean; error?: ErrorReport }>,
  ) {
    if (current.id === null || isBusy.value) return false;
    isBusy.value = true;
    const outcome = await work(current.id);
    isBusy.value = false;
    error.value = outcome.error ?? null;
    answer.reload();
    return outcome.ok;
  }

  return {
    views: computed(() => answer.value.value),
    listError: answer.error,
    error,
    isBusy,
    reload: answer.reload,
    /** Keeps what is shown; a view of the same name is replaced. @returns whether it is kept */
    save: (name: string) =>
      write((experimentId) =>
        backend.call('view.save', {
          experimentId,
          name,
          settings: settings.value,
          thresholds: thresholds.thresholds,
        }),
      ),
    remove: (name: string) =>
      write((experimentId) => backend.call('view.delete', { experimentId, name })),
    /** Shows a view: all of its settings, its thresholds, and nothing of what was set before. The selection stays. */
    open: (view: SavedView) => {
      change(Object.fromEntries(lookSettings.map((name) => [name, view.settings[name] ?? null])));
      thresholds.change(view.thresholds);
    },
  };
}
