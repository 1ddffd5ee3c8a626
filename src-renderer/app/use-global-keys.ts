/** Keys that work on every screen. Never while the user types into a field. */
import { onKeyStroke } from '@vueuse/core';
import type { Ref } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useCellReturn } from '../workspace/cell-return';
import { useScreenLinks } from './use-screen-link';

/** Whether a key press goes into a text field or a control that has its own use for letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Ctrl/Cmd+K, `?`, the digits of the screens, and Esc back from a cell. */
export function useGlobalKeys(open: {
  readonly isPaletteOpen: Ref<boolean>;
  readonly areShortcutsOpen: Ref<boolean>;
}): void {
  const route = useRoute();
  const router = useRouter();
  const links = useScreenLinks();
  const { leave } = useCellReturn();
  const isDialogOpen = () => open.isPaletteOpen.value || open.areShortcutsOpen.value;

  onKeyStroke('k', (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    open.isPaletteOpen.value = !open.isPaletteOpen.value;
  });
  onKeyStroke(true, (event) => {
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (hasModifier || isTyping(event.target) || isDialogOpen()) return;
    if (event.key === '?') {
      open.areShortcutsOpen.value = true;
      return;
    }
    if (event.key === 'Escape' && route.name === 'cell') {
      leave(String(route.params['experimentId']), Number(route.params['cell']));
      return;
    }
    const link = links.value.find((l) => l.screen.key === event.key);
    if (link?.to) void router.push(link.to);
  });
}
