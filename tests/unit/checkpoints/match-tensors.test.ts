import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neededOf } from '#main/checkpoints/import/assemble-weights';
import { isComplete, matchTensors, type NamedShape } from '#main/checkpoints/import/match-tensors';
import { spellingOf } from '#main/checkpoints/import/tensor-names';
import { resnet } from '#main/engine/networks/convolutional';

const network = resnet({
  image: [8, 8, 1],
  classes: 10,
  width: 2,
  depth: 18,
  skip: true,
  activation: 'relu',
  norm: 'batch',
});
const needed = neededOf(network);
const renamed = (name: (ours: string) => string): NamedShape[] =>
  needed.map((one) => ({ ...one, name: name(one.name) }));
/** As torchvision calls the tensors of a ResNet-18. */
const torchvision = (name: string) =>
  name
    .replace(/norm(\d)/, 'bn$1')
    .replace('shortcut_norm', 'downsample.1')
    .replace('shortcut.', 'downsample.0.');
const plain = { isInOrder: true };
const rulesOf = (tensors: readonly NamedShape[], options = plain) => [
  ...new Set(matchTensors(needed, tensors, options).matched.map(({ rule }) => rule)),
];

describe('neededOf', () => {
  it('lists the statistics of a norm after its shift', () => {
    expect(needed.slice(0, 6).map(({ name }) => name)).toEqual([
      'conv1.weight',
      'norm1.weight',
      'norm1.bias',
      'norm1.running_mean',
      'norm1.running_var',
      'layer1.0.conv1.weight',
    ]);
    expect(needed).toHaveLength(network.parameters.length + network.statistics.length);
  });
});

describe('spellingOf', () => {
  it.each([
    ['layer1.0.bn1.weight', 'layer1.0.norm1.weight'],
    ['layer2.0.downsample.0.weight', 'layer2.0.shortcut.weight'],
    ['layer2.0.shortcut.1.running_mean', 'layer2.0.shortcut_norm.running_mean'],
    ['conv2d_1/kernel:0', 'conv2d_1.weight'],
    ['batch_normalization/moving_variance:0', 'batch_normalization.running_var'],
    ['classifier.bias', 'fc.bias'],
    ['downsample.0.weight', 'shortcut.weight'],
  ])('of %s is %s', (name, expected) => {
    expect(spellingOf(name)).toBe(expected);
  });
});

describe('matchTensors', () => {
  it('finds equal names, after whatever stands before them all', () => {
    expect(rulesOf(renamed((name) => name))).toEqual(['name']);
    for (const prefix of ['module.', '_orig_mod.module.', 'model.net.backbone.']) {
      const matching = matchTensors(
        needed,
        renamed((name) => `${prefix}${name}`),
        plain,
      );
      expect(isComplete(matching)).toBe(true);
      expect(matching.prefix).toBe(prefix);
      for (const { parameter, tensor } of matching.matched) expect(tensor).toBe(prefix + parameter);
    }
  });

  it('knows the names of torchvision, and leaves counters alone', () => {
    const tensors = [
      ...renamed((name) => `module.${torchvision(name)}`),
      { name: 'module.bn1.num_batches_tracked', shape: [] },
      { name: 'epoch', shape: [] },
    ];
    const matching = matchTensors(needed, tensors, plain);
    expect(isComplete(matching)).toBe(true);
    expect(matching.unused).toEqual([{ name: 'epoch', shape: [] }]);
    for (const { parameter, tensor } of matching.matched)
      expect(tensor).toBe(`module.${torchvision(parameter)}`);
  });

  it('takes tensors of strange names by role and shape, in the order of the file', () => {
    const strange = needed.map(({ name, shape }, i) => ({
      shape,
      name: `block_${i}.${name.split('.').at(-1)}`,
    }));
    const matching = matchTensors(needed, strange, plain);
    expect(matching.matched.map(({ tensor }) => tensor)).toEqual(strange.map(({ name }) => name));
    // Out of order they are put in the order of their numbers.
    const mixed = [...strange].sort((a, b) => (a.name < b.name ? -1 : 1));
    const found = matchTensors(needed, mixed, { isInOrder: false });
    expect(found.matched).toEqual(matching.matched);
  });

  it('lets the map win over every rule, and tells what is wrong with it', () => {
    const tensors = renamed((name) => name);
    const map = { 'norm1.weight': 'norm1.bias', 'norm1.bias': 'norm1.weight' };
    const { matched } = matchTensors(needed, tensors, { ...plain, map });
    expect(matched.slice(1, 3)).toEqual([
      { parameter: 'norm1.weight', tensor: 'norm1.bias', rule: 'map' },
      { parameter: 'norm1.bias', tensor: 'norm1.weight', rule: 'map' },
    ]);
    const wrong = { a: 'norm1.weight', 'norm1.weight': 'b', 'fc.bias': 'norm1.weight' };
    expect(matchTensors(needed, tensors, { ...plain, map: wrong }).wrongInMap).toEqual([
      'a is no parameter of the model',
      'b is no tensor of the file',
      'norm1.weight is there twice',
    ]);
  });

  it('tells what is missing, what has another shape and what is left over', () => {
    const tensors = renamed((name) => name)
      .filter(({ name }) => name !== 'norm1.running_var')
      .map((one) => (one.name === 'fc.weight' ? { ...one, shape: [10, 99] } : one));
    const matching = matchTensors(needed, [...tensors, { name: 'x', shape: [3] }], plain);
    expect(isComplete(matching)).toBe(false);
    expect(matching.missing).toEqual([{ name: 'norm1.running_var', shape: [2] }]);
    expect(matching.mismatched).toEqual([
      { parameter: 'fc.weight', tensor: 'fc.weight', needed: [10, 16], got: [10, 99] },
    ]);
    expect(matching.unused).toEqual([{ name: 'x', shape: [3] }]);
  });

  it('uses every tensor once and loses none, whatever the names and shapes', () => {
    const name = fc.constantFrom(
      'a.weight',
      'b.weight',
      'm.a.weight',
      'a.bias',
      'bn1.bias',
      'norm1.bias',
      'x',
      'arr_0',
      'fc.num_batches_tracked',
    );
    const shapes = fc.constantFrom([2], [3], [2, 3]);
    const list = fc.uniqueArray(fc.record({ name, shape: shapes }), { selector: (t) => t.name });
    fc.assert(
      fc.property(list, list, fc.boolean(), (wanted, tensors, isInOrder) => {
        const { matched, mismatched, missing, unused } = matchTensors(wanted, tensors, {
          isInOrder,
        });
        const used = [...matched, ...mismatched].map(({ tensor }) => tensor);
        expect(new Set(used).size).toBe(used.length);
        expect(used.length + missing.length).toBe(wanted.length);
        const counters = tensors.filter((t) => t.name.endsWith('num_batches_tracked')).length;
        expect(used.length + unused.length).toBe(tensors.length - counters);
        for (const { parameter, tensor } of matched)
          expect(wanted.find((w) => w.name === parameter)?.shape).toEqual(
            tensors.find((t) => t.name === tensor)?.shape,
          );
      }),
    );
  });
});
