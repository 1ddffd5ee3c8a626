import { readdirSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { makeHandlers } from '#main/workbench/handlers';
import type { WorkbenchEvent } from '#shared/contract/events';
import { procedures, type ProcedureHandlers } from '#shared/contract/procedures';
import { fakeResult } from '../fixtures/fake-pool';
import { openWorkbench } from '../fixtures/open-workbench';
import { smallSpec, smallSpecInput } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';

describe('makeHandlers', () => {
  it('has a handler for every procedure, and none besides', () => {
    expectTypeOf(makeHandlers).returns.toEqualTypeOf<ProcedureHandlers>();
    const { workbench } = openWorkbench();
    expect(Object.keys(workbench.handlers).sort()).toEqual(Object.keys(procedures).sort());
  });
});

describe('Workbench.dispatch', () => {
  it('answers with the id of the call', async () => {
    const { workbench } = openWorkbench();
    const frame = { kind: 'call', id: 42, procedure: 'sample.list', input: {} } as const;
    expect(await workbench.dispatch(frame)).toMatchObject({ kind: 'reply', id: 42, ok: true });
  });

  it.each([
    ['an unknown procedure', 'experiment.explode', {}],
    ['a name of the prototype', 'constructor', {}],
    ['an input of a wrong type', 'experiment.get', { experimentId: 3 }],
    ['a missing input', 'experiment.get', {}],
    ['an input too many', 'experiment.list', { path: '/etc/passwd' }],
    ['no object', 'experiment.list', null],
    [
      'thresholds that are no numbers',
      'experiment.setThresholds',
      { experimentId: 'x', thresholds: {} },
    ],
    [
      'a likeness that no cell can reach',
      'experiment.setThresholds',
      {
        experimentId: 'x',
        thresholds: {
          flatBy: 'trainLoss',
          trainLoss: 0.1,
          logTrace: 4,
          modeConnectivity: -1,
          cka: 2,
        },
      },
    ],
    ['a negative cell', 'cell.get', { experimentId: 'x', cell: -1 }],
  ])('refuses %s as invalid input', async (_what, procedure, input) => {
    const { refused } = openWorkbench();
    expect(await refused(procedure, input)).toMatchObject({ code: 'invalid-input' });
  });

  it('says which experiment does not exist', async () => {
    const { refused } = openWorkbench();
    for (const procedure of ['experiment.get', 'experiment.start', 'experiment.cells'])
      expect(await refused(procedure, { experimentId: 'gone' })).toMatchObject({
        code: 'not-found',
      });
  });

  it('gives outputs that fit the contract for every reading procedure', async () => {
    const { ask } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    await ask('workbench.describe', {});
    await ask('sample.list', {});
    await ask('dataset.list', {});
    await ask('sample.list', {});
    await ask('engine.list', {});
    await ask('experiment.list', {});
    await ask('experiment.get', { experimentId });
    await ask('experiment.progress', { experimentId });
    await ask('experiment.cells', { experimentId });
    await ask('experiment.runs', { experimentId });
    await ask('experiment.pairs', { experimentId });
    const cell = await ask('cell.get', { experimentId, cell: 1 });
    expect(cell.tasks.map((task) => task.state)).toEqual([
      'ready',
      'ready',
      ...Array<string>(5).fill('waiting'),
    ]);
    const samples = await ask('sample.list', {});
    expect(samples.map((sample) => sample.name)).toEqual([
      'digits-width-batch',
      'digits-cnn',
      'digits-label-noise',
      'digits-every-metric',
      'convection-beta',
      'poisson-1d-ritz',
      'poisson-1d-galerkin',
    ]);
    for (const { title, name, description } of samples) {
      expect(title).not.toBe(name);
      expect(description).not.toBe('');
    }
  });

  it('checks a spec without writing anything', async () => {
    const { ask, workbench } = openWorkbench();
    const good = await ask('spec.check', { spec: smallSpecInput });
    expect(good).toMatchObject({ ok: true, plan: { cells: 2, runs: 4, runsDone: 0, tasks: 14 } });
    const bad = await ask('spec.check', { spec: { ...smallSpecInput, seeds: [], name: '' } });
    expect(bad.ok ? [] : bad.problems.map((problem) => problem.path)).toEqual(['name', 'seeds']);
    expect(await ask('experiment.list', {})).toEqual([]);
    expect(readdirSync(workbench.desk.store.folder)).not.toContain('experiments');
  });
});

describe('experiment.create', () => {
  it('finds the experiment that has the spec already, and refuses the name for another spec', async () => {
    const { ask, refused } = openWorkbench();
    const first = await ask('experiment.create', { spec: smallSpecInput });
    expect(await ask('experiment.create', { spec: { ...smallSpecInput } })).toEqual(first);
    const other = { ...smallSpecInput, seeds: [0, 1, 2] };
    const error = await refused('experiment.create', { spec: other });
    expect(error.code).toBe('conflict');
    expect(error.message).toMatch(/"small" that has another seeds/);
  });

  it('refuses an invalid spec with every problem', async () => {
    const { refused } = openWorkbench();
    const spec = {
      ...smallSpecInput,
      seeds: [0, 0],
      axes: [{ path: 'model.colour', role: 'load', values: [1] }],
    };
    const error = await refused('experiment.create', { spec });
    expect(error.code).toBe('invalid-spec');
    expect(error.message.split('\n').length).toBeGreaterThan(1);
  });
});

describe('editing a draft', () => {
  it('keeps the experiment when its name and spec change', async () => {
    const { ask } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    const spec = { ...smallSpecInput, name: 'renamed', seeds: [0] };
    await ask('experiment.edit', { experimentId, spec });
    const [only, ...others] = await ask('experiment.list', {});
    expect(only).toMatchObject({ id: experimentId, name: 'renamed', state: 'draft', cells: 2 });
    expect([only?.runs.total, others]).toEqual([2, []]);
    // The plan is compared with what was written before its results are shown.
    expect((await ask('experiment.cells', { experimentId })).cells).toHaveLength(2);
  });

  it('refuses a name in use, an invalid spec, and what has been started', async () => {
    const { ask, refused } = openWorkbench();
    await ask('experiment.create', { spec: smallSpecInput });
    const other = { ...smallSpecInput, name: 'other' };
    const { experimentId } = await ask('experiment.create', { spec: other });
    const edit = (spec: unknown) => refused('experiment.edit', { experimentId, spec });
    expect((await edit(smallSpecInput)).message).toMatch(/name: must be new, got "small"/);
    expect((await edit({ ...other, seeds: [] })).code).toBe('invalid-spec');
    await ask('experiment.start', { experimentId });
    expect((await edit({ ...other, seeds: [0] })).message).toMatch(/must be a draft/);
    expect(await ask('experiment.get', { experimentId })).toMatchObject({
      spec: { seeds: [0, 1] },
    });
  });
});

describe('the loss curves', () => {
  it('are there for a screen that opens late, and whole once a training has ended', async () => {
    const { ask, pool, workbench } = openWorkbench();
    const spec = { ...smallSpecInput, metrics: [] };
    const { experimentId } = await ask('experiment.create', { spec });
    const curves = () => ask('experiment.trainings', { experimentId, most: 6 });
    expect(await curves()).toEqual([]);
    await ask('experiment.start', { experimentId });
    const task = pool.sent[0]?.tasks[0];
    if (!task) throw new Error('a job was sent');
    const report = (epoch: number[]) =>
      pool.report(0, {
        kind: 'epochs',
        taskId: task.taskId,
        epochs: 4,
        steps: 22,
        stepsBefore: 0,
        totalSteps: 88,
        packed: 1,
        columns: { epoch, trainLoss: epoch.map((e) => 1 / (e + 1)) },
      });
    report([0, 1]);
    report([2]);
    expect(await curves()).toMatchObject([
      { taskId: task.taskId, epochs: 4, columns: { epoch: [0, 1, 2] } },
    ]);
    const epoch = [0, 1, 2, 3, 4];
    await pool.finishAll((each) =>
      fakeResult(each, {
        measurements: [
          {
            kind: 'series',
            name: 'training',
            subject: { kind: 'run', seed: 0 },
            columns: { epoch, trainLoss: epoch },
            samples: 'all',
          },
        ],
      }),
    );
    await workbench.desk.schedulerFor(experimentId).whenSettled(experimentId);
    const ended = await curves();
    expect(ended.find((curve) => curve.taskId === task.taskId)?.columns).toEqual({
      epoch,
      trainLoss: epoch,
    });
    expect(await ask('experiment.trainings', { experimentId, most: 1 })).toHaveLength(1);
  });
});

describe('figure.paint', () => {
  it('gives the figure as PDF and PNG', async () => {
    const { ask, pool, workbench } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    await ask('experiment.start', { experimentId });
    const subject = { kind: 'run', seed: 0 } as const;
    const accuracy = { kind: 'scalar', name: 'testAccuracy', value: 0.5, error: null } as const;
    await pool.finishAll((task) =>
      fakeResult(task, { measurements: [{ ...accuracy, subject, samples: 'all' }] }),
    );
    await workbench.desk.schedulerFor(experimentId).whenSettled(experimentId);
    const paint = async (format: 'pdf' | 'png') => {
      const { base64 } = await ask('figure.paint', { experimentId, kind: 'phase-diagram', format });
      return Buffer.from(base64, 'base64').toString('latin1', 0, 4);
    };
    expect(await paint('pdf')).toBe('%PDF');
    expect(await paint('png')).toBe('\x89PNG');
  });
});

describe('running an experiment', () => {
  it('goes from draft over running to finished, telling every screen', async () => {
    const { ask, pool, workbench } = openWorkbench();
    const heard: WorkbenchEvent[] = [];
    workbench.subscribe((event) => heard.push(event));
    const { experimentId } = await ask('experiment.create', {
      spec: { ...smallSpecInput, metrics: [] },
    });
    await ask('experiment.start', { experimentId });
    expect(await ask('experiment.progress', { experimentId })).toMatchObject({
      state: 'running',
      workersBusy: 2,
      runs: { running: 4, done: 0 },
    });
    const [job] = pool.sent;
    const taskId = job?.tasks[0]?.taskId;
    if (!taskId) throw new Error('a job was sent');
    pool.report(0, {
      kind: 'epochs',
      taskId,
      epochs: 1,
      steps: 22,
      stepsBefore: 0,
      totalSteps: 22,
      packed: 1,
      columns: { trainLoss: [1] },
    });
    await pool.finishAll();
    await workbench.desk.schedulerFor(experimentId).whenSettled(experimentId);
    const [summary] = await ask('experiment.list', {});
    expect(summary).toMatchObject({ state: 'finished', runs: { total: 4, done: 4 } });
    const names = new Set(heard.map((event) => event.name));
    expect(names).toEqual(
      new Set([
        'experiment.listed',
        'experiment.logged',
        'experiment.progress',
        'experiment.results',
        'run.epochs',
      ]),
    );
  });

  it('leaves an experiment on the engine that it was begun with when the default is another', async () => {
    const folder = temporaryFolder();
    const before = openWorkbench({ folder, engine: 'onnx-cpu' });
    const { experimentId } = await before.ask('experiment.create', { spec: smallSpecInput });
    await before.workbench[Symbol.asyncDispose]();

    const automatic = openWorkbench({ folder, engine: 'reference', isEngineAutomatic: true });
    const created = await automatic.ask('experiment.create', { spec: smallSpecInput });
    expect(created).toEqual({ experimentId });
    await automatic.ask('experiment.start', { experimentId });
    expect(automatic.pool.sent.map((job) => job.engine)).toEqual(['onnx-cpu', 'onnx-cpu']);
    await automatic.pool.finishAll();
    await automatic.workbench.desk.schedulerFor(experimentId).whenSettled(experimentId);
    const { tasks, tasksDone } = automatic.workbench.desk.summarise(smallSpec());
    expect(tasksDone).toBe(tasks);
    await automatic.ask('experiment.create', { spec: { ...smallSpecInput, name: 'another' } });
    await automatic.workbench[Symbol.asyncDispose]();

    const named = openWorkbench({ folder, engine: 'reference' });
    expect(await named.refused('experiment.create', { spec: smallSpecInput })).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^engine: must be onnx-cpu that .+, got reference/) as string,
    });
    expect(
      await named.ask('experiment.create', { spec: { ...smallSpecInput, name: 'another' } }),
    ).toHaveProperty('experimentId');
  });

  it('refuses to delete what runs, and deletes what does not', async () => {
    const { ask, pool, refused, workbench } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    await ask('experiment.start', { experimentId });
    expect(await refused('experiment.delete', { experimentId })).toMatchObject({
      code: 'conflict',
    });
    await ask('experiment.cancel', { experimentId });
    await workbench.desk.schedulerFor(experimentId).whenSettled(experimentId);
    expect(pool.killed).toBe(2);
    await ask('experiment.delete', { experimentId });
    expect(await ask('experiment.list', {})).toEqual([]);
  });

  it('deletes at once after cancelling, waiting for what is being killed', async () => {
    const { ask } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    await ask('experiment.start', { experimentId });
    const cancelled = ask('experiment.cancel', { experimentId });
    const deleted = ask('experiment.delete', { experimentId });
    await cancelled;
    await deleted;
    expect(await ask('experiment.list', {})).toEqual([]);
  });

  it('refuses to steer or delete what another process runs, and names that process', async () => {
    const folder = temporaryFolder();
    const owner = openWorkbench({ folder });
    const { experimentId } = await owner.ask('experiment.create', { spec: smallSpecInput });
    await owner.ask('experiment.start', { experimentId });
    const other = openWorkbench({ folder });
    for (const verb of ['pause', 'stop', 'cancel', 'delete']) {
      const error = await other.refused(`experiment.${verb}`, { experimentId });
      expect(error.code).toBe('conflict');
      expect(error.message).toMatch(
        new RegExp(`process ${process.pid} on .* runs; do it there, or end that process$`),
      );
    }
    await owner.ask('experiment.pause', { experimentId });
    expect((await owner.ask('experiment.get', { experimentId })).summary.state).toBe('paused');
  });

  it('does not take an interrupted experiment for running while another one runs here', async () => {
    const { ask, workbench } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    workbench.desk.store.experiments.setState(experimentId, 'running'); // as a killed process leaves it
    const next = await ask('experiment.create', { spec: { ...smallSpecInput, name: 'next' } });
    await ask('experiment.start', next);
    expect((await ask('experiment.get', { experimentId })).summary.state).toBe('paused');
    await ask('experiment.delete', { experimentId });
  });

  it('shows an experiment of a dead process as paused and resumes it', async () => {
    const folder = temporaryFolder();
    const first = openWorkbench({ folder });
    const { experimentId } = await first.ask('experiment.create', { spec: smallSpecInput });
    const store = first.workbench.desk.store;
    store.experiments.setState(experimentId, 'running'); // as a killed process leaves it
    const second = openWorkbench({ folder });
    expect((await second.ask('experiment.get', { experimentId })).summary).toMatchObject({
      state: 'paused',
      interrupted: true,
    });
    await second.ask('experiment.resume', { experimentId });
    expect((await second.ask('experiment.get', { experimentId })).summary.state).toBe('running');
    expect((await first.refused('experiment.start', { experimentId })).message).toMatch(
      new RegExp(`process ${process.pid} on`),
    );
  });
});

