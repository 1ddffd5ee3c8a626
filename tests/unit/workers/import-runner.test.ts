import { describe, expect, it } from 'vitest';
import { encodeWeights } from '#main/checkpoints/weights-file';
import { makeNetwork } from '#main/metrics/model';
import { putArtifact } from '#main/store/artifacts';
import type { ArtifactHash, TaskId, TrainTask } from '#main/workers/job';
import { builtInDatasets } from '#shared/domain/datasets';
import { scalarNamed } from '../../fixtures/fixture-cell';
import { openJobBench } from '../../fixtures/job-bench';
import { quickSettings } from '../metrics/cell-context';

const bench = openJobBench('import-runner');
const settings = quickSettings();
const digits = builtInDatasets.find(({ name }) => name === 'digits')!;
const network = makeNetwork(settings.model, digits);
const task = (seed: number, weights: string): TrainTask => ({
  taskId: `imported-${seed}` as TaskId,
  seed,
  imported: { weights: weights as ArtifactHash, file: 'model.pt', sha256: 'f'.repeat(64) },
});
const put = (value: number) => {
  const final = new Float32Array(network.parameterCount).fill(value);
  return putArtifact(bench.folder(), encodeWeights(network.parameters, { final })).hash;
};

describe('evaluateImported', () => {
  it('evaluates every file as it would alone, and trains nothing', async () => {
    const [zero, large] = [put(0), put(1e30)];
    const tasks = [task(0, zero), task(1, large)];
    const results = await bench.results(settings, { kind: 'train', tasks });
    expect(results.map(({ status, steps }) => [status, steps])).toEqual([
      ['done', 0],
      ['done', 0],
    ]);
    const [first, second] = results;
    // All outputs are 0: every class is as likely as another.
    expect(scalarNamed(first!.measurements, 'testLoss').value).toBeCloseTo(Math.log(10), 6);
    expect(scalarNamed(second!.measurements, 'trainLoss')).toMatchObject({
      value: null,
      reason: 'the loss is not finite',
    });
    expect(first!.measurements.every(({ kind }) => kind === 'scalar')).toBe(true);
    expect(first!.artifacts).toMatchObject([{ name: 'weights', hash: zero }]);
    const [alone] = await bench.results(settings, { kind: 'train', tasks: [task(0, zero)] });
    expect(alone!.measurements).toEqual(first!.measurements);
  });

  it('names the file to import again where the weights are gone', async () => {
    const missing = '0'.repeat(64);
    const work = { kind: 'train', tasks: [task(0, missing)] } as const;
    const { reports } = await bench.execute(settings, work);
    expect(reports[0]).toMatchObject({ kind: 'task-failed', error: { code: 'not-found' } });
    expect(JSON.stringify(reports[0])).toMatch(
      /weights imported from model\.pt: must be in the project.*import the file with SHA-256 f+ again/,
    );
  });
});
