/** Rules between a problem and what is trained on it: derivatives need a smooth network, and nothing is classified. */
import { readPath, type RunSettings } from './cells';
import type { ModelSpec } from './model-spec';
import { isProblem } from './problem-spec';
import type { SequentialLayer } from './sequential-layers';
import { problem, type SpecProblem } from './spec-problem';

interface UnfitChoice {
  readonly value: string;
  /** Why, in a few words. */
  readonly reason: string;
  readonly rule: string;
  readonly fix: string;
  /** What takes its place. */
  readonly instead: string;
}

/** Choices of a model that cannot solve a differential equation, by their paths. */
export const unfitForProblems: Readonly<Record<string, UnfitChoice>> = {
  'model.activation': {
    value: 'relu',
    reason: 'its second derivatives are 0',
    rule: 'must be smooth for a problem: the second derivatives of relu are 0',
    fix: 'use tanh, gelu or gelu-tanh',
    instead: 'tanh',
  },
  'model.norm': {
    value: 'batch',
    reason: 'mixes the samples',
    rule: 'must not mix the samples of a problem: the derivatives at a point are its own',
    fix: 'use none or layer',
    instead: 'none',
  },
};

/** Why a model cannot solve a differential equation; null where it can. Never throws. */
export function unsmooth(model: ModelSpec): SpecProblem | null {
  for (const [path, { value, rule, fix }] of Object.entries(unfitForProblems))
    if (readPath({ model }, path) === value) return problem(path, rule, value, fix);
  return model.family === 'sequential' ? roughLayer(model.layers) : null;
}

function roughLayer(layers: readonly SequentialLayer[]): SpecProblem | null {
  for (const [index, layer] of layers.entries()) {
    if (layer.layer !== 'activation' && layer.layer !== 'norm') continue;
    const unfit = unfitForProblems[layer.layer === 'norm' ? 'model.norm' : 'model.activation'];
    if (unfit?.value === layer.kind)
      return problem(`model.layers[${index}].kind`, unfit.rule, layer.kind, unfit.fix);
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
