/** Light or dark: follows the system until the user chooses; the choice stays on this machine. */
import { usePreferredDark, useStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, watchEffect } from 'vue';
import { applyTokens, colourTokens, type ColourScheme } from '../ui/tokens';

export const schemeChoices = ['system', 'light', 'dark'] as const;
export type SchemeChoice = (typeof schemeChoices)[number];

/** The scheme in use, its tokens, and the choice behind it. Writes the tokens onto the page. */
export const useColourScheme = defineStore('colour-scheme', () => {
  const choice = useStorage<SchemeChoice>('phasescape.colour-scheme', 'system');
  const prefersDark = usePreferredDark();
  const scheme = computed<ColourScheme>(() => {
    if (choice.value === 'light' || choice.value === 'dark') return choice.value;
    return prefersDark.value ? 'dark' : 'light';
  });
  const tokens = computed(() => colourTokens[scheme.value]);
  watchEffect(() => {
    applyTokens(document.documentElement, scheme.value);
  });

  /** System, light, dark, and round again. */
  function choiceAfter(current: SchemeChoice): SchemeChoice {
    return schemeChoices[(schemeChoices.indexOf(current) + 1) % schemeChoices.length] ?? 'system';
  }

  return {
    choice,
    scheme,
    tokens,
    next: () => {
      choice.value = choiceAfter(choice.value);
    },
  };
});
