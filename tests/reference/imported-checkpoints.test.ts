/** Networks that PyTorch trained, imported: their loss, accuracy and curvature are those that PyTorch computed. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeWeights } from '#main/checkpoints/weights-file';
import { readCatalogue } from '#main/datasets/catalogue';
import { makeTrainingData, oneHotRows } from '#main/datasets/training-data';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { curvatureProgram, logitsProgram } from '#main/engine/network-programs';
import { tensor } from '#main/engine/tensor';
import { makeNetwork } from '#main/metrics/model';
import { readCheckpointFile } from '#main/workbench/checkpoint-file';
import { checkCheckpoints } from '#main/workbench/import-checkpoints';
import { putArtifact } from '#main/store/artifacts';
import type { ArtifactHash, TaskId } from '#main/workers/job';
import { expandCells } from '#shared/domain/cells';
import { requireSpec } from '#shared/domain/check-spec';
import { builtInDatasets } from '#shared/domain/datasets';
import { modelSchema } from '#shared/domain/model-spec';
import { openJobBench } from '../fixtures/job-bench';
import { plainMlp, plainNet } from '../fixtures/plain-net';
import { scalarNamed } from '../fixtures/fixture-cell';
import { measurements } from '../fixtures/work';
import { importedCurvature } from '../tolerances';

interface ExpectedFile {
  readonly file: string;
  readonly model?: 'mlp' | 'cnn';
  readonly metrics?: {
    readonly test_loss: number;
    readonly test_accuracy_percent: number;
    readonly first_test_logits: { readonly data: readonly number[] };
    readonly curvature?: {
      readonly rows: number;
      readonly lambda_max: number;
      readonly lambda_min: number;
      readonly trace: number;
      readonly parameter_count: number;
    };
  };
}

const folder = join(import.meta.dirname, 'torch-checkpoints');
const resourcesFolder = resolve(import.meta.dirname, '../../resources');
const { files } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
  files: readonly ExpectedFile[];
};
const models = { mlp: plainMlp, cnn: { family: 'sequential', layers: plainNet } } as const;
const digits = builtInDatasets.filter(({ name }) => name === 'digits');

const bench = openJobBench('imported');
const executor = new OnnxCpuExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

/** A file as it would be imported. */
function importFile(file: string, model: keyof typeof models) {
  const choice = { layout: 'pytorch', container: null, map: {} } as const;
  const { artifacts, spec } = checkCheckpoints(
    [readCheckpointFile(join(folder, file))],
    { name: 'x', model: models[model], dataset: { name: 'digits' }, metrics: [], choice },
    digits,
  );
  const [[hash, bytes] = ['', new Uint8Array()]] = artifacts;
  const checked = requireSpec(spec);
  const settings = expandCells(checked)[0]!.settings;
  return { hash: hash as ArtifactHash, bytes, settings, file: checked.imported!.files[0]! };
}

/** The network of a model with the digits, and an imported file's weights. */
function loaded(file: string, kind: keyof typeof models) {
  const model = modelSchema.parse(models[kind]);
  const network = makeNetwork(model, digits[0]!);
  const catalogue = readCatalogue({ resourcesFolder, registryFolder: bench.folder() });
  const spec = requireSpec({
    ...{ specVersion: 1, name: 'x', dataset: { name: 'digits' }, model, axes: [], seeds: [0] },
    optimizer: { name: 'sgd', learningRate: 1 },
    training: { epochs: 1, batchSize: 2 },
  }).dataset;
  const data = makeTrainingData(catalogue.open(spec), spec, 'file');
  const layout = [...network.parameters, ...network.statistics];
  const flat = decodeWeights(importFile(file, kind).bytes, layout, 'final');
  const size = network.parameterCount;
  const statistics = flat.subarray(size);
  const given =
    statistics.length === 0 ? {} : { statistics: tensor([1, 1, statistics.length], statistics) };
  return { network, data, theta: flat.subarray(0, size), given };
}

