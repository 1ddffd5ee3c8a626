import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProjectStore } from '#main/store/project-store';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { childrenOf, cli, isAlive, startCli, type Running } from '../fixtures/command-line';
import { smallSpecInput } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';

/** Long enough that a kill comes in the middle, short enough to repeat. */
const longSpec: ExperimentSpecInput = {
  ...smallSpecInput,
  name: 'long',
  training: { epochs: 30, batchSize: 16 },
  axes: [
    { path: 'model.width', role: 'load', values: [4, 8, 16] },
    { path: 'training.batchSize', role: 'temperature', values: [4, 8, 16] },
  ],
  seeds: [0, 1, 2],
};

function prepare(spec = longSpec) {
  const folder = temporaryFolder();
  const file = join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify(spec));
  const project = join(folder, 'project');
  return { folder, project, args: ['run', file, '--project', project, '--json', '--workers', '2'] };
}

let undisturbed: Promise<string> | null = null;
/** What the spec yields when nothing happens to it. */
function expected(): Promise<string> {
  undisturbed ??= cli(...prepare().args).then(({ code, stdout }) => {
    expect(code).toBe(0);
    return stdout;
  });
  return undisturbed;
}

const finished = (project: string) => {
  using store = ProjectStore.open(project, { mode: 'read' });
  const [experiment] = store.experiments.list();
  const tasks = experiment ? store.tasks.ofExperiment(experiment.id) : [];
  return { state: experiment?.state, done: tasks.filter((task) => task.state === 'done').length };
};

/** Waits until some results, but not all, are in the database. */
async function untilHalfWay(project: string): Promise<void> {
  await expect
    .poll(
      () => {
        try {
          return finished(project).done;
        } catch {
          return 0; // not made yet
        }
      },
      { timeout: 60_000, interval: 20 },
    )
    .toBeGreaterThan(5);
}

const pidOf = ({ child }: Running) => child.pid ?? 0;

/** One epoch takes half a minute, in calls of the engine of a second each. */
const wideSpec: ExperimentSpecInput = {
  ...smallSpecInput,
  name: 'wide',
  model: { family: 'mlp', width: 2000, depth: 2 },
  training: { epochs: 1, batchSize: 1 },
  axes: [],
  seeds: [0, 1],
  metrics: [],
};

describe('kill -9 of the main process', () => {
  it('ends workers within seconds that are inside a long call of the engine', async () => {
    const { folder, project } = prepare();
    const file = join(folder, 'wide.json');
    writeFileSync(file, JSON.stringify(wideSpec));
    const run = startCli(['run', file, '--project', project, '--workers', '1']);
    await expect.poll(() => childrenOf(pidOf(run)).length, { timeout: 30_000 }).toBe(1);
    // Long enough to draw the weights and begin to train.
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const workers = childrenOf(pidOf(run));
    expect(workers, run.stderr()).toHaveLength(1);
    run.child.kill('SIGKILL');
    await expect.poll(() => workers.some(isAlive), { timeout: 3_000 }).toBe(false);
  });

  it('loses nothing that is in the database, leaves no worker behind, and goes on to the same numbers', async () => {
    const numbers = await expected();
    const { args, project } = prepare();
    for (let round = 0; round < 2; round++) {
      const run = startCli(args);
      if (round === 0) await untilHalfWay(project);
      else await expect.poll(() => childrenOf(pidOf(run)).length, { timeout: 30_000 }).toBe(2);
      const workers = childrenOf(pidOf(run));
      expect(workers).toHaveLength(2);
      const before = finished(project);
      run.child.kill('SIGKILL');
      expect((await run.ended).signal).toBe('SIGKILL');
      await expect.poll(() => workers.some(isAlive), { timeout: 10_000 }).toBe(false);
      const after = finished(project);
      expect(after.done).toBeGreaterThanOrEqual(before.done);
      expect(after.state).toBe('running'); // nobody was left to say otherwise
    }
    const last = await cli(...args);
    expect([last.code, last.stdout]).toEqual([0, numbers]);
    expect(finished(project).state).toBe('finished');
    const left = readdirSync(join(project, 'artifacts')).filter((name) => name.startsWith('.put-'));
    expect(left).toEqual([]);
  });
});

describe('kill -9 of a worker', () => {
  it('costs an attempt, no number', async () => {
    const numbers = await expected();
    const { args, project } = prepare();
    const run = startCli(args);
    await untilHalfWay(project);
    const [worker = 0] = childrenOf(pidOf(run));
    process.kill(worker, 'SIGKILL');
    const { code, stdout } = await run.ended;
    expect([code, stdout]).toEqual([0, numbers]);
    using store = ProjectStore.open(project, { mode: 'read' });
    const [experiment] = store.experiments.list();
    const attempts = store.tasks.ofExperiment(experiment?.id ?? '').map((task) => task.attempts);
    expect(Math.max(...attempts)).toBeLessThanOrEqual(1);
  });
});

describe('Ctrl+C', () => {
  it('finishes what runs, exits with 130, and is resumed by the same command', async () => {
    const numbers = await expected();
    const { args, project } = prepare();
    const run = startCli(args);
    await untilHalfWay(project);
    const workers = childrenOf(pidOf(run));
    run.child.kill('SIGINT');
    const { code, stderr, stdout } = await run.ended;
    expect([code, stderr]).toEqual([130, expect.stringMatching(/run the same command again/)]);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(workers.some(isAlive)).toBe(false);
    expect(finished(project).state).toBe('paused');
    const again = await cli(...args);
    expect([again.code, again.stdout]).toEqual([0, numbers]);
  });

  it('kills at once the second time', async () => {
    const { args, project } = prepare();
    const run = startCli(args);
    await untilHalfWay(project);
    const workers = childrenOf(pidOf(run));
    run.child.kill('SIGINT');
    await expect.poll(run.stderr).toMatch(/press Ctrl\+C again/);
    await new Promise((resolve) => setTimeout(resolve, 600));
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(workers.some(isAlive)).toBe(false);
  });
});

describe('two processes in one project', () => {
  it('lets one run and tells the other who it is; results can be read meanwhile', async () => {
    // So long that it still runs when the other process has started, however fast the engine is.
    const training = { epochs: 300, batchSize: 16 };
    const { args, project } = prepare({ ...longSpec, training });
    const run = startCli(args);
    await untilHalfWay(project);
    const other = await cli(...args);
    expect([other.code, other.stdout]).toEqual([3, '']);
    expect(other.stderr).toMatch(new RegExp(`got process ${pidOf(run)} on .* running since 20`));
    const results = await cli('results', '--project', project, '--experiment', 'long');
    expect(results.code).toBe(0);
    expect((await run.ended).code).toBe(0);
  });
});
