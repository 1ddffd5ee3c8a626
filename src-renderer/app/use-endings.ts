/** Notices that an experiment has ended, whichever screen and experiment is open. */
import { watch } from 'vue';
import type { ExperimentSummary } from '#shared/contract/views';
import { useExperimentList } from '../workspace/experiment-list';
import { useNotifications, type Ending } from '../workspace/notifications';

type Listed = Pick<ExperimentSummary, 'id' | 'name' | 'state'>;

/** Those that were running in the list before and have a result in the list now: not what was stopped or paused by hand. */
export function endingsBetween(
  before: readonly Listed[],
  now: readonly Listed[],
): readonly Ending[] {
  return now.flatMap(({ id, name, state }) => {
    const was = before.find((entry) => entry.id === id)?.state;
    const ran = was === 'running' || was === 'stopping';
    const hasEnded = state === 'finished' || state === 'finished-with-failures';
    return ran && hasEnded ? [{ experimentId: id, name, state: state.replaceAll('-', ' ') }] : [];
  });
}

/** Tells every ending while the frame is there. */
export function useEndings(): void {
  const list = useExperimentList();
  const notifications = useNotifications();
  watch(
    () => list.entries,
    (now, before) => {
      for (const ending of endingsBetween(before, now)) notifications.tellEnd(ending);
    },
  );
}
