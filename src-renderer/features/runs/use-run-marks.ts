/** Tags, notes and the archive of the chosen runs. */
import { shallowRef } from 'vue';
import type { RunKey, RunMark } from '#shared/contract/run-views';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../../backend/use-backend';
import { counted } from '../../charts/number-format';
import { useCurrentExperiment } from '../../workspace/current-experiment';

/** What a change did, in words. */
function said(change: RunMark, runs: number): string {
  const count = counted(runs, 'run');
  switch (change.kind) {
    case 'add-tag':
      return `${count} tagged ${change.tag}.`;
    case 'remove-tag':
      return `Tag ${change.tag} taken off ${count}.`;
    case 'note':
      return change.note === '' ? `Note taken off ${count}.` : `Note written on ${count}.`;
    case 'archive':
      return change.archived
        ? `${count} archived: hidden here, still counted in every cell and in the phase diagram.`
        : `${count} taken out of the archive.`;
    default:
      return change satisfies never;
  }
}

/** Says something of runs, and what came of it. */
export function useRunMarks() {
  const backend = useBackend();
  const current = useCurrentExperiment();
  const error = shallowRef<ErrorReport | null>(null);
  /** What was done last. */
  const message = shallowRef('');
  return {
    error,
    message,
    async mark(runs: readonly RunKey[], change: RunMark): Promise<boolean> {
      if (current.id === null || runs.length === 0) return false;
      const request = { experimentId: current.id, runs: [...runs], change };
      const outcome = await backend.call('runs.mark', request);
      error.value = outcome.ok ? null : outcome.error;
      message.value = outcome.ok ? said(change, runs.length) : '';
      return outcome.ok;
    },
  };
}
