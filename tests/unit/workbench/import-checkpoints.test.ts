import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeSafetensors } from '#main/checkpoints/safetensors';
import { readForeignCheckpoint } from '#main/checkpoints/foreign/read-checkpoint';
import { artifactPath } from '#main/store/artifacts';
import { checkProject } from '#main/workbench/project-check';
import type { CheckpointFile } from '#main/checkpoints/import/fit-checkpoint';
import { readCheckpointFile } from '#main/workbench/checkpoint-file';
import {
  checkCheckpoints,
  importCheckpoints,
  type CheckpointRequest,
} from '#main/workbench/import-checkpoints';
import { Workbench } from '#main/workbench';
import { checkAdditions } from '#shared/domain/check-additions';
import { InvalidSpecError, requireSpec } from '#shared/domain/check-spec';
import { builtInDatasets } from '#shared/domain/datasets';
import { FakePool } from '../../fixtures/fake-pool';
import { plainMlp, plainNet } from '../../fixtures/plain-net';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const folder = join(import.meta.dirname, '../../reference/torch-checkpoints');
const reference = (name: string) => readCheckpointFile(join(folder, name));
const cnn = { family: 'sequential', layers: plainNet };
const request = (changes: Partial<CheckpointRequest> = {}): CheckpointRequest => ({
  name: 'foreign',
  model: cnn,
  dataset: { name: 'digits' },
  metrics: [],
  choice: { layout: 'pytorch', container: null, map: {} },
  ...changes,
});
const check = (files: readonly CheckpointFile[], changes: Partial<CheckpointRequest> = {}) =>
  checkCheckpoints(files, request(changes), builtInDatasets);
function problemsOf(files: readonly CheckpointFile[], changes: Partial<CheckpointRequest> = {}) {
  try {
    check(files, changes);
  } catch (error) {
    if (error instanceof InvalidSpecError)
      return error.problems.map(({ path, rule, got }) => `${path}: ${rule}, got ${got}`);
    throw error;
  }
  return [];
}
/** A safetensors file with the tensors of a reference file, changed. */
function changed(
  name: string,
  change: (tensor: { name: string; shape: readonly number[]; data: Float32Array }) => object | null,
): CheckpointFile {
  const [weights] = readForeignCheckpoint(name, readFileSync(join(folder, name))).weights;
  const tensors = weights!.tensors.flatMap((tensor) => {
    const next = change(tensor);
    return next === null ? [] : [{ ...tensor, ...next }];
  });
  const file = Buffer.from(encodeSafetensors(tensors));
  const { format, weights: read } = readForeignCheckpoint('x.safetensors', file);
  return {
    file: 'x.safetensors',
    sha256: 'a'.repeat(64),
    sizeBytes: file.length,
    format,
    weights: read,
  };
}

