import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellsResult, runResults } from '#main/experiments/results';
import { putArtifact, readArtifact } from '#main/store/artifacts';
import type { ProjectStore } from '#main/store/project-store';
import { exportProject } from '#main/workbench/export-project';
import { importProject, openArchive, type ImportedProject } from '#main/workbench/import-project';
import type { ArtifactHash, TaskId } from '#main/workers/job';
import { builtInDatasets } from '#shared/domain/datasets';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';

/** A project whose trainings are done, each with weights of its own, and one cell of whose measurements is not. */
async function finished(seedOfWeights = 0) {
  const store = openStore();
  const spec = smallSpec({ seeds: [0, 1], metrics: [{ name: 'cka', samples: 128 }] });
  const { experiment, plan } = storeExperiment(store, spec);
  const lease = store.lease.acquire();
  const done = plan.tasks.filter(({ cell, kind }) => kind === 'train' || cell === 0);
  await store.commit(
    lease,
    done.map((task) => {
      const bytes = Buffer.from(`weights ${seedOfWeights} of ${task.id}`);
      const { hash, sizeBytes } = putArtifact(store.artifactsFolder, bytes);
      const [seed = 0] = task.seeds;
      return {
        kind: 'result' as const,
        finishedAt: '2026-01-01T00:00:00.000Z',
        result: {
          taskId: task.id as TaskId,
          status: 'done' as const,
          measurements: [
            {
              ...{ kind: 'scalar' as const, name: 'trainLoss', samples: 'all' },
              ...{ subject: { kind: 'run' as const, seed }, value: task.cell + 1 / 3, error: null },
            },
            {
              ...{ kind: 'series' as const, name: 'training', samples: 'all' },
              ...{ subject: { kind: 'run' as const, seed }, columns: { epoch: [1, 2] } },
            },
          ],
          artifacts: [{ name: 'weights', hash: hash as ArtifactHash, sizeBytes }],
          engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
          ...{ durationMs: 1.5, steps: 3 },
        },
      };
    }),
  );
  store.lease.release(lease);
  store.markRuns([plan.tasks[0]?.id ?? ''], { kind: 'add-tag', tag: 'good' });
  store.views.save(experiment.id, {
    ...{ name: 'mine', settings: { view: 'table' }, savedAt: '2026-01-01' },
    thresholds: experiment.thresholds,
  });
  return { store, experiment };
}

function archiveOf(store: ProjectStore): string {
  const path = join(temporaryFolder(), 'a.phasescape');
  exportProject(store, '1.2.3', { experimentIds: [], path });
  return path;
}

async function take(store: ProjectStore, path: string): Promise<ImportedProject> {
  using archive = openArchive(path, builtInDatasets);
  return await importProject(store, archive);
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

describe('a project archive', () => {
  it('opens elsewhere with the same experiments, results, marks, views and files', async () => {
    const { experiment, store } = await finished();
    const other = openStore();
    const made = await take(other, archiveOf(store));
    expect(made.experiments).toEqual([
      { archived: experiment.name, name: experiment.name, id: experiment.id },
    ]);
    const here = other.experiments.find(experiment.id);
    expect(here).toEqual(store.experiments.find(experiment.id));
    other.requireUnchanged(experiment);
    expect(cellsResult(other, experiment)).toEqual(cellsResult(store, experiment));
    const runs = (of: ProjectStore) =>
      runResults(of, experiment, {
        stateOf: ({ state }) => (state === 'pending' ? 'ready' : state),
      });
    expect(runs(other)).toEqual(runs(store));
    expect(other.results.seriesOf(experiment.id, [0, 1])).toEqual(
      store.results.seriesOf(experiment.id, [0, 1]),
    );
    expect(other.runs.tags(experiment.id)).toEqual(store.runs.tags(experiment.id));
    expect(other.views.list(experiment.id)).toEqual(store.views.list(experiment.id));
    const tasks = other.tasks.ofExperiment(experiment.id);
    expect(tasks).toEqual(store.tasks.ofExperiment(experiment.id));
    for (const { hash } of other.results.artifactsOf(tasks.map(({ id }) => id)))
      expect(readArtifact(other.artifactsFolder, hash)).toEqual(
        readArtifact(store.artifactsFolder, hash),
      );
  });

  it('is the same file for the same project', async () => {
    const { store } = await finished();
    const first = archiveOf(store);
    expect(readFileSync(archiveOf(store)).equals(readFileSync(first))).toBe(true);
  });

  it('gives an experiment whose name is taken a new one, and keeps both', async () => {
    const { experiment, store } = await finished();
    const path = archiveOf(store);
    const before = cellsResult(store, experiment);
    const made = await take(store, path);
    expect(made.experiments).toMatchObject([{ name: `${experiment.name}-2` }]);
    expect((await take(store, path)).experiments).toMatchObject([{ name: `${experiment.name}-3` }]);
    const copy = store.experiments.findByName(`${experiment.name}-2`);
    expect(copy?.id).not.toBe(experiment.id);
    if (copy) expect(cellsResult(store, copy)).toEqual({ ...before, experiment: copy.name });
    expect(cellsResult(store, experiment)).toEqual(before);
    expect(store.inspect().integrityProblems()).toEqual([]);
  });

  it('refuses results other than those of the same tasks here, and changes nothing', async () => {
    const path = archiveOf((await finished(1)).store);
    const { experiment, store } = await finished(0);
    const files = filesIn(store.artifactsFolder).length;
    const before = cellsResult(store, experiment);
    await expect(take(store, path)).rejects.toThrow('must hold the results that this project has');
    expect(cellsResult(store, experiment)).toEqual(before);
    expect(store.experiments.list()).toHaveLength(1);
    expect(filesIn(store.artifactsFolder)).toHaveLength(files);
  });

  it('refuses to write over a file, and leaves none behind where an artifact is missing', async () => {
    const { store } = await finished();
    const path = archiveOf(store);
    expect(() => exportProject(store, '1', { experimentIds: [], path })).toThrow('must be new');
    const [victim] = filesIn(store.artifactsFolder);
    writeFileSync(join(victim?.parentPath ?? '', victim?.name ?? ''), 'damaged');
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'out'));
    const to = join(folder, 'out', 'b.phasescape');
    expect(() => exportProject(store, '1', { experimentIds: [], path: to })).toThrow('SHA-256');
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  it('refuses every file with a changed byte or a cut end, before anything is written', async () => {
    const { store } = await finished();
    const whole = readFileSync(archiveOf(store));
    const other = openStore();
    const path = join(temporaryFolder(), 'bad.phasescape');
    let accepted = 0;
    for (let i = 0; i < 400; i++) {
      const bytes = Buffer.from(whole);
      const at = Math.floor((i * 2654435761) % bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + (i % 255));
      writeFileSync(path, i % 4 === 0 ? whole.subarray(0, at) : bytes);
      try {
        openArchive(path, builtInDatasets)[Symbol.dispose]();
        accepted += 1;
      } catch (error) {
        expect(String(error)).toMatch(/: must |must /);
        expect(error).toMatchObject({ code: 'data-format' });
      }
    }
    // Bytes that no reader looks at: dates and sizes of the headers beside the list.
    expect(accepted).toBeLessThan(60);
    expect(other.experiments.list()).toEqual([]);
  });
});