describe.each(files.filter(({ metrics }) => metrics !== undefined))('$file', (expected) => {
  const { file, model = 'mlp', metrics } = expected;

  it('has the loss, accuracy and top eigenvalue that PyTorch computed', async () => {
    const imported = importFile(file, model);
    putArtifact(bench.folder(), imported.bytes);
    const task = {
      taskId: 'imported' as TaskId,
      seed: 0,
      imported: { weights: imported.hash, file, sha256: imported.file.sha256 },
    };
    const [result] = await bench.results(imported.settings, { kind: 'train', tasks: [task] });
    const value = (name: string) => scalarNamed(result!.measurements, name).value;
    expect(result!.steps).toBe(0);
    expect(value('testAccuracy')).toBe(metrics!.test_accuracy_percent / 100);
    expect(value('testLoss')! / metrics!.test_loss).toBeCloseTo(1, importedCurvature.digits);
    const { curvature } = metrics!;
    if (!curvature) return;
    const run = { taskId: task.taskId, seed: 0, weights: imported.hash, diverged: false };
    const settings = { name: 'hessian', samples: curvature.rows, probes: 10 };
    const [hessian] = await bench.results(imported.settings, measurements(settings, [[run]]));
    const top = scalarNamed(hessian!.measurements, 'hessianTopEigenvalue').value!;
    expect(Math.abs(top / curvature.lambda_max - 1)).toBeLessThan(importedCurvature.relative);
  });

  it('gives the first test sample the logits that PyTorch computed', async () => {
    const { network, data, theta, given } = loaded(file, model);
    const program = await executor.program(`logits ${network.key}`, () =>
      logitsProgram(network, 1, { samples: 1, inputs: 64 }),
    );
    const { logits } = await program.run({
      theta: tensor([1, 1, theta.length], theta),
      x: tensor([1, 64], data.test.inputs.subarray(0, 64)),
      ...given,
    });
    metrics!.first_test_logits.data.forEach((expectedLogit, i) => {
      const scale = Math.max(...metrics!.first_test_logits.data.map(Math.abs));
      expect(Math.abs(logits!.data[i]! - expectedLogit) / scale).toBeLessThan(
        importedCurvature.relative,
      );
    });
  });
});

describe('the trace of the Hessian', () => {
  it.each([
    ['mlp.pt', 'mlp'],
    ['cnn.pt', 'cnn'],
  ] as const)('of %s is what PyTorch computed, as the sum of its diagonal', async (file, kind) => {
    const { curvature } = files.find((one) => one.file === file)!.metrics!;
    const { network, data, theta, given } = loaded(file, kind);
    const { rows, parameter_count: count, trace } = curvature!;
    expect(count).toBe(network.parameterCount);
    const vectors = 10;
    const shape = { samples: rows, inputs: 64, classes: 10 };
    const program = await executor.program(`curvature ${network.key}`, () =>
      curvatureProgram(network, { models: 1, vectors }, shape),
    );
    const x = tensor([rows, 64], data.measured.inputs.subarray(0, 64 * rows));
    const targets = tensor([rows, 10], oneHotRows(data.measured.labels.subarray(0, rows), 10));
    let sum = 0;
    for (let from = 0; from < count; from += vectors) {
      const basis = new Float32Array(vectors * count);
      for (let i = 0; i < Math.min(vectors, count - from); i++) basis[i * count + from + i] = 1;
      const { curvatures } = await program.run({
        theta: tensor([1, 1, 1, count], theta),
        vectors: tensor([1, vectors, 1, count], basis),
        ...{ x, targets },
        ...Object.fromEntries(
          Object.entries(given).map(([key, { data: q }]) => [key, tensor([1, 1, 1, q.length], q)]),
        ),
      });
      for (const value of curvatures!.data) sum += value;
    }
    expect(Math.abs(sum / trace - 1)).toBeLessThan(importedCurvature.relative);
  });
});

describe('the weights', () => {
  it('are the same whichever way PyTorch wrote them', () => {
    for (const kind of ['mlp', 'cnn'] as const) {
      const hashes = ['', '_legacy', '_wrapped'].map(
        (way) => importFile(`${kind}${way}.pt`, kind).hash,
      );
      expect(new Set(hashes).size).toBe(1);
    }
    expect(importFile('mlp_float16.pt', 'mlp').file.types).toEqual(['float16']);
  });
});