describe('saved views', () => {
  it('come back as they were kept, are replaced by name, deleted, and gone with their experiment', async () => {
    const { ask, refused } = openWorkbench();
    const { experimentId } = await ask('experiment.create', { spec: smallSpecInput });
    const { thresholds } = await ask('experiment.get', { experimentId });
    const view = { name: 'wide', settings: { panels: 'cka', swap: '1' }, thresholds };
    await ask('view.save', { experimentId, ...view });
    await ask('view.save', { experimentId, ...view, name: 'a', settings: {} });
    const moved = { ...thresholds, cka: 0.8 };
    await ask('view.save', { experimentId, ...view, thresholds: moved });
    const kept = await ask('view.list', { experimentId });
    expect(kept).toMatchObject([
      { name: 'a', settings: {} },
      { name: 'wide', settings: view.settings, thresholds: moved },
    ]);
    await ask('view.delete', { experimentId, name: 'a' });
    expect((await ask('view.list', { experimentId })).map(({ name }) => name)).toEqual(['wide']);
    expect(await refused('view.delete', { experimentId, name: 'a' })).toMatchObject({
      code: 'not-found',
    });
    // Half of a character that takes two would come back as another one.
    for (const name of ['', ' a', 'x'.repeat(61), 'a\ud800'])
      expect(await refused('view.save', { experimentId, ...view, name })).toMatchObject({
        code: 'invalid-input',
      });
    await ask('experiment.delete', { experimentId });
    expect(await refused('view.list', { experimentId })).toMatchObject({ code: 'not-found' });
  });
});

