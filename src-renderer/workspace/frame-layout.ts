/** Which parts of the frame are folded: remembered on this machine; a narrow window folds the rail by itself. */
import { useMediaQuery, useStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed } from 'vue';

/** Folding of the rail and the inspector. */
export const useFrameLayout = defineStore('frame-layout', () => {
  const isNarrow = useMediaQuery('(max-width: 68.75em)');
  const isVeryNarrow = useMediaQuery('(max-width: 56.25em)');
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
