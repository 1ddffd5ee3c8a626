/** The keyboard focus after a change of the screen: what had it is gone, and a page without focus has to be tabbed through anew. */
import { nextTick, watch, type Ref } from 'vue';
import { useRoute } from 'vue-router';

/** The attribute of what wants the focus when its screen appears: a grid with a selected cell. */
const wanting = '[data-takes-focus="true"]';

/** Gives the focus to the screen's grid, else to the work surface, when a change of the screen has taken it away. */
export function useScreenFocus(surface: Readonly<Ref<HTMLElement | null>>): void {
  const route = useRoute();
  watch(
    () => route.name,
    async (_now, before) => {
      if (!before) return; // the page has just been opened
      await nextTick();
      const holders: readonly (Element | null)[] = [null, document.body, surface.value];
      if (!holders.includes(document.activeElement)) return;
      const grid = surface.value?.querySelector<HTMLElement>(wanting);
      (grid ?? surface.value)?.focus({ preventScroll: true });
    },
    { flush: 'post' },
  );
}
