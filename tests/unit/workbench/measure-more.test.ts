import { describe, expect, it, onTestFinished } from 'vitest';
import { Workbench } from '#main/workbench';
import { putArtifact } from '#main/store/artifacts';
import type { ArtifactHash, TaskResult } from '#main/workers/job';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { FakePool, fakeResult, type FakeTask } from '../../fixtures/fake-pool';
import { smallSpecInput } from '../../fixtures/small-spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const roughness = { name: 'roughness', directions: 3, samples: 64 };
const short = { ...smallSpecInput, metrics: [{ name: 'weight-distance' }] };

function open(folder = temporaryFolder()) {
  const pool = new FakePool();
  const workbench = Workbench.open({ folder, pool });
  onTestFinished(() => workbench[Symbol.asyncDispose]());
  const { desk, handlers } = workbench;
  /** Trainings keep weights that are really there; a roughness is its task's first seed. */
  const result = (task: FakeTask): TaskResult => {
    if ('seed' in task) {
      const put = putArtifact(desk.store.artifactsFolder, Buffer.from(`weights ${task.taskId}`));
      const artifact = { ...put, name: 'weights', hash: put.hash as ArtifactHash };
      return fakeResult(task, { artifacts: [artifact] });
    }
    if (task.runs.length > 1) return fakeResult(task);
    const seed = task.runs[0]?.seed ?? 0;
    const about = { subject: { kind: 'run', seed }, samples: 'none', error: null } as const;
    return fakeResult(task, {
      measurements: [{ kind: 'scalar', name: 'roughnessIndex', value: seed + 1, ...about }],
    });
  };
  const settle = async (experimentId: string) => {
    await pool.finishAll(result);
    return desk.scheduler?.whenSettled(experimentId);
  };
  const begin = async (spec: ExperimentSpecInput = short) => {
    const { experimentId } = await handlers['experiment.create']({ spec });
    await handlers['experiment.start']({ experimentId });
    return experimentId;
  };
  const measure = (
    experimentId: string,
    cells: number[] | null,
    metrics: unknown[] = [roughness],
  ) => handlers['experiment.measure']({ experimentId, metrics, cells });
  const cells = (experimentId: string) =>
    desk
      .cells(desk.require(experimentId))
      .cells.map(({ metrics: { roughnessIndex } }) => [
        roughnessIndex?.values,
        roughnessIndex?.reasons[0],
      ]);
  return { workbench, pool, desk, handlers, result, settle, begin, measure, cells };
}

const ids = (tasks: readonly { id: string }[]) => tasks.map(({ id }) => id);

