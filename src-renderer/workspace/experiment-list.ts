/** All experiments of the project, kept up to date: for the list, the header's choice and the palette. */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useAnswer, useWorkbenchEvent } from '../backend/use-backend';

/** The summaries, the newest first. */
export const useExperimentList = defineStore('experiment-list', () => {
  const answer = useAnswer('experiment.list', () => ({}));
  useWorkbenchEvent('experiment.listed', () => {
    answer.reload();
  });
  return {
    entries: computed(() =>
      [...(answer.value.value ?? [])].sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    ),
    isKnown: computed(() => answer.value.value !== null),
    error: answer.error,
    reload: answer.reload,
  };
});
