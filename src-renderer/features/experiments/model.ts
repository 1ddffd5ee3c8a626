/** What the list of experiments writes in each row. */
import type { ExperimentSummary } from '#shared/contract/views';
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