describe('experiment.measure', () => {
  it('measures one cell of a finished experiment, tells so in results and view, and leaves the spec', async () => {
    const { begin, cells, handlers, measure, settle } = open();
    const experimentId = await begin();
    expect(await settle(experimentId)).toBe('finished');
    await handlers['experiment.cells']({ experimentId });
    expect(await measure(experimentId, [1])).toEqual({ state: 'running' });
    expect(await settle(experimentId)).toBe('finished');
    expect(cells(experimentId)).toEqual([
      [[null, null], 'not measured in this cell: it was added to others only'],
      [[1, 2], null],
    ]);
    // Screens read what was kept from before the addition, and what is new.
    const { scalars } = await handlers['experiment.cells']({ experimentId, cells: [1] });
    expect(scalars).toContain('roughnessIndex');
    const log = await handlers['experiment.log']({ experimentId });
    expect(log.map(({ kind }) => kind)).toEqual([
      'started',
      'finished',
      'extended',
      'resumed',
      'finished',
    ]);
    expect(log[2]?.message).toBe('To be measured too: roughness in 1 cell.');
    const view = await handlers['experiment.get']({ experimentId });
    if (!('spec' in view)) throw new Error('an experiment with a spec must have one');
    const { additions, spec } = view;
    expect(additions).toMatchObject([{ metric: roughness, cells: [1] }]);
    expect(spec.metrics.map(({ name }) => name)).toEqual(['weight-distance']);
    const figure = await handlers['figure.render']({
      experimentId,
      kind: 'heatmap',
      metric: 'roughnessIndex',
    });
    expect(JSON.parse(figure.provenance)).toMatchObject({ additions });
    expect(figure.methods).toMatch(
      /Measured besides, after the experiment was started: roughness.*\(\d{4}-\d\d-\d\d, in 1 cell\)/,
    );
    const line = figure.csv.split('\n');
    expect(line[0]).toContain('roughnessIndex');
  });

  it('makes the tasks that the spec would have made: equal work has equal ids', async () => {
    const { begin, desk, handlers, measure, settle } = open();
    const experimentId = await begin();
    await settle(experimentId);
    await measure(experimentId, null);
    await settle(experimentId);
    const twin = { ...short, name: 'twin', metrics: [...short.metrics, roughness] };
    const { experimentId: twinId } = await handlers['experiment.create']({ spec: twin });
    expect(ids(desk.store.tasks.ofExperiment(twinId))).toEqual(
      ids(desk.store.tasks.ofExperiment(experimentId)),
    );
    expect((await handlers['experiment.progress']({ experimentId: twinId })).tasks.done).toBe(10);
  });

  it('is taken up by an experiment that runs', async () => {
    const { begin, cells, measure, pool, result, settle } = open();
    const experimentId = await begin();
    pool.finish(0, result);
    expect(await measure(experimentId, null)).toEqual({ state: 'running' });
    expect(await settle(experimentId)).toBe('finished');
    expect(cells(experimentId)).toEqual([
      [[1, 2], null],
      [[1, 2], null],
    ]);
  });

  it('waits in one that was cancelled until that is resumed, also after a restart', async () => {
    const folder = temporaryFolder();
    const first = open(folder);
    const experimentId = await first.begin();
    await first.handlers['experiment.cancel']({ experimentId });
    await first.desk.scheduler?.whenSettled(experimentId);
    expect(await first.measure(experimentId, [0])).toEqual({ state: 'cancelled' });
    expect(first.pool.sent.some((job) => job.kind === 'measure')).toBe(false);
    await first.workbench[Symbol.asyncDispose]();
    const second = open(folder);
    await second.handlers['experiment.resume']({ experimentId });
    expect(await second.settle(experimentId)).toBe('finished');
    expect(second.cells(experimentId)[0]).toEqual([[1, 2], null]);
  });

  it('is there to be resumed where the process died before it began to measure', async () => {
    const { begin, desk, handlers, measure, settle } = open();
    const experimentId = await begin();
    await settle(experimentId);
    const { scheduler } = desk;
    // What a kill leaves: the addition and its plan are written, nothing has been started.
    Object.assign(desk, { start: () => 0 });
    expect(await measure(experimentId, [0])).toEqual({ state: 'paused' });
    expect(scheduler?.isActive(experimentId)).toBe(false);
    scheduler?.start(experimentId);
    expect(await settle(experimentId)).toBe('finished');
    const { tasks } = await handlers['cell.get']({ experimentId, cell: 0 });
    expect(tasks.filter(({ kind }) => kind === 'roughness').map(({ state }) => state)).toEqual([
      'done',
      'done',
    ]);
  });

  it('is done again with the training that it reads', async () => {
    const { begin, desk, measure, settle } = open();
    const experimentId = await begin();
    await settle(experimentId);
    await measure(experimentId, [0]);
    await settle(experimentId);
    const [training] = desk.store.tasks.ofExperiment(experimentId);
    const lease = desk.store.lease.acquire();
    const redone = desk.store.redo(lease, [training?.id ?? '']);
    desk.store.lease.release(lease);
    expect(redone).toEqual({ trainings: 1, measurements: 2, experiments: ['small'] });
  });

  it('refuses a draft and every wrong request, and writes nothing then', async () => {
    const { begin, handlers, measure, settle, desk } = open();
    const { experimentId: draft } = await handlers['experiment.create']({
      spec: { ...short, name: 'draft' },
    });
    await expect(measure(draft, null)).rejects.toThrow(/must have been started .* got a draft/);
    const experimentId = await begin();
    await settle(experimentId);
    const before = ids(desk.store.tasks.ofExperiment(experimentId));
    await expect(
      measure(experimentId, [0], [roughness, { name: 'sgd-walk' }, { name: 'weight-distance' }]),
    ).rejects.toThrow(/recorded along the trainings.*\n.*measured there already/);
    expect(ids(desk.store.tasks.ofExperiment(experimentId))).toEqual(before);
    expect(desk.require(experimentId)).toMatchObject({ additions: [], state: 'finished' });
  });
});

describe('cell.offers', () => {
  it('offers every other metric with its cost, the settings of other cells, and what is against it', async () => {
    const { begin, handlers, measure, settle } = open();
    const experimentId = await begin();
    await settle(experimentId);
    await measure(experimentId, [1]);
    await settle(experimentId);
    const offers = await handlers['cell.offers']({ experimentId, cell: 0 });
    const named = (name: string) => offers.find(({ metric }) => metric.name === name);
    expect(named('weight-distance')).toBeUndefined();
    expect(named('roughness')).toMatchObject({
      metric: roughness,
      isFixed: true,
      problems: [],
      here: { tasks: 2 },
      everywhere: { tasks: 2 },
      cells: 1,
    });
    // A Hessian-vector product is two gradients; every cell has two seeds.
    const hessian = named('hessian');
    expect(hessian).toMatchObject({ isFixed: false, here: { tasks: 2 }, everywhere: { tasks: 4 } });
    expect(hessian?.everywhere.gradients).toBeCloseTo(2 * (hessian?.here.gradients ?? 0));
    expect(named('sgd-walk')?.problems[0]?.fix).toMatch(/duplicate the experiment/);
    const there = await handlers['cell.offers']({ experimentId, cell: 1 });
    expect(there.some(({ metric }) => metric.name === 'roughness')).toBe(false);
  });

  it('costs what the plan of a spec with that metric costs', async () => {
    const { begin, handlers, settle } = open();
    const experimentId = await begin();
    await settle(experimentId);
    const metrics = [{ name: 'hessian', samples: 64 }];
    const check = await handlers['experiment.checkMeasure']({ experimentId, metrics, cells: null });
    const planned = await handlers['spec.check']({
      spec: { ...short, name: 'other', metrics: [...short.metrics, ...metrics] },
    });
    const row = planned.ok ? planned.plan.work.find(({ kind }) => kind === 'hessian') : null;
    expect(check).toMatchObject({
      ok: true,
      work: { tasks: row?.tasks, gradients: row?.gradients },
    });
  });
});
