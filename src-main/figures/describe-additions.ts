/** Metrics that were added to an experiment after it was started, in a figure's words. */
import { measuredSpec } from '#shared/domain/additions';
import { metricOf } from '#shared/domain/metric-registry';
import type { ExperimentSpec } from '#shared/domain/spec';
import { joinWords, lowerFirst } from './caption';
import type { FigureSource } from './figure-request';

/** The spec with all that is measured; null for imported results. Never throws. */
export function specWithAdditions({ spec, additions }: FigureSource): ExperimentSpec | null {
  return spec === null ? null : measuredSpec({ spec, additions });
}

/** `Measured besides, after the experiment was started: roughness index (2026-11-21, in 2 cells).`; empty where nothing was added. */
export function describeAdditions({ additions }: Pick<FigureSource, 'additions'>): string {
  if (additions.length === 0) return '';
  const words = additions.map(({ metric, cells, addedAt }) => {
    const where =
      cells === null
        ? 'in every cell'
        : `in ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`;
    return `${lowerFirst(metricOf(metric).title)} (${addedAt.slice(0, 10)}, ${where})`;
  });
  return `Measured besides, after the experiment was started: ${joinWords(words)}.`;
}
