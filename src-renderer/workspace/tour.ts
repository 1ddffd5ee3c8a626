/** Where the tour is: kept for the tab, so that a reload goes on with it. */
import { useSessionStorage } from '@vueuse/core';
import { defineStore } from 'pinia';

/** The step and the experiment of the tour; `step` is null while nobody takes it. */
export const useTour = defineStore('tour', () => {
  const state = useSessionStorage<{ step: number | null; experimentId: string }>(
    'phasescape.tour',
    { step: null, experimentId: '' },
  );
  return {
    state,
    begin: (experimentId: string) => {
      state.value = { step: 0, experimentId };
    },
    goTo: (step: number) => {
      state.value = { ...state.value, step };
    },
    leave: () => {
      state.value = { step: null, experimentId: '' };
    },
  };
});
