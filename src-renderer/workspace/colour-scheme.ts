/** Light or dark: follows the system until the user chooses. */
import { defineStore } from 'pinia';
import { computed, watchEffect } from 'vue';
import { schemeChoices, type SchemeChoice } from '#shared/domain/user-settings';
import { applyTokens, colourTokens } from '../ui/tokens';
import { useUserSettings } from './user-settings';

/** The scheme in use, its tokens, and the choice behind it. Writes the tokens onto the page. */
export const useColourScheme = defineStore('colour-scheme', () => {
  const user = useUserSettings();
  const choice = computed({
    get: () => user.settings.colours,
    set: (colours: SchemeChoice) => {
      user.change({ colours });
    },
  });
  const scheme = computed(() => user.scheme);
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
