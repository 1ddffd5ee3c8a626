/** How far the walkers are: they stand at their ends until they are asked to walk. */
import { useIntervalFn, useRafFn } from '@vueuse/core';
import { ref, type Ref } from 'vue';
import { useUserSettings } from '../../workspace/user-settings';

/** How long a walk takes on the screen. */
const walkMs = 5000;
/** Steps of a walk taken by hand, or by those who asked for less motion. */
const stepCount = 20;
const quietStepMs = 500;

export interface Walk {
  /** Share of the walk that is done, 0..1. */
  readonly share: Readonly<Ref<number>>;
  readonly isPlaying: Readonly<Ref<boolean>>;
  /** Walks on, or from the start where the end is reached. */
  readonly play: () => void;
  readonly pause: () => void;
  /** One twentieth of the walk; from the start where the end is reached. */
  readonly step: () => void;
  readonly reset: () => void;
  /** To the end at once. */
  readonly finish: () => void;
}

/** A walk that runs smoothly, or in steps where less motion is preferred; ends with the scope. */
export function useWalk(): Walk {
  const share = ref(1);
  const isPlaying = ref(false);
  const user = useUserSettings();
  const smooth = useRafFn(({ delta }) => advance(delta / walkMs), { immediate: false });
  const stepwise = useIntervalFn(() => advance(1 / stepCount), quietStepMs, { immediate: false });

  function advance(by: number): void {
    share.value = Math.min(1, share.value + by);
    if (share.value === 1) pause();
  }
  function pause(): void {
    isPlaying.value = false;
    smooth.pause();
    stepwise.pause();
  }
  function fromStart(): void {
    if (share.value === 1) share.value = 0;
  }
  return {
    share,
    isPlaying,
    pause,
    play: () => {
      fromStart();
      isPlaying.value = true;
      (user.hasLessMotion ? stepwise : smooth).resume();
    },
    step: () => {
      pause();
      fromStart();
      advance(1 / stepCount);
    },
    reset: () => {
      pause();
      share.value = 0;
    },
    finish: () => {
      pause();
      share.value = 1;
    },
  };
}
