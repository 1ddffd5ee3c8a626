import { describe, expect, it } from 'vitest';
import { checkSpec } from '#shared/domain/check-spec';
import type { NetworkBorder } from '#shared/domain/model-size';
import { placeLayers, sequentialLayersSchema } from '#shared/domain/sequential-layers';
import { plainNet } from '../../fixtures/plain-net';
import { smallSpecInput } from '../../fixtures/small-spec';

const digits: NetworkBorder = {
  inputs: 64,
  classes: 10,
  sample: { kind: 'image', height: 8, width: 8, channels: 1 },
};
const row: NetworkBorder = { inputs: 4, classes: 3, sample: { kind: 'features' } };
const placesOf = (layers: readonly object[], border = digits) =>
  placeLayers(sequentialLayersSchema.parse(layers), border);

describe('placeLayers', () => {
  it('follows the extents of the reference network', () => {
    const { placed, misplaced } = placesOf(plainNet);
    expect(misplaced).toBeNull();
    expect(placed.map(({ after }) => after.join('x'))).toEqual([
      ...['8x8x6', '8x8x6', '8x8x6', '4x4x6', '4x4x12', '4x4x12', '2x2x12', '48', '10'],
    ]);
  });

  it.each([
    [[{ layer: 'linear', name: 'fc', out: 10 }], digits, 0, 'a row of features'],
    [[{ layer: 'max-pool' }], row, 0, 'given images'],
    [[{ layer: 'average-pool' }], row, 0, 'given images'],
    [
      [{ layer: 'convolution', name: 'c', out: 2, kernel: 9 }],
      digits,
      0,
      'fits into the padded image of 8',
    ],
    [[{ layer: 'norm', name: 'n', kind: 'group', groups: 3 }], row, 0, 'divide the 4 channels'],
    [[{ layer: 'norm', name: 'n', kind: 'batch', groups: 2 }], row, 0, 'must have no groups'],
    [[{ layer: 'max-pool', size: 5 }, { layer: 'max-pool' }], digits, 1, 'a block of 2 x 2'],
    [[{ layer: 'flatten' }, { layer: 'linear', name: 'fc', out: 9 }], digits, 1, 'a row of 10'],
  ])('names the layer of %j that cannot stand there', (layers, border, index, rule) => {
    const { misplaced } = placesOf(layers, border);
    expect(misplaced?.index).toBe(index);
    expect(misplaced?.rule).toContain(rule);
  });
});

describe('checkSpec of a chain of layers', () => {
  const spec = (layers: readonly object[], more = {}) => ({
    ...smallSpecInput,
    model: { family: 'sequential', layers },
    axes: [],
    ...more,
  });
  const problemsOf = (input: object) => {
    const check = checkSpec(input);
    return check.ok ? [] : check.problems.map(({ path, rule }) => `${path}: ${rule}`);
  };

  it('takes the reference network', () => {
    expect(problemsOf(spec(plainNet))).toEqual([]);
  });
  it('names the place of a layer that does not fit, and of a name that is there twice', () => {
    const [first, ...rest] = plainNet;
    expect(problemsOf(spec(rest.slice(0, -1)))).toEqual([
      expect.stringContaining('model.layers[6]: must leave a row of 10 numbers'),
    ]);
    expect(problemsOf(spec([first, first, ...rest]))).toEqual([
      'model.layers[1].name: must differ from the names of the other layers',
    ]);
  });
  it('wants more than one sample for each batch norm that sees one place', () => {
    const layers = [
      { layer: 'flatten' },
      { layer: 'norm', name: 'bn', kind: 'batch' },
      { layer: 'linear', name: 'fc', out: 10 },
    ];
    const training = { ...smallSpecInput.training, batchSize: 1 };
    expect(problemsOf(spec(layers, { training }))).toEqual([
      'training.batchSize: must leave batch norm two samples or more in every batch',
    ]);
    expect(problemsOf(spec(plainNet, { training }))).toEqual([]);
  });
  it('refuses an axis inside the list of layers', () => {
    const axes = [{ path: 'model.layers.0.out', role: 'load', values: [4, 8] }];
    expect(problemsOf(spec(plainNet, { axes }))).toEqual([
      'axes[0].path: must name a single value, not one inside a list of layers',
    ]);
  });
});
