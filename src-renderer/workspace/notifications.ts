/** The end of an experiment: a message in the page always, a notification of the system where it was asked for and is allowed. */
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { useRouter } from 'vue-router';
import { useMessages } from './messages';
import { useUserSettings } from './user-settings';

export interface Ending {
  readonly experimentId: string;
  readonly name: string;
  /** `finished`, `finished with failures`. */
  readonly state: string;
}

/** Notifications as the user has set them. */
export const useNotifications = defineStore('notifications', () => {
  const user = useUserSettings();
  const messages = useMessages();
  const router = useRouter();
  /** Undefined where the browser has none: then there is nothing to ask for. */
  const system = globalThis.Notification as typeof Notification | undefined;
  const permission = shallowRef(system?.permission ?? 'denied');

  return {
    stateText: computed(() => {
      if (system === undefined) return 'This browser has no notifications; the page itself tells.';
      if (!user.settings.notifications) return 'Off: the page itself tells, and its title.';
      if (permission.value === 'granted') return 'On.';
      return permission.value === 'denied'
        ? 'Not allowed by the browser: allow notifications for this page there. Until then the page itself tells.'
        : 'Not allowed yet: turn it off and on to be asked.';
    }),
    /** Called by a click, as browsers want it: asks for permission where it was not given yet. */
    turn: async (isOn: boolean): Promise<void> => {
      user.change({ notifications: isOn });
      if (isOn && system?.permission === 'default')
        permission.value = await system.requestPermission();
    },
    /** Tells that an experiment has ended. */
    tellEnd: ({ experimentId, name, state }: Ending): void => {
      const to = { name: 'phase-diagram', params: { experimentId } };
      const isOpen = router.currentRoute.value.params['experimentId'] === experimentId;
      const isBrief = isOpen && document.visibilityState === 'visible';
      const link = { title: 'See its diagram', to, experimentId, isBrief };
      messages.tell(`${name} is ${state}.`, link);
      const isWanted = user.settings.notifications && system?.permission === 'granted';
      if (!isWanted || document.hasFocus()) return;
      const notification = new system(`${name} is ${state}`, {
        body: 'The phase diagram is there.',
        tag: experimentId,
      });
      notification.onclick = () => {
        window.focus();
        void router.push(to);
        notification.close();
      };
    },
  };
});
