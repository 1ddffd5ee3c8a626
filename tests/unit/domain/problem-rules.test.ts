import { describe, expect, it } from 'vitest';
import { checkSpec } from '#shared/domain/check-spec';
import { labelCell } from '#shared/domain/cell-phase';
import { defaultThresholds } from '#shared/domain/phases';
import { mainScore, scalarIn, scoresOfSpec } from '#shared/domain/problem-scalars';
import { scalarDefinitions } from '#shared/domain/scalars';
import type { CellMetric } from '#shared/domain/results';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { noQuartiles } from '../../fixtures/no-quartiles';

const sound = {
  specVersion: 1,
  name: 'physics',
  dataset: { name: 'poisson-1d' },
  model: { family: 'mlp', width: 8, activation: 'tanh' },
  optimizer: { name: 'adam', learningRate: 0.01 },
  training: { epochs: 2, batchSize: 32 },
  axes: [],
  seeds: [0],
} as const satisfies ExperimentSpecInput;

/** Problems as the user reads them. */
function problems(changes: object): string[] {
  const check = checkSpec({ ...sound, ...changes });
  return check.ok ? [] : check.problems.map((p) => `${p.path}: ${p.rule}, got ${p.got}; ${p.fix}`);
}
const axis = (path: string, ...values: readonly unknown[]) => ({ path, role: 'load', values });

describe('a spec that solves a problem', () => {
  it('is sound with a smooth network, any optimiser and every metric', () => {
    expect(problems({})).toEqual([]);
    for (const activation of ['tanh', 'gelu', 'gelu-tanh'])
      for (const norm of ['none', 'layer'])
        expect(problems({ model: { ...sound.model, activation, norm } })).toEqual([]);
    const metrics = ['hessian', 'cka', 'weight-distance', 'mode-connectivity'];
    expect(problems({ metrics: metrics.map((name) => ({ name })) })).toEqual([]);
    expect(
      problems({ dataset: { name: 'convection' }, axes: [axis('dataset.beta', 1, 30)] }),
    ).toEqual([]);
    const stop = { name: 'train-loss', below: -2.4 };
    expect(problems({ training: { ...sound.training, stop } })).toEqual([]);
  });

  it('must have a smooth network that keeps samples apart', () => {
    const relu =
      'must be smooth for a problem: the second derivatives of relu are 0, got "relu"; use tanh, gelu or gelu-tanh';
    expect(problems({ model: { family: 'mlp', width: 8 } })).toEqual([`model.activation: ${relu}`]);
    expect(problems({ axes: [axis('model.activation', 'tanh', 'relu')] })).toEqual([
      `axes[0].values[1]: ${relu}`,
    ]);
    expect(problems({ model: { ...sound.model, norm: 'batch' } })).toEqual([
      'model.norm: must not mix the samples of a problem: the derivatives at a point are its own, got "batch"; use none or layer',
    ]);
    // The points of a sample are those of one masked network.
    expect(problems({ model: { ...sound.model, dropout: 0.1 } })).toEqual([]);
    expect(problems({ model: { family: 'cnn', width: 8, activation: 'tanh' } })).toEqual([
      'model.family: must read the samples of the data set, got cnn on poisson-1d (points on a line); use mlp, or a data set of images',
    ]);
  });

  it('has no labels and no classes', () => {
    expect(problems({ dataset: { name: 'reaction', labelNoise: 0.1, pixelNoise: 1 } })).toEqual([
      'dataset.labelNoise: must be 0 for a problem: it has no labels, got 0.1; correct it',
      'dataset.pixelNoise: must be 0 for a problem: its points are exact, got 1; correct it',
    ]);
    expect(problems({ axes: [axis('dataset.labelNoise', 0, 0.2)] })).toEqual([
      'axes[0].values[1]: must be 0 for a problem: it has no labels, got 0.2; correct it',
    ]);
    const stop = { name: 'zero-training-error' };
    expect(problems({ training: { ...sound.training, stop } })).toEqual([
      'training.stop.name: must not be about accuracy for a problem, which has no classes, got "zero-training-error"; use train-loss, loss-plateau or early-stop',
    ]);
  });

  it('names every bad setting at once', () => {
    expect(
      problems({
        dataset: { name: 'convection', beta: NaN, points: 0, grid: 1.5, initialWeight: -1, rho: 1 },
      }).sort(),
    ).toEqual([
      'dataset.beta: must be a finite number, got NaN; use one below 1e308',
      'dataset.grid: must be a whole number, got 1.5; use a whole number',
      'dataset.initialWeight: must be at least 0, got -1; use 0 or more',
      'dataset.points: must be at least 1, got 0; use 1 or more',
      'dataset.rho: must be a setting that exists, got 1; remove it or correct its name',
    ]);
    expect(problems({ dataset: { name: 'poisson-1d', frequency: 8, grid: 16 } })).toEqual([
      'dataset.grid: must have more than two points for each of the 8 half waves, got 16; use 17 or more',
    ]);
    expect(problems({ dataset: { name: 'poisson-1d', formulation: 'galerkin' } })).toEqual([
      'dataset.formulation: must be a known value, got "galerkin"; use one of: "deep-ritz", "deep-galerkin"',
    ]);
  });

  it('reads no more points than there are', () => {
    const metrics = [{ name: 'cka', samples: 640 }];
    expect(problems({ dataset: { name: 'poisson-1d', points: 100 }, metrics })).toEqual([
      'metrics[0].samples: must be at most the 100 training samples, got 640; use 2 to 100',
    ]);
  });

  it('alone may stop at a loss of 0 or less', () => {
    const stop = { name: 'train-loss', below: 0 };
    expect(
      problems({ dataset: { name: 'digits' }, training: { ...sound.training, stop } }),
    ).toEqual([
      'training.stop.below: must be above 0, as every cross-entropy is, got 0; use a loss such as 0.1',
    ]);
  });
});

