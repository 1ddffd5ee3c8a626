/** Loss curves of the trainings that run now: what there is when the screen opens, then what `run.epochs` adds, at the end the full series. */
import { useThrottleFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { shallowRef, watch } from 'vue';
import { useRoute } from 'vue-router';
import { joinEpochs, type TrainingCurve } from '#shared/domain/training-curve';
import { useAnswer, useWorkbenchEvent } from '../backend/use-backend';
import { useExperimentId } from './address';
import { useNextFrame } from './animation-frame';

export interface LiveCurve extends TrainingCurve {
  /** Order of arrival: later is larger. */
  readonly updated: number;
}

/** Most trainings drawn at once: more lines are not told apart. */
export const mostShown = 6;
/** Charts of growing curves are drawn this often. */
const drawEveryMs = 500;
/** How many trainings are kept: enough for every worker of a large machine. */
const most = 48;

/** The latest trainings of the current experiment, the newest last. */
export const useLiveCurves = defineStore('live-curves', () => {
  const route = useRoute();
  const experimentId = useExperimentId();
  const curves = shallowRef<readonly LiveCurve[]>([]);
  const known = new Map<string, LiveCurve>();
  let arrivals = 0;

  const draw = useNextFrame(() => {
    curves.value = [...known.values()].sort((a, b) => a.updated - b.updated);
  });
  // Every worker tells of its epochs several times a second: the chart is drawn anew for all of them together.
  const show = useThrottleFn(draw, drawEveryMs, true);
  function keep(curve: LiveCurve): void {
    known.set(curve.taskId, curve);
    if (known.size > most) {
      const oldest = [...known.values()].sort((a, b) => a.updated - b.updated)[0];
      if (oldest) known.delete(oldest.taskId);
    }
    void show();
  }
  watch(experimentId, () => {
    known.clear();
    draw();
  });

  const soFar = useAnswer('experiment.trainings', () =>
    experimentId.value === null || route.name !== 'progress'
      ? null
      : { experimentId: experimentId.value, most: mostShown },
  );
  // Events come in the order in which they happen, so an answer holds all that was told before it.
  watch(soFar.value, (answer) => {
    for (const curve of answer ?? [])
      keep({ ...curve, updated: known.get(curve.taskId)?.updated ?? ++arrivals });
  });
  // A training that has ended was told without its last epochs: the stored series has them.
  useWorkbenchEvent('experiment.results', (payload) => {
    if (payload.experimentId === experimentId.value) soFar.reload();
  });
  useWorkbenchEvent('run.epochs', ({ experimentId: of, ...curve }) => {
    if (of !== experimentId.value) return;
    const next = { ...curve, updated: ++arrivals };
    keep(joinEpochs(known.get(curve.taskId), next));
  });
  return { curves };
});
