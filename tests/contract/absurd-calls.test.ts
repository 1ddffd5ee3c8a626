/** Calls that no screen makes: each has one clear answer, and nothing is changed by it. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { ProcedureName } from '#shared/contract/procedures';
import { testPlan } from '../fixtures/open-project';
import { openWorkbench } from '../fixtures/open-workbench';
import { smallSpec, smallSpecInput } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';

describe('Workbench.dispatch', () => {
  it('says of each wrong input where it is, the rule, what was got and what to do', async () => {
    const { refused } = openWorkbench();
    const told = async (procedure: string, input: unknown) =>
      (await refused(procedure, input)).message.split('\n');
    expect(await told('experiment.get', { experimentId: 3, x: 1 })).toEqual([
      'experiment.get: experimentId: must be a string, got 3; use a string',
      'experiment.get: x: must be a setting that exists, got 1; remove it or correct its name',
    ]);
    expect(await told('experiment.list', null)).toEqual([
      'experiment.list: input: must be an object, got null; use an object',
    ]);
  });

  it('tells of many mistakes in few words', async () => {
    const { refused } = openWorkbench();
    const taskIds = Array.from({ length: 5000 }, () => 0);
    const { message } = await refused('experiment.retry', { experimentId: 'x', taskIds });
    expect(message).toMatch(/and 4995 more mistakes$/);
    expect(message.length).toBeLessThan(1000);
    const long = await refused('dataset.remove', { name: 'e'.repeat(200_000) });
    expect(long.message.length).toBeLessThan(300);
  });

  it('takes no name of the prototype for a scalar', async () => {
    const { ask } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    const scalars = ['constructor', '__proto__', 'toString'];
    const { cells } = await ask('experiment.cells', { experimentId, scalars });
    expect(cells.map(({ metrics }) => Object.getOwnPropertyNames(metrics))).toEqual([[], []]);
  });

  it.each([
    ['reversed', [1, 0]],
    ['empty', [1, 1]],
    ['too wide for a number', [-1e308, 1e308]],
  ])('refuses a colour range that is %s', async (_what, range) => {
    const { ask, refused } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    const figure = { experimentId, kind: 'heatmap', metric: 'trainLoss' };
    expect(
      await refused('figure.render', { ...figure, ranges: { trainLoss: range } }),
    ).toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('ranges') as string,
    });
  });
});

describe('an experiment of a newer version', () => {
  it('is listed and can be deleted; what it cannot be asked is refused by naming what is unknown', async () => {
    const folder = temporaryFolder();
    const { ask, refused } = openWorkbench({ folder });
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    const db = new Database(join(folder, 'project.sqlite'));
    const row = `UPDATE experiments SET spec = json_set(spec, '$.metrics[0].name', 'of-tomorrow'), digest = NULL`;
    expect(db.prepare(row).run().changes).toBe(1);
    db.close();
    expect(await ask('experiment.list', {})).toHaveLength(1);
    const choice = { experimentId, filter: [], archived: 'shown', sort: [] };
    const asked: [ProcedureName, object][] = [
      ['experiment.start', { experimentId }],
      ['experiment.checkMeasure', { experimentId, metrics: [{ name: 'sharpness' }], cells: null }],
      ['cell.offers', { experimentId, cell: 0 }],
      ['runs.describe', { experimentId }],
      ['runs.keys', choice],
    ];
    for (const [procedure, input] of asked)
      expect(await refused(procedure, input)).toMatchObject({
        code: 'store-newer',
        message: expect.stringContaining('"of-tomorrow"') as string,
      });
    await ask('experiment.delete', { experimentId });
  });
});

describe('experiment.retry', () => {
  it('refuses a draft and tasks of no or of another experiment, and starts nothing', async () => {
    const { ask, refused, workbench } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    expect(await refused('experiment.retry', { experimentId })).toMatchObject({ code: 'conflict' });
    const { store } = workbench.desk;
    const lease = store.lease.acquire();
    store.writeAsOwner(lease, () => store.experiments.setState(experimentId, 'paused'));
    store.lease.release(lease);
    expect(await refused('experiment.retry', { experimentId, taskIds: ['x'] })).toMatchObject({
      code: 'not-found',
    });
    expect(store.experiments.find(experimentId)?.state).toBe('paused');
    expect(store.log.ofExperiment(experimentId)).toEqual([]);
  });

  it('keeps what it does again where a definition has changed since it was planned', async () => {
    const { ask, pool, workbench } = openWorkbench();
    const { store } = workbench.desk;
    const spec = { ...smallSpecInput, metrics: [] };
    const { experimentId } = await ask('experiment.create', { spec });
    const older = testPlan(smallSpec({ metrics: [], training: { epochs: 3, batchSize: 64 } }));
    store.replacePlan(experimentId, older.tasks);
    const lease = store.lease.acquire();
    const state = 'finished-with-failures';
    store.writeAsOwner(lease, () => store.experiments.setState(experimentId, state));
    store.lease.release(lease);
    await ask('experiment.retry', { experimentId });
    await pool.finishAll();
    await workbench.desk.schedulerFor(experimentId).whenSettled(experimentId);
    const states = store.tasks.ofExperiment(experimentId).map((task) => task.state);
    expect(states).toEqual(['done', 'done', 'done', 'done']);
  });
});