describe('scalars of problems', () => {
  const names = (dataset: string, ...varied: string[]) =>
    scoresOfSpec(
      {
        dataset: { name: dataset } as never,
        axes: varied.length === 0 ? [] : [{ path: 'dataset.name', role: 'none', values: varied }],
      },
      scalarDefinitions,
    )
      .map((d) => d.name)
      .filter((name) => /^(train|test)(Accuracy|RelativeError)$/.test(name));

  it('have relative errors in place of accuracies, both where an axis mixes them', () => {
    expect(names('digits')).toEqual(['trainAccuracy', 'testAccuracy']);
    expect(names('reaction')).toEqual(['trainRelativeError', 'testRelativeError']);
    expect(names('digits', 'convection', 'reaction')).toEqual(names('reaction'));
    expect(names('reaction', 'convection', 'digits')).toHaveLength(4);
  });

  it('have no nats', () => {
    const units = (isOfProblems: boolean) =>
      ['trainLoss', 'hessianTrace', 'modeConnectivity'].map((n) => scalarIn(n, isOfProblems)?.unit);
    expect(units(false)).toEqual(['nats', 'nats per squared weight', 'percentage points']);
    expect(units(true)).toEqual(['', 'per squared weight', 'percentage points']);
  });

  it('are led by the relative error, and not trained where u = 0 does as well', () => {
    const over = (...values: number[]): CellMetric => ({
      ...noQuartiles,
      mean: values.reduce((a, b) => a + b, 0) / values.length,
      sd: null,
      se: null,
      n: values.length,
    });
    const metrics = { trainLoss: over(0.2), testRelativeError: over(1) };
    expect(mainScore([{ metrics }])).toBe('testRelativeError');
    expect(mainScore([{ metrics: { ...metrics, testAccuracy: over(0.9) } }])).toBe('testAccuracy');
    expect(labelCell({ metrics, chanceLoss: 0 }, defaultThresholds)).toEqual({
      phase: 'undecided',
      reason: 'not trained: train loss 0.2 is not below 0, the loss of u = 0',
    });
    const ritz = {
      trainLoss: over(-2.4),
      testRelativeError: over(0.01),
      modeConnectivity: over(-8),
      cka: over(1),
    };
    const label = labelCell({ metrics: ritz, chanceLoss: 0 }, defaultThresholds);
    expect(label.phase).toBe('III');
    const stricter = { ...defaultThresholds, trainLoss: -2.45 };
    expect(labelCell({ metrics: ritz, chanceLoss: 0 }, stricter).phase).toBe('I');
  });
});
