/** Which parts of the frame are folded: remembered on this machine; a narrow window folds the rail by itself. */
import { useStorage, useWindowSize } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useUserSettings } from './user-settings';

/** Size of text that the reader has given the browser; ours scales it. */
const browserTextPx = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

/** Folding of the rail and the inspector. */
export const useFrameLayout = defineStore('frame-layout', () => {
  const user = useUserSettings();
  const { width } = useWindowSize();
  /** Width of the window in units of the text, as the style sheets have it: large text in a wide window has as little room. */
  const rems = computed(() => (width.value / browserTextPx) * (100 / user.settings.textScale));
  const isNarrow = computed(() => rems.value <= 68.75);
  const isVeryNarrow = computed(() => rems.value <= 56.25);
  const railFolded = useStorage('phasescape.rail-folded', false);
  const inspectorOpen = useStorage('phasescape.inspector-open', true);
  const inspectorOpenNarrow = useStorage('phasescape.inspector-open-narrow', false);
  return {
    isRailFolded: computed(() => railFolded.value || isNarrow.value),
    canUnfoldRail: computed(() => !isNarrow.value),
    isInspectorOpen: computed(() =>
      isVeryNarrow.value ? inspectorOpenNarrow.value : inspectorOpen.value,
    ),
    toggleRail: () => {
      railFolded.value = !railFolded.value;
    },
    toggleInspector: () => {
      const open = isVeryNarrow.value ? inspectorOpenNarrow : inspectorOpen;
      open.value = !open.value;
    },
  };
});
