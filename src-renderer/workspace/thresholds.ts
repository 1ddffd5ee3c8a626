/** The thresholds that part the phases: changed at once on the screen, stored with the experiment a moment later. */
import { useDebounceFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { defaultThresholds, type PhaseThresholds } from '#shared/domain/phases';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../backend/use-backend';
import { useCurrentExperiment } from './current-experiment';

/** One set of thresholds per experiment, the same for the diagram, the scatter, the cell and the export. */
export const useThresholds = defineStore('thresholds', () => {
  const backend = useBackend();
  const current = useCurrentExperiment();
  /** Set while the user's change is not stored yet. */
  const own = shallowRef<PhaseThresholds | null>(null);
  const error = shallowRef<ErrorReport | null>(null);
  watch(
    () => current.id,
    () => {
      own.value = null;
      error.value = null;
    },
  );
  const thresholds = computed<PhaseThresholds>(
    () => own.value ?? current.thresholds ?? defaultThresholds,
  );

  const store = useDebounceFn(async (experimentId: string, next: PhaseThresholds) => {
    const outcome = await backend.call('experiment.setThresholds', {
      experimentId,
      thresholds: next,
    });
    error.value = outcome.ok ? null : outcome.error;
  }, 350);

  function change(part: Partial<PhaseThresholds>): void {
    if (current.id === null) return;
    const next = { ...thresholds.value, ...part };
    own.value = next;
    void store(current.id, next);
  }

  return {
    thresholds,
    isDefault: computed(
      () =>
        JSON.stringify(thresholds.value) ===
        JSON.stringify({ ...thresholds.value, ...defaultThresholds }),
    ),
    error,
    change,
    reset: () => {
      change(defaultThresholds);
    },
  };
});
