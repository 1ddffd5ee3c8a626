import { describe, expect, it } from 'vitest';
import { checkSpec } from '#shared/domain/check-spec';
import { changeKind, findMetricSetting, findSetting } from '#shared/domain/settings';

const spec = {
  specVersion: 1,
  name: 'a',
  dataset: { name: 'digits' },
  model: { family: 'mlp', width: 12, depth: 3, activation: 'tanh', norm: 'layer' },
  optimizer: { name: 'sgd', learningRate: 0.3, momentum: 0.5, weightDecay: 0.002 },
  training: { epochs: 3, batchSize: 64 },
  axes: [],
  seeds: [0],
};
const never = () => undefined;
const changed = (path: string, name: string, start: (path: string) => unknown = never) =>
  changeKind(spec, path, { name, start });

describe('findSetting', () => {
  it('tells limits, choices and defaults of the present kind', () => {
    expect(findSetting(spec, 'model.depth')).toMatchObject({
      rule: { type: 'number', whole: true, limits: { least: 1, most: 64 } },
      fallback: 2,
      kind: 'mlp',
    });
    expect(findSetting(spec, 'optimizer.momentum')?.rule).toMatchObject({
      whole: false,
      limits: { least: 0, below: 1 },
    });
    expect(findSetting(spec, 'model.norm')?.rule).toEqual({
      type: 'choice',
      values: ['none', 'batch', 'layer'],
      isKind: false,
    });
    expect(findSetting(spec, 'model.family')).toMatchObject({
      rule: {
        type: 'choice',
        values: ['mlp', 'cnn', 'vgg', 'resnet', 'transformer', 'sequential'],
      },
      kind: 'mlp',
    });
    expect(findSetting(spec, 'model.width')?.fallback).toBeUndefined();
  });

  it('takes groups that are left out as their defaults', () => {
    expect(findSetting(spec, 'training.stop.name')).toMatchObject({ fallback: 'none' });
    expect(findSetting(spec, 'training.stop.patience')).toBeNull();
    expect(findSetting(spec, 'optimizer.schedule.name')?.kind).toBe('constant');
    const stopped = { ...spec, training: { ...spec.training, stop: { name: 'early-stop' } } };
    expect(findSetting(stopped, 'training.stop.patience')).toMatchObject({
      fallback: 5,
      kind: 'early-stop',
    });
  });

  it('is null for what is no setting, or leaves no choice', () => {
    const vgg = { ...spec, model: { family: 'vgg', width: 4 } };
    expect(findSetting(vgg, 'model.depth')).toBeNull();
    for (const path of ['', 'model', 'axes', 'model.heads', 'model.constructor', 'a.b', 'seeds.0'])
      expect(findSetting(spec, path)).toBeNull();
    for (const wrong of [null, 3, {}, { model: { family: 'rnn' } }, { model: [] }])
      expect(findSetting(wrong, 'model.width')).toBeNull();
  });

  it('says which values are valid by themselves', () => {
    const resnet = { ...spec, model: { family: 'resnet', width: 2 } };
    const depth = findSetting(resnet, 'model.depth');
    expect([18, 20, 21, '20'].map((value) => depth?.accepts(value))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('findMetricSetting', () => {
  it('tells the settings of a metric', () => {
    expect(findMetricSetting('hessian', 'probes')).toMatchObject({
      rule: { limits: { least: 10 } },
      fallback: 100,
    });
    expect(findMetricSetting('weight-distance', 'probes')).toBeNull();
  });
});

describe('changeKind', () => {
  it('keeps every setting that is valid there and gives the rest their defaults', () => {
    expect(changed('model.family', 'cnn')).toEqual({
      family: 'cnn',
      width: 12,
      depth: 3,
      activation: 'tanh',
      norm: 'layer',
      initialisation: 'fan-in-uniform',
      dropout: 0,
    });
    // A residual network cannot be 3 deep, VGG is 11 deep, a transformer has no norm to choose.
    expect(changed('model.family', 'resnet')).toMatchObject({ depth: 18, norm: 'layer' });
    expect(changed('model.family', 'vgg')).toMatchObject({ depth: 11, width: 12 });
    expect(changed('model.family', 'transformer')).toEqual({
      family: 'transformer',
      width: 12,
      depth: 3,
      heads: 2,
      expansion: 4,
      activation: 'tanh',
      causal: false,
      pooling: 'last',
      initialisation: 'fan-in-uniform',
      dropout: 0,
    });
    expect(changed('optimizer.name', 'adamw')).toEqual({
      name: 'adamw',
      learningRate: 0.3,
      schedule: { name: 'constant' },
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.002,
    });
  });

  it('starts settings without a default where it is told, and groups that are left out too', () => {
    const start = (path: string) => (path === 'training.stop.below' ? 0.01 : undefined);
    expect(changed('training.stop.name', 'train-loss', start)).toEqual({
      name: 'train-loss',
      below: 0.01,
    });
    // What has a default takes it, whatever is proposed.
    const sgd = { ...spec, optimizer: { name: 'adam', learningRate: 0.3 } };
    expect(changeKind(sgd, 'optimizer.name', { name: 'sgd', start: () => 0.9 })).toMatchObject({
      learningRate: 0.3,
      momentum: 0,
      weightDecay: 0,
    });
  });

  it('makes a valid spec of every kind', () => {
    const starts: Record<string, unknown> = {
      'optimizer.schedule.every': 1,
      'optimizer.schedule.epochs': 1,
      'training.stop.below': 1,
    };
    const paths = ['optimizer.name', 'optimizer.schedule.name', 'training.stop.name'];
    for (const path of paths) {
      const rule = findSetting(spec, path)?.rule;
      for (const name of rule?.type === 'choice' ? rule.values : []) {
        const group = changed(path, name, (p) => starts[p]);
        const [section, inner] = path.split('.') as ['optimizer' | 'training', string];
        const next =
          inner === 'name'
            ? { ...spec, [section]: group }
            : { ...spec, [section]: { ...spec[section], [inner]: group } };
        const check = checkSpec(next);
        expect(check.ok ? [] : check.problems).toEqual([]);
      }
    }
  });

  it('is null where nothing tells kinds apart', () => {
    expect(changed('model.width', 'cnn')).toBeNull();
    expect(changed('model.family', 'rnn')).toBeNull();
    expect(changed('training.epochs', 'cnn')).toBeNull();
    expect(changed('seeds.0', 'cnn')).toBeNull();
  });
});
