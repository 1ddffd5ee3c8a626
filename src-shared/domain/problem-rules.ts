/** Rules between a problem and what is trained on it: derivatives need a smooth network, and nothing is classified. */
import type { RunSettings } from './cells';
import type { ModelSpec } from './model-spec';
import { isProblem } from './problem-spec';
import { problem, type SpecProblem } from './spec-problem';

/** Why a model cannot solve a differential equation; null where it can. Never throws. */
export function unsmooth(model: ModelSpec): SpecProblem | null {
  if (model.activation === 'relu') {
    const rule = 'must be smooth for a problem: the second derivatives of relu are 0';
    return problem('model.activation', rule, model.activation, 'use tanh, gelu or gelu-tanh');
  }
  if ('norm' in model && model.norm === 'batch') {
    const rule = 'must not mix the samples of a problem: the derivatives at a point are its own';
    return problem('model.norm', rule, model.norm, 'use none or layer');
  }
  if (model.dropout > 0) {
    const rule = 'must be 0 for a problem: its loss is made of the derivatives of one function';
    return problem('model.dropout', rule, model.dropout, 'leave it out');
  }
  return null;
}

/**
 * What is wrong with a training for what it trains on: a problem has no class to get wrong, and only its loss may be 0 or less.
 * @param placeOf - where the grid varies one of the paths; null where it does not
 */
export function trainingProblems(
  { dataset, training: { stop } }: RunSettings,
  placeOf: (paths: readonly string[]) => string | null,
): SpecProblem[] {
  const at = (path: string) => placeOf([path, 'dataset.name']) ?? path;
  if (isProblem(dataset)) {
    if (stop.name !== 'zero-training-error') return [];
    const rule = 'must not be about accuracy for a problem, which has no classes';
    const fix = 'use train-loss, loss-plateau or early-stop';
    return [problem(at('training.stop.name'), rule, stop.name, fix)];
  }
  if (stop.name !== 'train-loss' || stop.below > 0) return [];
  const rule = 'must be above 0, as every cross-entropy is';
  return [problem(at('training.stop.below'), rule, stop.below, 'use a loss such as 0.1')];
}
