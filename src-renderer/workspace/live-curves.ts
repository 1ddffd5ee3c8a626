/** Loss curves of the trainings that run now, built from `run.epochs` events. */
import { defineStore } from 'pinia';
import { shallowRef, watch } from 'vue';
import { useWorkbenchEvent } from '../backend/use-backend';
import { useExperimentId } from './address';
import { useNextFrame } from './animation-frame';

export interface LiveCurve {
  readonly taskId: string;
  readonly cell: number;
  readonly seed: number;
  /** Epochs finished so far. */
  readonly epochs: number;
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  /** Order of arrival: later is larger. */
  readonly updated: number;
}

/** How many trainings are kept: enough for every worker of a large machine. */
const most = 48;

/** Adds the epochs of one event to what is known of its training; a training that began again replaces it. */
export function appendEpochs(before: LiveCurve | undefined, next: LiveCurve): LiveCurve {
  const firstNew = next.columns['epoch']?.[0] ?? Infinity;
  const lastKnown = before?.columns['epoch']?.at(-1) ?? -Infinity;
  if (before === undefined || firstNew <= lastKnown) return next;
  const columns = Object.fromEntries(
    Object.entries(next.columns).map(([name, values]) => [
      name,
      [...(before.columns[name] ?? []), ...values],
    ]),
  );
  return { ...next, columns };
}

/** The latest trainings of the current experiment, the newest last. */
export const useLiveCurves = defineStore('live-curves', () => {
  const experimentId = useExperimentId();
  const curves = shallowRef<readonly LiveCurve[]>([]);
  const known = new Map<string, LiveCurve>();
  let arrivals = 0;

  const show = useNextFrame(() => {
    curves.value = [...known.values()].sort((a, b) => a.updated - b.updated);
  });
  watch(experimentId, () => {
    known.clear();
    show();
  });
  useWorkbenchEvent('run.epochs', (payload) => {
    if (payload.experimentId !== experimentId.value) return;
    const { taskId, cell, seed, epochs, columns } = payload;
    const next = { taskId, cell, seed, epochs, columns, updated: ++arrivals };
    known.set(taskId, appendEpochs(known.get(taskId), next));
    if (known.size > most) {
      const oldest = [...known.values()].sort((a, b) => a.updated - b.updated)[0];
      if (oldest) known.delete(oldest.taskId);
    }
    show();
  });
  return { curves };
});
