import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from '#main/datasets/catalogue';
import { jobOf } from '#main/experiments/job-of';
import { forkWorker } from '#main/workers/worker-process';
import { repository, startCli } from '../fixtures/command-line';
import { testPlan } from '../fixtures/open-project';
import { smallSpec, smallSpecInput } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';

/** A home without anything in it, and no word about telemetry in the environment. */
function emptyHome() {
  const home = temporaryFolder();
  const env = {
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    ORT_DISABLE_TELEMETRY: undefined,
    // What it measures decides nothing in other tests.
    PHASESCAPE_CACHE: temporaryFolder(),
  };
  return { env, written: () => readdirSync(home, { recursive: true }) };
}

describe('what runs the engine', () => {
  it('writes nothing outside the project: a sweep with its workers', async () => {
    const { env, written } = emptyHome();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(smallSpecInput));
    const project = join(folder, 'project');
    const { code } = await startCli(['run', join(folder, 'spec.json'), '--project', project], env)
      .ended;
    expect(code).toBe(0);
    expect(written()).toEqual([]);
  });

  it('writes nothing: the list of engines, measured in the main process', async () => {
    const { env, written } = emptyHome();
    expect((await startCli(['engines', '--benchmark'], env).ended).code).toBe(0);
    expect(written()).toEqual([]);
  });

  it('writes nothing: a worker that another program starts, as the window does', async () => {
    const { env, written } = emptyHome();
    const before = { ...process.env };
    Object.assign(process.env, env);
    delete process.env['ORT_DISABLE_TELEMETRY'];
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const worker = forkWorker(join(repository, 'out/main/worker.js'))({
      report: ({ kind }) => {
        if (kind === 'task-done') resolve(undefined);
        if (kind === 'task-failed' || kind === 'unavailable') reject(new Error(kind));
      },
      exit: reject,
    });
    process.env = before;
    try {
      worker.send({
        kind: 'configure',
        settings: {
          engine: 'onnx-cpu',
          artifactsFolder: temporaryFolder(),
          checkpointsFolder: temporaryFolder(),
          resourcesFolder: join(repository, 'resources'),
          registryFolder: temporaryFolder(),
        },
      });
      worker.send({ kind: 'job', job: trainingJob() });
      await promise;
    } finally {
      worker.kill();
    }
    expect(written()).toEqual([]);
  });
});

function trainingJob() {
  const [task] = testPlan(smallSpec({ axes: [], seeds: [0], metrics: [] })).tasks;
  if (!task) throw new Error('the plan must have a training');
  const folders = {
    resourcesFolder: join(repository, 'resources'),
    registryFolder: temporaryFolder(),
  };
  const { digest } = readCatalogue(folders).describe(task.settings.dataset);
  return { ...jobOf('job', [task], new Map()), dataDigest: digest };
}
