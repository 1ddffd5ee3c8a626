/** Entry of the thread that writes tables and archives, and takes archives in: large ones take seconds, in which the workbench goes on answering. */
import { parentPort, workerData } from 'node:worker_threads';
import { reportError } from '#shared/errors';
import { version } from '../../package.json';
import { ProjectStore } from '../store/project-store';
import { ExperimentDesk } from './experiment-desk';
import { exportData } from './export-data';
import { exportProject } from './export-project';
import { importProject, openArchive } from './import-project';
import type { ProjectWork, ProjectWorkOf } from './project-in-thread';

const { folder, folders, ...work } = workerData as ProjectWorkOf & ProjectWork;

function deskOf(store: ProjectStore): ExperimentDesk {
  return new ExperimentDesk({
    ...{ store, folders, scheduler: null },
    ...{ engine: '', isEngineAutomatic: false, workers: 1 },
    damaged: () => undefined,
  });
}

async function result(): Promise<unknown> {
  using store = ProjectStore.open(folder, {
    mode: work.kind === 'import-project' ? 'write' : 'read',
  });
  switch (work.kind) {
    case 'export-data':
      return exportData(deskOf(store), version, work.to);
    case 'export-project':
      return exportProject(store, version, work.to);
    case 'import-project': {
      using archive = openArchive(work.path, deskOf(store).datasets());
      return await importProject(store, archive);
    }
    default:
      return work satisfies never;
  }
}

try {
  parentPort?.postMessage({ ok: true, value: await result() });
} catch (error) {
  parentPort?.postMessage({ ok: false, error: reportError(error) });
}
