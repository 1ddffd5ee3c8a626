/** What is looked at on the Cell screen: which seed and pair, alone or beside the others. In the address, and one choice for all cards. */
import {
  inject,
  provide,
  type ComputedRef,
  type InjectionKey,
  type WritableComputedRef,
} from 'vue';
import { computed } from 'vue';
import type { CellTask } from '#shared/contract/views';
import { useViewSetting } from '../../workspace/address';
import { seriesFinder, type DrawOptions } from '../../workspace/measured/draw-options';
import { subjectText } from '../../workspace/measured/model';
import type { DrawnSubject } from '../../workspace/measured/drawn-subjects';

export interface CellView {
  /** `0`; empty where no seed is chosen. */
  readonly seed: WritableComputedRef<string>;
  /** `0-1`; empty where no pair is chosen. */
  readonly pair: WritableComputedRef<string>;
  /** `side`: maps, trees and diagrams of all seeds beside each other, at one scale. */
  readonly arrangement: WritableComputedRef<'one' | 'side'>;
  readonly otherSeries: ComputedRef<NonNullable<DrawOptions['otherSeries']>>;
  readonly trainSamples: ComputedRef<number | null>;
  /** Position of the chosen seed or pair among subjects; null where none of them is chosen. */
  readonly positionIn: (subjects: readonly Pick<DrawnSubject, 'subject'>[]) => number | null;
}

const key: InjectionKey<CellView> = Symbol('cell view');

/** Makes the choice of a screen and gives it to its cards. */
export function provideCellView(options: {
  readonly tasks: () => readonly CellTask[];
  readonly trainSamples: () => number | null;
}): CellView {
  const known = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);
  const seed = useViewSetting('seed', '', known(/^\d+$/));
  const pair = useViewSetting('pair', '', known(/^\d+-\d+$/));
  const arrangement = useViewSetting<'one' | 'side'>('view', 'one', (text) =>
    text === 'side' ? 'side' : undefined,
  );
  const view: CellView = {
    seed,
    pair,
    arrangement,
    otherSeries: computed(() => seriesFinder(options.tasks())),
    trainSamples: computed(options.trainSamples),
    positionIn: (subjects) => {
      const names = new Set([`seed ${seed.value}`, `seeds ${pair.value.split('-').join(' and ')}`]);
      const position = subjects.findIndex(({ subject }) => names.has(subject));
      return position < 0 ? null : position;
    },
  };
  provide(key, view);
  return view;
}

/** The choice of the screen that a card stands on. @throws Error outside of one */
export function useCellView(): CellView {
  const view = inject(key);
  if (!view) throw new Error('useCellView: must be called on a screen that provides a cell view');
  return view;
}

/** Seeds and pairs that something is drawn of, as the choice names them. Never throws. */
export function subjectsToChoose(tasks: readonly CellTask[]): {
  readonly seeds: readonly string[];
  readonly pairs: readonly string[];
} {
  const subjects = tasks.flatMap(({ measurements }) =>
    measurements.flatMap((m) => (m.kind === 'scalar' ? [] : [m.subject])),
  );
  const distinct = new Map(subjects.map((subject) => [subjectText(subject), subject]));
  const all = [...distinct.values()];
  return {
    seeds: all.flatMap((s) => (s.kind === 'run' ? [String(s.seed)] : [])),
    pairs: all.flatMap((s) => (s.kind === 'pair' ? [s.seeds.join('-')] : [])),
  };
}
