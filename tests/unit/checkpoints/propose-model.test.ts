import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readForeignCheckpoint } from '#main/checkpoints/foreign/read-checkpoint';
import { neededOf } from '#main/checkpoints/import/assemble-weights';
import { proposeModel } from '#main/checkpoints/import/propose-model';
import { resnet } from '#main/engine/networks/convolutional';
import { makeNetwork } from '#main/metrics/model';
import { builtInDatasets } from '#shared/domain/datasets';
import { modelSchema } from '#shared/domain/model-spec';
import { plainNet } from '../../fixtures/plain-net';

const digits = builtInDatasets.find(({ name }) => name === 'digits')!;
const tensorsOf = (file: string) => {
  const path = join(import.meta.dirname, '../../reference/torch-checkpoints', file);
  return readForeignCheckpoint(file, readFileSync(path)).weights[0]!.tensors;
};

describe('proposeModel', () => {
  it('finds the reference network again, without what stands before its names', () => {
    const expected = modelSchema.parse({ family: 'sequential', layers: plainNet });
    for (const file of ['cnn.pt', 'cnn_wrapped.pt'])
      expect(modelSchema.parse(proposeModel(tensorsOf(file), digits))).toEqual(expected);
  });

  it('proposes a chain with every tensor of an MLP', () => {
    const model = modelSchema.parse(proposeModel(tensorsOf('mlp_wrapped.pt'), digits));
    const names = neededOf(makeNetwork(model, digits)).map(({ name }) => name);
    expect(names).toEqual(tensorsOf('mlp.pt').map(({ name }) => name));
  });

  it('proposes nothing for other classes, for shortcuts and for what is no network', () => {
    expect(proposeModel(tensorsOf('mlp.pt'), { ...digits, classes: 3 })).toBeNull();
    expect(proposeModel(tensorsOf('views.pt'), digits)).toBeNull();
    expect(proposeModel([], digits)).toBeNull();
    const residual = resnet({
      ...{ image: [8, 8, 1], classes: 10, width: 2, depth: 8, skip: true },
      ...{ activation: 'relu', norm: 'batch' },
    });
    expect(proposeModel(neededOf(residual), digits)).toBeNull();
  });
});
