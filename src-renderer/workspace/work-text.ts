/** What work costs, in words. */
import type { AdditionWork } from '#shared/contract/views';
import { counted, formatBytes, formatRough, formatShortTime } from '../charts/number-format';

/** `19,500 gradient evaluations`; of less than one, forward passes alone, `less than 1`. */
export function gradientsText(gradients: number): string {
  if (gradients < 1) return 'less than 1 gradient evaluation';
  const text = formatRough(gradients);
  return `${text} gradient ${text === '1' ? 'evaluation' : 'evaluations'}`;
}

/** `6 tasks, 1,200 gradient evaluations, 3.4 s, 12 kB`. */
export function workText({ tasks, gradients, estimatedMs, diskBytes }: AdditionWork): string {
  const parts = [
    counted(tasks, 'task'),
    ...(gradients > 0 ? [gradientsText(gradients)] : []),
    formatShortTime(estimatedMs),
    formatBytes(diskBytes),
  ];
  return parts.join(', ');
}
