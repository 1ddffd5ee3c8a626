/** Kinds of tasks as people say them. */
import type { TaskKind } from '#shared/contract/views';

export const taskTitles: Readonly<Record<TaskKind, string>> = {
  train: 'Training',
  hessian: 'Hessian',
  cka: 'CKA',
  'weight-distance': 'Weight distance',
  'mode-connectivity': 'Mode connectivity',
};
