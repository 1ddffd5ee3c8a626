/** Whether the scatter has error bars: in the address, for the view and the exported figure. */
import { computed, type WritableComputedRef } from 'vue';
import { useViewSetting } from '../../workspace/address';

/** True where nothing else is chosen. */
export function useErrorBars(): WritableComputedRef<boolean> {
  const bars = useViewSetting<'on' | 'off'>('bars', 'on', (text) =>
    text === 'off' ? 'off' : undefined,
  );
  return computed({
    get: () => bars.value === 'on',
    set: (on) => {
      bars.value = on ? 'on' : 'off';
    },
  });
}
