/** What the list of experiments writes in each row. */
import type { ExperimentSummary } from '#shared/contract/views';
import { experimentStates } from '#shared/domain/results';
import { formatCount } from '../../charts/number-format';

/** `41 of 75`; `75 planned` for a draft; `none` for imported results. */
export function runsText(summary: ExperimentSummary): string {
  // Diverged runs are results: the workbench counts them as done.
  const { done, total } = summary.runs;
  if (summary.importedFrom !== undefined) return 'none';
  if (summary.state === 'draft') return `${formatCount(total)} planned`;
  return `${formatCount(done)} of ${formatCount(total)}`;
}

/** What needs attention: failures, divergence; empty when nothing does. */
export function notesText(summary: ExperimentSummary): string {
  const notes = [
    summary.tasks.failed > 0 ? `${formatCount(summary.tasks.failed)} failed` : '',
    summary.runs.diverged > 0 ? `${formatCount(summary.runs.diverged)} diverged` : '',
  ];
  return notes.filter(Boolean).join(', ');
}

/** Where opening an experiment leads: a draft to its design, a running one to its progress, else the diagram. */
export function screenFor(summary: ExperimentSummary): 'design' | 'progress' | 'phase-diagram' {
  if (summary.state === 'draft') return 'design';
  const isUnderWay = summary.state === 'running' || summary.state === 'stopping';
  return isUnderWay ? 'progress' : 'phase-diagram';
}

/** Why an experiment cannot be deleted now; empty when it can. */
export function deletionBlock(summary: ExperimentSummary): string {
  const isUnderWay = summary.state === 'running' || summary.state === 'stopping';
  return isUnderWay ? 'It is running: stop or cancel it first.' : '';
}

/** Share of the runs that have a result, 0..1. */
export function runsShare(summary: ExperimentSummary): number {
  const { done, total } = summary.runs;
  return total === 0 ? 0 : done / total;
}

/** The columns that the list can be sorted by. */
export const sortColumns = [
  { key: 'name', title: 'Name', isNumber: false },
  { key: 'state', title: 'State', isNumber: false },
  { key: 'runs', title: 'Runs done', isNumber: true },
  { key: 'cells', title: 'Cells', isNumber: true },
  { key: 'attention', title: 'Attention', isNumber: false },
  { key: 'created', title: 'Created', isNumber: false },
] as const;
type SortKey = (typeof sortColumns)[number]['key'];

/** Whether a text names a column. */
export function isSortKey(text: string): text is SortKey {
  return sortColumns.some(({ key }) => key === text);
}

/**
 * The experiments whose name or state has every word sought, in the order asked for.
 * @param order - `name`, or `-name` for falling; equal ones stay as given, the newest first
 */
export function listedExperiments(
  entries: readonly ExperimentSummary[],
  sought: string,
  order: string,
): readonly ExperimentSummary[] {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const key = order.replace(/^-/, '');
  const sign = order.startsWith('-') ? -1 : 1;
  const found = entries.filter(({ name, state }) =>
    words.every((word) => `${name} ${state}`.toLowerCase().includes(word)),
  );
  if (!isSortKey(key)) return found;
  return [...found].sort((a, b) => sign * compare(a, b, key));
}

function compare(a: ExperimentSummary, b: ExperimentSummary, key: SortKey): number {
  switch (key) {
    case 'name':
      return a.name.localeCompare(b.name, 'en', { numeric: true });
    case 'state':
      return experimentStates.indexOf(a.state) - experimentStates.indexOf(b.state);
    case 'runs':
      return a.runs.done - b.runs.done;
    case 'cells':
      return a.cells - b.cells;
    case 'attention':
      return a.tasks.failed - b.tasks.failed || a.runs.diverged - b.runs.diverged;
    case 'created':
      return a.createdAt.localeCompare(b.createdAt);
    default:
      return key satisfies never;
  }
}
