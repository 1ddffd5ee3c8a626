/** Entry of the thread that reads a data set's files: large ones take seconds, in which the workbench goes on answering. */
import { parentPort, workerData } from 'node:worker_threads';
import { reportError } from '#shared/errors';
import { importDataset, inspectDataset } from './datasets';
import type { ImportRequest } from './import-in-thread';

const request = workerData as ImportRequest;
try {
  const value = request.options
    ? importDataset(request.source, request.options)
    : inspectDataset(request.source);
  parentPort?.postMessage({ ok: true, value });
} catch (error) {
  parentPort?.postMessage({ ok: false, error: reportError(error) });
}
