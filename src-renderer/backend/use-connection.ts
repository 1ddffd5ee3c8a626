/** Whether the workbench can be asked to do something now: a change that waits for a reconnect would come as a surprise. */
import { computed, type ComputedRef } from 'vue';
import { useBackend } from './use-backend';

/** For every control that changes something. */
export function useConnection(): { readonly isConnected: ComputedRef<boolean> } {
  const { state } = useBackend();
  return { isConnected: computed(() => state.value.kind === 'open') };
}
