import { describe, expect, it } from 'vitest';
import { cellsResult, pairResults, runResults } from '#main/experiments/results';
import type { TaskOutcome } from '#main/store/result-table';
import type { TaskId } from '#main/workers/job';
import type { Measurement } from '#shared/domain/measurement';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';

const scalar = (name: string, seeds: number[], value: number | null): Measurement => ({
  kind: 'scalar',
  name,
  subject:
    seeds.length === 1
      ? { kind: 'run', seed: seeds[0] ?? 0 }
      : { kind: 'pair', seeds: [seeds[0] ?? 0, seeds[1] ?? 0] },
  value,
  ...(value === null ? { reason: 'run diverged' } : {}),
  error: value === null ? null : 0.5,
  samples: 'all',
});

function outcome(
  taskId: string,
  measurements: Measurement[],
  status: 'done' | 'diverged' = 'done',
) {
  return {
    kind: 'result',
    finishedAt: '',
    result: {
      taskId: taskId as TaskId,
      status,
      measurements,
      artifacts: [],
      engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
      durationMs: 1,
      steps: 0,
    },
  } satisfies TaskOutcome;
}

/** Cell 0: three seeds, seed 2 diverged; cell 1 has nothing yet. */
async function measured() {
  const store = openStore();
  const spec = smallSpec({
    seeds: [0, 1, 2],
    metrics: [
      { name: 'cka', samples: 128 },
      { name: 'mode-connectivity', epochs: 2, pairs: 'ring' },
    ],
  });
  const { experiment, plan } = storeExperiment(store, spec);
  const id = (kind: string, seeds: number[]) =>
    plan.tasks.find(
      (task) => task.cell === 0 && task.kind === kind && task.seeds.join() === seeds.join(),
    )?.id ?? '';
  await store.commit(store.lease.acquire(), [
    outcome(id('train', [0]), [scalar('trainLoss', [0], 1), scalar('trainAccuracy', [0], 0.5)]),
    outcome(id('train', [1]), [scalar('trainLoss', [1], 3)]),
    outcome(id('train', [2]), [scalar('trainLoss', [2], null)], 'diverged'),
    outcome(id('cka', [0, 1, 2]), [
      scalar('cka', [0, 1], 0.9),
      scalar('cka', [0, 2], null),
      scalar('cka', [1, 2], null),
    ]),
    outcome(id('mode-connectivity', [0, 1]), [scalar('modeConnectivity', [0, 1], -5)]),
  ]);
  return { store, experiment };
}

