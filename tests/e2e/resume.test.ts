/** One long training: killed inside it, put down inside it, and gone on with to the same bits. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProjectStore } from '#main/store/project-store';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { writeCifarFolder } from '../fixtures/cifar-folder';
import { startCli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';

/** ResNet-18 on files in CIFAR-10's format: some five seconds on one core. */
const spec: ExperimentSpecInput = {
  specVersion: 1,
  name: 'resnet',
  dataset: { name: 'waves' },
  model: { family: 'resnet', width: 4, depth: 18 },
  optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
  training: {
    epochs: 3,
    batchSize: 32,
    checkpoints: { name: 'epochs', every: 1 },
    trajectory: { name: 'steps', every: 5 },
  },
  axes: [],
  seeds: [0],
  metrics: [],
};

async function prepare() {
  const folder = temporaryFolder();
  const env = { PHASESCAPE_DATASETS: join(folder, 'registry') };
  const run = (...args: readonly string[]) => startCli(args, env);
  const files = join(folder, 'cifar');
  writeCifarFolder(files, 320, 100);
  expect((await run('import', 'dataset', files, '--name', 'waves').ended).code).toBe(0);
  const file = join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify(spec));
  return {
    train: (name: string) =>
      run('run', file, '--project', join(folder, name), '--workers', '1', '--json'),
    isScheduling: (name: string) => {
      using store = ProjectStore.open(join(folder, name), { mode: 'read' });
      return store.lease.isHeld();
    },
    doctor: (name: string) => run('doctor', '--project', join(folder, name)).ended,
    filesOf: (name: string, kind: 'artifacts' | 'checkpoints') => {
      try {
        const names = readdirSync(join(folder, name, kind), { recursive: true }).map(String);
        return names.filter((path) => /[0-9a-f]{64}$/.test(path)).sort();
      } catch {
        return []; // not made yet
      }
    },
  };
}

describe('a training of ResNet-18 on CIFAR files', () => {
  it('goes on after kill -9 and after Ctrl+C from its checkpoint to the bits of an undisturbed one', async () => {
    const { doctor, filesOf, isScheduling, train } = await prepare();
    const undisturbed = await train('whole').ended;
    expect(undisturbed.code, undisturbed.stderr).toBe(0);
    expect(filesOf('whole', 'checkpoints')).toEqual([]);
    // Step 0, every fifth of 30, and the initial and final weights with the index.
    expect(filesOf('whole', 'artifacts')).toHaveLength(9);

    const killed = train('parts');
    await expect
      .poll(() => filesOf('parts', 'checkpoints').length, { timeout: 60_000, interval: 20 })
      .toBe(1);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');

    const interrupted = train('parts');
    await expect.poll(() => isScheduling('parts'), { timeout: 30_000, interval: 20 }).toBe(true);
    // Ctrl+C is heard from a moment later on.
    await new Promise((resolve) => setTimeout(resolve, 200));
    interrupted.child.kill('SIGINT');
    const { code, stderr } = await interrupted.ended;
    expect([code, stderr]).toEqual([130, expect.stringMatching(/run the same command again/)]);
    expect(filesOf('parts', 'checkpoints')).toHaveLength(1);
    const checked = await doctor('parts');
    expect(checked.stdout).toMatch(/project checkpoints: 1 of unfinished trainings/);

    const last = await train('parts').ended;
    expect([last.code, last.stdout]).toEqual([0, undisturbed.stdout]);
    expect(filesOf('parts', 'artifacts')).toEqual(filesOf('whole', 'artifacts'));
    expect(filesOf('parts', 'checkpoints')).toEqual([]);
    // What the killed one had recorded after its last checkpoint was recorded again: nothing is left over.
    expect((await doctor('parts')).stdout).toMatch(/project files: none that no result names/);
  });
});
