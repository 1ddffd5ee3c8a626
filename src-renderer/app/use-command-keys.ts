/** One listener for the keys of all commands. Never while the user types into a field, but for combinations with Ctrl. */
import { onKeyStroke } from '@vueuse/core';
import { commands } from '#shared/domain/commands';
import { isPressed, parseKeys } from '#shared/domain/key-combination';
import { useCommandHandlers } from '../workspace/command-handlers';

/** Whether a key press goes into a text field or a control that has its own use for letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'range', 'button'].includes(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** @param areSingleKeysOn - whether keys without Ctrl are commands at all */
export function useCommandKeys(areSingleKeysOn: () => boolean): void {
  const handlers = useCommandHandlers();
  onKeyStroke(true, (event) => {
    if (event.defaultPrevented || event.repeat) return;
    // A dialog has the keyboard to itself; the palette alone opens over it.
    const isDialogOpen = document.querySelector('dialog[open]') !== null;
    for (const { id, keys } of commands) {
      const pressed = keys.find((text) => isPressed(text, event));
      if (pressed === undefined || !handlers.isKnown(id)) continue;
      const isSingle = !parseKeys(pressed).mod;
      if (isSingle && (isTyping(event.target) || !areSingleKeysOn())) continue;
      if (isDialogOpen && id !== 'palette.open') continue;
      event.preventDefault();
      handlers.run(id);
      return;
    }
  });
}