describe('checkCheckpoints', () => {
  it('writes down where every tensor came from, in place of a training', () => {
    const { spec, artifacts } = check([reference('cnn.pt'), reference('cnn_wrapped.pt')]);
    expect(spec).not.toHaveProperty('training');
    expect(spec).not.toHaveProperty('optimizer');
    expect(spec.seeds).toEqual([0, 1]);
    // The same weights are one artifact.
    expect(artifacts.size).toBe(1);
    const files = spec.imported?.files ?? [];
    expect(files[1]).toMatchObject({
      seed: 1,
      file: 'cnn_wrapped.pt',
      format: 'torch',
      container: 'state_dict',
      types: ['float32'],
    });
    expect(files[1]?.tensors).toMatchObject({ 'bn1.running_var': 'module.bn1.running_var' });
    expect(Object.keys(files[1]?.tensors ?? {})).toHaveLength(10);
  });

  it('names everything that is wrong at once, and imports nothing of it', () => {
    const broken = changed('cnn.pt', (tensor) =>
      tensor.name === 'bn1.running_mean'
        ? null
        : tensor.name === 'fc.weight'
          ? { shape: [48, 10] }
          : {},
    );
    expect(
      problemsOf([reference('cnn.pt'), broken], { name: '', metrics: [{ name: 'sgd-walk' }] }),
    ).toEqual([
      expect.stringContaining('name: must be 1 to 100 letters'),
      expect.stringContaining('metrics[0].name: must not need the weights along a training'),
      'x.safetensors, fc.weight: must have the shape [10, 48] of fc.weight, got [48, 10]',
      'x.safetensors: must have a tensor for every parameter and statistic of the model, got none for bn1.running_mean [6]',
    ]);
    expect(
      problemsOf([reference('cnn.pt')], {
        metrics: [{ name: 'sgd-walk' }, { name: 'weight-norms' }],
      }),
    ).toEqual([
      'metrics[0].name: must not need the weights along a training: imported weights come without, got "sgd-walk"',
      'metrics[1].name: must not need the weights before a training: imported weights come without, got "weight-norms"',
    ]);
    expect(problemsOf([reference('cnn.pt')], { dataset: { name: 'no' } })).toEqual([
      expect.stringContaining('dataset.name: must be a known data set'),
    ]);
    expect(problemsOf([])).toContain('imported.files: must have at least 1 entry, got []');
  });

  it('refuses numbers that are not finite', () => {
    const broken = changed('mlp.pt', ({ name, data }) =>
      name === 'fc2.bias' ? { data: data.map(() => NaN) } : {},
    );
    expect(problemsOf([broken], { model: plainMlp })).toEqual([
      'x.safetensors, fc2.bias: must have finite numbers in float32, got NaN or infinity',
    ]);
  });

  it('asks which set of weights is meant where several fit', () => {
    const file = reference('mlp.pt');
    const [weights] = file.weights;
    const two = {
      ...file,
      weights: ['model', 'ema'].map((container) => ({ ...weights!, container })),
    };
    expect(problemsOf([two], { model: plainMlp })).toEqual([
      'mlp.pt, container: must be said where several sets of weights fit, got "model", "ema"',
    ]);
    const choice = { layout: 'pytorch', container: 'ema', map: {} } as const;
    expect(check([two], { model: plainMlp, choice }).spec.imported?.files[0]?.container).toBe(
      'ema',
    );
    const wrong = { ...choice, container: 'best' };
    expect(problemsOf([file], { model: plainMlp, choice: wrong })).toEqual([
      'mlp.pt, container: must lead to weights, got "best"',
    ]);
  });

  it('takes Keras’ layout when it is said, and only then', () => {
    const keras = changed('mlp.pt', ({ shape: [rows, columns], data }) => {
      if (columns === undefined || rows === undefined) return {};
      const turned = data.map(
        (_, i) => data[(i % rows) * columns + Math.floor(i / rows)] as number,
      );
      return { shape: [columns, rows], data: turned };
    });
    // 16 x 16 fits either way: the others tell.
    expect(problemsOf([keras], { model: plainMlp })).toHaveLength(2);
    const choice = { layout: 'keras', container: null, map: {} } as const;
    const [own] = check([keras], { model: plainMlp, choice }).artifacts.keys();
    const [torch] = check([reference('mlp.pt')], { model: plainMlp }).artifacts.keys();
    expect(own).toBe(torch);
  });
});

describe('importCheckpoints', () => {
  const open = (project: string) => Workbench.open({ folder: project, pool: new FakePool(1) });
  const faultsOf = async (project: string) => {
    const faults: string[] = [];
    for await (const { status, detail } of checkProject(project, false))
      if (status !== 'ok') faults.push(detail);
    return faults;
  };

  it('keeps the weights, finds the experiment again, puts lost weights back and takes them along', async () => {
    const project = temporaryFolder();
    const checked = check([reference('cnn.pt')]);
    const [hash = ''] = checked.artifacts.keys();
    await using workbench = open(project);
    const { desk } = workbench;
    const { id } = importCheckpoints(desk, checked);
    const path = artifactPath(desk.store.artifactsFolder, hash);
    expect(readFileSync(path)).toEqual(Buffer.from(checked.artifacts.get(hash)!));
    expect(await faultsOf(project)).toEqual([]);
    rmSync(path);
    expect(importCheckpoints(desk, checked).id).toBe(id);
    expect(readFileSync(path).length).toBeGreaterThan(0);
    // Another experiment of the same weights keeps them.
    const other = importCheckpoints(desk, check([reference('cnn_legacy.pt')], { name: 'other' }));
    await desk.remove(id);
    expect(readFileSync(path).length).toBeGreaterThan(0);
    await desk.remove(other.id);
    expect(() => readFileSync(path)).toThrow();
  });

  it('refuses a name that belongs to other files', async () => {
    await using workbench = open(temporaryFolder());
    importCheckpoints(workbench.desk, check([reference('cnn.pt')]));
    expect(() => importCheckpoints(workbench.desk, check([reference('cnn_legacy.pt')]))).toThrow(
      /name: must be new or belong to the same spec, got "foreign" that has another imported/,
    );
  });

  it('refuses a metric that needs the training afterwards too', () => {
    const spec = requireSpec(check([reference('cnn.pt')]).spec);
    const added = checkAdditions(
      { spec, additions: [] },
      { metrics: [{ name: 'pl-ratio' }, { name: 'hessian' }], cells: null },
    );
    expect(added.ok ? [] : added.problems.map(({ path, rule }) => `${path}: ${rule}`)).toEqual([
      'metrics[0].name: must not need the weights along a training: imported weights come without',
    ]);
  });
});
