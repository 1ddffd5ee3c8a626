/** Kinds of tasks as people say them. */
import type { TaskKind } from '#shared/contract/views';
import { findMetric } from '#shared/domain/metric-registry';

/** `Training`, or the title of the metric. */
export function taskTitle(kind: TaskKind): string {
  return kind === 'train' ? 'Training' : (findMetric(kind)?.title ?? kind);
}