describe('a read-only workbench', () => {
  it('reads everything and refuses every change', async () => {
    const folder = temporaryFolder();
    const writer = openWorkbench({ folder });
    const { experimentId } = await writer.ask('experiment.create', { spec: smallSpecInput });
    const reader = openWorkbench({ folder, readOnly: true });
    expect(await reader.ask('experiment.list', {})).toHaveLength(1);
    expect(await reader.ask('workbench.describe', {})).toMatchObject({ readOnly: true });
    const verbs = ['start', 'pause', 'stop', 'cancel', 'resume', 'retry', 'delete'];
    for (const verb of verbs)
      expect(await reader.refused(`experiment.${verb}`, { experimentId })).toMatchObject({
        code: 'conflict',
      });
    expect(await reader.refused('experiment.create', { spec: smallSpecInput })).toMatchObject({
      code: 'conflict',
    });
    const { thresholds } = await reader.ask('experiment.get', { experimentId });
    expect(
      await reader.refused('experiment.setThresholds', { experimentId, thresholds }),
    ).toMatchObject({ code: 'conflict' });
    const view = { experimentId, name: 'a', settings: {}, thresholds };
    expect(await reader.refused('view.save', view)).toMatchObject({ code: 'conflict' });
    expect(await reader.ask('view.list', { experimentId })).toEqual([]);
  });
});
