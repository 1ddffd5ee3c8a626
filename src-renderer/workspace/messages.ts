/** Short messages at the edge of the frame: read out by screen readers, gone after a while, never in the way. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { RouteLocationRaw } from 'vue-router';

export interface Message {
  readonly id: number;
  readonly text: string;
  readonly link: MessageLink | null;
}

export interface MessageLink {
  readonly title: string;
  readonly to: RouteLocationRaw;
  /** The experiment that the message is about: on going to a screen of it, the reader knows. */
  readonly experimentId: string;
  /** The reader looks at that experiment already: it goes like a message without a link. */
  readonly isBrief: boolean;
}

/** How long a message stays; one that leads elsewhere stays until it is closed or its experiment is looked at. */
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
    if (link === null || link.isBrief) setTimeout(close, shownMs, id);
  }
  /** A screen of an experiment is gone to: what leads to it has been followed. */
  function seen(experimentId: string): void {
    shown.value = shown.value.filter(({ link }) => link?.experimentId !== experimentId);
  }
  return { shown, tell, close, seen };
});
