import { describe, expect, it } from 'vitest';
import { checkSpec } from '#shared/domain/check-spec';
import { toldSettings, toldSpec } from '#shared/domain/imported-rules';
import { expandCells } from '#shared/domain/cells';
import { smallSpec } from '../../fixtures/small-spec';

const hash = 'a'.repeat(64);
const file = (seed: number) => ({
  ...{ seed, file: `${seed}.pt`, sha256: hash, sizeBytes: 9, format: 'torch', container: '' },
  ...{ types: ['float32'], tensors: { 'fc1.weight': 'fc1.weight' }, weights: hash },
});
const input = (changes: object = {}) => ({
  specVersion: 1,
  name: 'foreign',
  dataset: { name: 'digits' },
  model: { family: 'mlp', width: 4 },
  axes: [],
  seeds: [0, 1],
  metrics: [{ name: 'hessian' }],
  imported: { files: [file(0), file(1)] },
  ...changes,
});
const problemsOf = (changes: object) => {
  const check = checkSpec(input(changes));
  return check.ok ? [] : check.problems.map(({ path, rule }) => `${path}: ${rule}`);
};

describe('a spec of imported weights', () => {
  it('needs no training, and stays valid as it is stored', () => {
    const check = checkSpec(input());
    expect(check.ok).toBe(true);
    if (!check.ok) return;
    expect(checkSpec(check.spec)).toEqual(check);
    expect(Object.keys(toldSpec(check.spec))).toEqual(
      Object.keys(check.spec).filter((key) => key !== 'optimizer' && key !== 'training'),
    );
    const { settings } = expandCells(check.spec)[0]!;
    expect(Object.keys(toldSettings(check.spec, settings))).toEqual(['dataset', 'model']);
  });

  it('has no training of its own, one cell and a seed for each file', () => {
    const axes = [{ path: 'model.width', role: 'load', values: [2, 4] }];
    expect(
      problemsOf({
        training: { epochs: 3, batchSize: 2 },
        optimizer: { name: 'sgd', learningRate: 0.1 },
        axes,
        seeds: [0, 1, 2],
      }),
    ).toEqual([
      'optimizer: must not be given for imported weights',
      'training: must not be given for imported weights',
      'axes: must be empty for imported weights, which are one cell',
      'seeds: must be those of the imported files, in order',
    ]);
  });

  it('leaves every other spec as it was', () => {
    const spec = smallSpec();
    expect(toldSpec(spec)).toBe(spec);
    const { settings } = expandCells(spec)[0]!;
    expect(toldSettings(spec, settings)).toBe(settings);
  });
});