describe('cellsResult', () => {
  it('summarises over seeds and pairs, leaving out what could not be computed', async () => {
    const { store, experiment } = await measured();
    const { axes, cells } = cellsResult(store, experiment);
    expect(axes).toEqual([{ path: 'model.width', role: 'load', values: [4, 8] }]);
    expect(cells[0]).toMatchObject({ index: 0, axes: { 'model.width': 4 }, n: 3, diverged: 1 });
    expect(cells[0]?.metrics['trainLoss']).toMatchObject({
      mean: 2,
      sd: Math.SQRT2,
      n: 2,
      over: 'seeds',
      lowerQuartile: 1.5,
      median: 2,
      upperQuartile: 2.5,
      values: [1, 3, null],
      errors: [0.5, 0.5, null],
    });
    expect(cells[0]?.metrics['cka']).toMatchObject({
      n: 1,
      over: 'pairs',
      median: 0.9,
      sd: null,
      values: [0.9, null, null],
    });
    expect(cells[0]?.metrics['modeConnectivity']).toMatchObject({ values: [-5, null, null] });
  });

  it('has the standard error of a mean over seeds, and over pairs that of leaving out a seed', async () => {
    const store = openStore();
    const spec = smallSpec({
      seeds: [0, 1, 2],
      metrics: [{ name: 'mode-connectivity', epochs: 2, pairs: 'ring' }],
    });
    const { experiment, plan } = storeExperiment(store, spec);
    const tasks = plan.tasks.filter(({ cell }) => cell === 0);
    const losses = [1, 2, 6];
    // By the seed that a pair is without: 0, 1, 2.
    const without = [-0.5, -1.5, -2.5];
    const numbersOf = ({ kind, seeds }: (typeof tasks)[number]) => {
      const [a = 0, b = 0] = seeds;
      return kind === 'train'
        ? [scalar('trainLoss', [...seeds], losses[a] ?? 0)]
        : [scalar('modeConnectivity', [...seeds], without[3 - a - b] ?? 0)];
    };
    await store.commit(
      store.lease.acquire(),
      tasks.map((task) => outcome(task.id, numbersOf(task))),
    );
    const thresholds = { ...experiment.thresholds, trainLoss: 0.1, modeConnectivity: -0.8 };
    const [cell] = cellsResult(store, experiment, { thresholds }).cells;
    // Squared deviations 4 + 1 + 9 over 2, over 3 seeds.
    expect(cell?.metrics['trainLoss']?.se).toBeCloseTo(Math.sqrt(14 / 2 / 3), 12);
    // Leaving out a seed leaves one of three pairs: 2/3 of the squared deviations 1 + 0 + 1; as independent values it would be 1/sqrt(3).
    expect(cell?.metrics['modeConnectivity']).toMatchObject({ mean: -1.5, n: 3, over: 'pairs' });
    expect(cell?.metrics['modeConnectivity']?.se).toBeCloseTo(Math.sqrt(4 / 3), 12);
    // 0.7 above the mean: within the one error, beyond the other.
    expect(cell?.phase).toBe('undecided');
    expect(cell?.phaseReason).toMatch(/^mode connectivity −1.5 lies within one standard error/);
  });

  it('labels the phase, and says what is missing where nothing is measured', async () => {
    const { store, experiment } = await measured();
    const { cells } = cellsResult(store, experiment);
    expect(cells.map((cell) => [cell.phase, cell.phaseReason])).toEqual([
      ['I', 'sharp and poorly connected'],
      ['undecided', 'train loss is missing'],
    ]);
  });

  it('says of a number that a finished measurement lacks that it came later', async () => {
    const { store, experiment } = await measured();
    const [first, second] = cellsResult(store, experiment).cells;
    const older = 'measured by an older version, which did not yield this number';
    expect(first?.metrics['curveLength']?.reasons).toEqual([older, null, null]);
    expect(second?.metrics['curveLength']?.reasons).toEqual([null, null, null]);
  });

  it('says why a number will not come: its task failed, or the training that it reads', async () => {
    const store = openStore();
    const { experiment, plan } = storeExperiment(
      store,
      smallSpec({ seeds: [0, 1, 2], metrics: [{ name: 'hessian' }, { name: 'cka' }] }),
    );
    const fail = (kind: string, seeds: number[], message: string): TaskOutcome => ({
      kind: 'failed',
      taskId:
        plan.tasks.find(
          (task) => task.cell === 0 && task.kind === kind && task.seeds.join() === seeds.join(),
        )?.id ?? '',
      error: { code: 'internal', message },
      attempts: 1,
      finishedAt: '',
    });
    await store.commit(store.lease.acquire(), [
      fail('train', [2], 'no memory'),
      fail('hessian', [0], 'no luck'),
    ]);
    const [first, second] = cellsResult(store, experiment).cells;
    const untrained = 'not trained: seed 2 failed (no memory)';
    expect(first?.metrics['trainLoss']?.reasons).toEqual([null, null, untrained]);
    expect(first?.metrics['hessianTrace']?.reasons).toEqual([
      'the measurement failed (no luck)',
      null,
      untrained,
    ]);
    expect(first?.metrics['cka']?.reasons).toEqual([null, untrained, untrained]);
    expect(first?.phaseReason).toBe(`train loss is missing: ${untrained}`);
    expect(second?.metrics['cka']?.reasons).toEqual([null, null, null]);
    const runs = runResults(store, experiment, () => 'failed');
    expect(runs[0]?.reasons['hessianTrace']).toBe('the measurement failed (no luck)');
    expect(pairResults(store, experiment)[1]?.reasons['cka']).toBe(untrained);
  });

  it('uses the thresholds given', async () => {
    const { store, experiment } = await measured();
    const thresholds = { ...experiment.thresholds, trainLoss: 5, modeConnectivity: -10 };
    expect(cellsResult(store, experiment, { thresholds }).cells[0]?.phase).toBe('IV-B');
  });

  it('labels no cell whose train loss is not below chance', async () => {
    const { store, experiment } = await measured();
    const label = (chance: number) =>
      cellsResult(store, experiment, { chanceLoss: () => chance }).cells[0];
    expect(label(9)).toMatchObject({ phase: 'I', chanceLoss: 9 });
    expect(label(1)?.phase).toBe('undecided');
    expect(label(1)?.phaseReason).toMatch(/trained: train loss 2 /);
  });

  it('has the metrics of the spec and no others', async () => {
    const { store, experiment } = await measured();
    const names = Object.keys(cellsResult(store, experiment).cells[1]?.metrics ?? {});
    expect(names).toContain('testAccuracy');
    expect(names).toContain('curveBarrier');
    expect(names).not.toContain('hessianTrace');
  });
});

describe('runResults', () => {
  it('has a row for every run with its state and numbers', async () => {
    const { store, experiment } = await measured();
    const runs = runResults(store, experiment, (task) =>
      task.state === 'pending' ? 'ready' : task.state,
    );
    expect(runs.map((run) => [run.cell, run.seed, run.state, run.metrics['trainLoss']])).toEqual([
      [0, 0, 'done', 1],
      [0, 1, 'done', 3],
      [0, 2, 'diverged', null],
      [1, 0, 'ready', null],
      [1, 1, 'ready', null],
      [1, 2, 'ready', null],
    ]);
  });
});

describe('pairResults', () => {
  it('has a row for every pair with what is measured between its runs', async () => {
    const { store, experiment } = await measured();
    const pairs = pairResults(store, experiment).filter((pair) => pair.cell === 0);
    expect(
      pairs.map((pair) => [pair.seeds, pair.metrics['cka'], pair.metrics['modeConnectivity']]),
    ).toEqual([
      [[0, 1], 0.9, -5],
      [[0, 2], null, null],
      [[1, 2], null, null],
    ]);
    expect(pairs[1]?.reasons).toMatchObject({ cka: 'run diverged' });
  });

  it('says which pairs the spec does not ask for', () => {
    const store = openStore();
    const spec = smallSpec({
      seeds: [0, 1, 2],
      metrics: [{ name: 'cka' }, { name: 'mode-connectivity', epochs: 2, pairs: 'first' }],
    });
    const { experiment } = storeExperiment(store, spec);
    const [connected, other] = pairResults(store, experiment);
    expect(connected?.reasons).toEqual({});
    expect(other?.reasons['modeConnectivity']).toBe('the spec does not ask for this pair');
  });
});
