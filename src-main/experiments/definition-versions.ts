/**
 * Version of what each kind of task computes. Raise one when its numbers change meaning or value for the same settings
 * (a mended formula, another random stream): old results then stay what they were, and new work is planned.
 */
import type { JobKind } from '../workers/job';

export const definitionVersions: Readonly<Record<JobKind, number>> = {
  train: 1,
  hessian: 1,
  cka: 1,
  'weight-distance': 1,
  'mode-connectivity': 3,
};
