/** Entry of the thread that writes tables of results: a large experiment takes seconds, in which the workbench goes on answering. */
import { parentPort, workerData } from 'node:worker_threads';
import { reportError } from '#shared/errors';
import { version } from '../../package.json';
import { ProjectStore } from '../store/project-store';
import { ExperimentDesk } from './experiment-desk';
import { exportData } from './export-data';
import type { ExportRequest } from './export-in-thread';

const { export: asked, folder, folders } = workerData as ExportRequest;
try {
  using store = ProjectStore.open(folder, { mode: 'read' });
  const desk = new ExperimentDesk({
    ...{ store, folders, scheduler: null },
    ...{ engine: '', isEngineAutomatic: false, workers: 1 },
    damaged: () => undefined,
  });
  parentPort?.postMessage({ ok: true, value: exportData(desk, version, asked) });
} catch (error) {
  parentPort?.postMessage({ ok: false, error: reportError(error) });
}
