/** What the Progress screen shows of a progress report. */
import type { Progress } from '#shared/contract/views';
import type { AxisValues, TaskState } from '#shared/domain/results';
import { formatCount } from '../../charts/number-format';
import { axisText } from '../../workspace/axis-text';
import { taskTitle } from '../../workspace/task-titles';

export type CellProgress = Progress['cells'][number];

/** The marks of the grid: three stages of waiting and running look alike for the eye, words tell them apart. */
export type RunMark = 'waiting' | 'running' | 'done' | 'diverged' | 'failed' | 'cancelled';

/** The mark of a run's state. */
export function markOf(state: TaskState): RunMark {
  return state === 'ready' ? 'waiting' : state;
}

export const markTitles: readonly { readonly mark: RunMark; readonly title: string }[] = [
  { mark: 'waiting', title: 'waiting' },
  { mark: 'running', title: 'running' },
  { mark: 'done', title: 'done' },
  { mark: 'diverged', title: 'diverged' },
  { mark: 'failed', title: 'failed' },
  { mark: 'cancelled', title: 'cancelled' },
];

/**
 * Cells by index, so that the grid finds each at once. A cell that is as it was is the same object as before: of a thousand cells a
 * report changes a few, and only those are drawn again.
 */
export function cellsByIndex(
  progress: Progress | null,
  before: ReadonlyMap<number, CellProgress> = new Map(),
): ReadonlyMap<number, CellProgress> {
  return new Map(
    (progress?.cells ?? []).map((cell) => {
      const known = before.get(cell.index);
      return [cell.index, known && isSame(known, cell) ? known : cell];
    }),
  );
}

function isSame(a: CellProgress, b: CellProgress): boolean {
  return (
    a.measured === b.measured &&
    a.toMeasure === b.toMeasure &&
    a.failed === b.failed &&
    a.runs.length === b.runs.length &&
    a.runs.every((state, i) => state === b.runs[i])
  );
}

/** Share of the measurements of a cell that are there; null where none are asked for. */
export function measuredShare(cell: CellProgress | undefined): number | null {
  if (!cell || cell.toMeasure === 0) return null;
  return Math.min(1, cell.measured / cell.toMeasure);
}

/** A training that runs now: what it is, and how far it is. */
export interface RunningTraining {
  readonly key: string;
  readonly name: string;
  /** Share of its steps, 0..1. */
  readonly share: number;
  /** `step 12 of 31`. */
  readonly text: string;
}

/** The trainings that run now; those of a cell that take their steps together are one line. */
export function runningTrainings(
  progress: Progress | null,
  cellAxes: ReadonlyMap<number, AxisValues>,
): readonly RunningTraining[] {
  const packs = Map.groupBy(
    progress?.trainings ?? [],
    ({ cell, steps, totalSteps }) => `${cell}/${steps}/${totalSteps}`,
  );
  return [...packs].flatMap(([, members]) => {
    const [first] = members;
    if (!first) return [];
    const axes = cellAxes.get(first.cell);
    const seeds = members.map(({ seed }) => seed).join(', ');
    return {
      key: members.map(({ taskId }) => taskId).join(' '),
      name: `${axes ? axisText(axes) : `Cell ${first.cell}`}, ${members.length === 1 ? 'seed' : 'seeds'} ${seeds}`,
      share: first.steps / first.totalSteps,
      text: `step ${formatCount(first.steps)} of ${formatCount(first.totalSteps)}`,
    };
  });
}

/** A line of the table of kinds. */
export interface KindRow {
  readonly kind: string;
  readonly title: string;
  readonly total: number;
  readonly done: number;
  /** Tasks without a result that are not failed. */
  readonly left: number;
  /** Mean time of a finished task; null where there is none. */
  readonly eachMs: number | null;
  readonly spentMs: number;
  readonly leftMs: number;
}

/** The kinds of tasks in the order of the plan. */
export function kindRows(progress: Progress | null): readonly KindRow[] {
  return (progress?.kinds ?? []).map(({ done, failed, kind, leftMs, spentMs, total }) => ({
    ...{ kind, title: taskTitle(kind), total, done, spentMs, leftMs },
    left: total - done - failed,
    eachMs: done > 0 ? spentMs / done : null,
  }));
}

/** A run that diverged: a result, shown apart from failures. */
export interface DivergedRun {
  readonly cell: number;
  readonly seeds: readonly number[];
}

/** The cells with runs that diverged, with their seeds. @param seeds - of the spec, in its order */
export function divergedRuns(
  progress: Progress | null,
  seeds: readonly number[],
): readonly DivergedRun[] {
  return (progress?.cells ?? []).flatMap(({ index, runs }) => {
    const found = seeds.filter((_, i) => runs[i] === 'diverged');
    return found.length === 0 ? [] : [{ cell: index, seeds: found }];
  });
}

/** A cell in words: `Width 16, batch size 32: 2 of 3 trained, 1 running, 4 of 9 measured`. */
export function describeCell(
  cell: CellProgress | undefined,
  cellAxes: ReadonlyMap<number, AxisValues>,
): string {
  if (!cell) return '';
  const axes = cellAxes.get(cell.index);
  const count = (state: TaskState) => cell.runs.filter((s) => s === state).length;
  const parts = [
    `${count('done')} of ${cell.runs.length} trained`,
    count('running') > 0 ? `${count('running')} running` : '',
    count('diverged') > 0 ? `${count('diverged')} diverged` : '',
    cell.toMeasure > 0 ? `${cell.measured} of ${cell.toMeasure} measured` : '',
    cell.failed > 0 ? `${cell.failed} failed` : '',
  ];
  return `${axes ? axisText(axes) : `Cell ${cell.index}`}: ${parts.filter(Boolean).join(', ')}`;
}
