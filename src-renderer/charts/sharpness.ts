/** How many pixels of a canvas make one of a drawing: those of the screen, more where text is larger than usual. */
import { useCssVar, useDevicePixelRatio } from '@vueuse/core';
import { computed, type ComputedRef } from 'vue';

/** A canvas that is enlarged with the text stays sharp. */
export function useSharpness(): ComputedRef<number> {
  const { pixelRatio } = useDevicePixelRatio();
  const scale = useCssVar('--text-scale', document.documentElement, { observe: true });
  return computed(() => pixelRatio.value * Math.max(1, Number(scale.value) || 1));
}
