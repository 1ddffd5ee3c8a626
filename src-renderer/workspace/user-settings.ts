/** The user's settings on the screens: those of the workbench's file, and until it has answered the last ones known to this browser. */
import {
  usePreferredDark,
  usePreferredReducedMotion,
  useStorage,
  watchDebounced,
} from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch, watchEffect } from 'vue';
import {
  defaultUserSettings,
  parseUserSettings,
  textScale,
  type UserSettings,
} from '#shared/domain/user-settings';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend } from '../backend/use-backend';

/** One set of settings for every screen; a change counts at once and is stored a moment later. */
export const useUserSettings = defineStore('user-settings', () => {
  const backend = useBackend();
  const answer = useAnswer('settings.read', () => ({}));
  // Only for the first moment of a page, so that it does not change its look a moment later.
  const last = useStorage('phasescape.settings', '');
  const settings = shallowRef<UserSettings>(remembered(last.value));
  const error = shallowRef<ErrorReport | null>(null);
  /** What is wrong with the file; gone with the first change, which writes it anew. */
  const problem = shallowRef<string | null>(null);
  const isChanged = shallowRef(false);

  watch(answer.value, (now) => {
    if (now === null || isChanged.value) return;
    settings.value = now.settings;
    problem.value = now.problem;
  });
  watch(settings, (now) => {
    last.value = JSON.stringify(now);
  });
  watchDebounced(
    settings,
    async (now) => {
      if (!isChanged.value) return;
      isChanged.value = false;
      const outcome = await backend.call('settings.write', { settings: now });
      error.value = outcome.ok ? null : outcome.error;
      if (outcome.ok) problem.value = null;
    },
    { debounce: 300 },
  );

  function change(part: Partial<UserSettings>): void {
    isChanged.value = true;
    settings.value = { ...settings.value, ...part };
  }
  function scaleText(steps: number): void {
    const { least, most, step } = textScale;
    const next = settings.value.textScale + steps * step;
    change({ textScale: Math.min(most, Math.max(least, next)) });
  }

  const prefersDark = usePreferredDark();
  const prefersMotion = usePreferredReducedMotion();
  const hasLessMotion = computed(
    () => settings.value.motion === 'less' || prefersMotion.value === 'reduce',
  );
  // In percent of the browser's own size, which the reader may have set too.
  watchEffect(() => {
    const root = document.documentElement;
    const { textScale: percent } = settings.value;
    const isUsual = percent === textScale.usual;
    root.style.fontSize = isUsual ? '' : `${percent}%`;
    root.style.setProperty('--text-scale', String(percent / 100));
    root.toggleAttribute('data-text-sized', !isUsual);
    root.dataset['motion'] = hasLessMotion.value ? 'less' : 'full';
  });

  return {
    settings,
    /** Null until the workbench has answered. */
    cores: computed(() => answer.value.value?.cores ?? null),
    problem,
    error,
    scheme: computed(() => {
      const { colours } = settings.value;
      if (colours !== 'system') return colours;
      return prefersDark.value ? 'dark' : 'light';
    }),
    hasLessMotion,
    change,
    scaleText,
  };
});

function remembered(text: string): UserSettings {
  try {
    const parsed = parseUserSettings(JSON.parse(text));
    return parsed.ok ? parsed.settings : defaultUserSettings;
  } catch {
    return defaultUserSettings; // nothing, or of another version
  }
}
