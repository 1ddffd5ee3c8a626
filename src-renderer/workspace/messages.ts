/** Short messages at the edge of the frame: read out by screen readers, gone after a while, never in the way. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { RouteLocationRaw } from 'vue-router';

export interface Message {
  readonly id: number;
  readonly text: string;
  /** Where it leads, and what the link is called. */
  readonly link: { readonly title: string; readonly to: RouteLocationRaw } | null;
}

/** How long a message stays; one that leads somewhere stays until it is closed. */
const shownMs = 8000;
const most = 3;

/** The messages shown, the newest last. */
export const useMessages = defineStore('messages', () => {
  const shown = shallowRef<readonly Message[]>([]);
  let count = 0;

  function close(id: number): void {
    shown.value = shown.value.filter((message) => message.id !== id);
  }
  /** Shows a sentence; the same sentence is not shown twice. */
  function tell(text: string, link: Message['link'] = null): void {
    const id = ++count;
    const others = shown.value.filter((message) => message.text !== text);
    shown.value = [...others, { id, text, link }].slice(-most);
    if (link === null) setTimeout(close, shownMs, id);
  }
  return { shown, tell, close };
});
