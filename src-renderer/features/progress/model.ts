/** What the Progress screen shows of a progress report. */
import type { Progress } from '#shared/contract/views';
import type { CellsResult, TaskState } from '#shared/domain/results';
import { axisText } from '../../workspace/axis-text';

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

/** Cells by index, so that the grid finds each at once. */
export function cellsByIndex(progress: Progress | null): ReadonlyMap<number, CellProgress> {
  return new Map((progress?.cells ?? []).map((cell) => [cell.index, cell]));
}

/** Share of the measurements of a cell that are there; null where none are asked for. */
export function measuredShare(cell: CellProgress | undefined): number | null {
  if (!cell || cell.toMeasure === 0) return null;
  return Math.min(1, cell.measured / cell.toMeasure);
}

/** A cell in words: `Width 16, batch size 32: 2 of 3 trained, 1 running, 4 of 9 measured`. */
export function describeCell(cell: CellProgress | undefined, results: CellsResult | null): string {
  if (!cell) return '';
  const axes = results?.cells.find((c) => c.index === cell.index)?.axes;
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
