/**
 * What the desktop window's page can reach: one function per procedure and the events. No Node, no channel names, no ports.
 * Built as one CommonJS file: the sandbox loads nothing else.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { connectChannel } from '#shared/contract/desktop-port';
import type { ProcedureInput, ProcedureName, ProcedureOutput } from '#shared/contract/procedures';
import type { Outcome } from '#shared/errors';
import { createPortClient } from './port-client';

const { port1, port2 } = new MessageChannel();
ipcRenderer.postMessage(connectChannel, null, [port2]);
const workbench = createPortClient(port1);

const bridge = {
  'workbench.describe': (input) => workbench.ask('workbench.describe', input),
  'settings.read': (input) => workbench.ask('settings.read', input),
  'settings.write': (input) => workbench.ask('settings.write', input),
  'settings.places': (input) => workbench.ask('settings.places', input),
  'sample.list': (input) => workbench.ask('sample.list', input),
  'preset.list': (input) => workbench.ask('preset.list', input),
  'dataset.list': (input) => workbench.ask('dataset.list', input),
  'dataset.preview': (input) => workbench.ask('dataset.preview', input),
  'dataset.browse': (input) => workbench.ask('dataset.browse', input),
  'dataset.inspect': (input) => workbench.ask('dataset.inspect', input),
  'dataset.register': (input) => workbench.ask('dataset.register', input),
  'dataset.remove': (input) => workbench.ask('dataset.remove', input),
  'table.inspect': (input) => workbench.ask('table.inspect', input),
  'checkpoint.inspect': (input) => workbench.ask('checkpoint.inspect', input),
  'checkpoint.import': (input) => workbench.ask('checkpoint.import', input),
  'table.import': (input) => workbench.ask('table.import', input),
  'engine.list': (input) => workbench.ask('engine.list', input),
  'spec.check': (input) => workbench.ask('spec.check', input),
  'experiment.list': (input) => workbench.ask('experiment.list', input),
  'experiment.create': (input) => workbench.ask('experiment.create', input),
  'experiment.edit': (input) => workbench.ask('experiment.edit', input),
  'experiment.get': (input) => workbench.ask('experiment.get', input),
  'experiment.delete': (input) => workbench.ask('experiment.delete', input),
  'experiment.start': (input) => workbench.ask('experiment.start', input),
  'experiment.pause': (input) => workbench.ask('experiment.pause', input),
  'experiment.stop': (input) => workbench.ask('experiment.stop', input),
  'experiment.cancel': (input) => workbench.ask('experiment.cancel', input),
  'experiment.resume': (input) => workbench.ask('experiment.resume', input),
  'experiment.retry': (input) => workbench.ask('experiment.retry', input),
  'experiment.log': (input) => workbench.ask('experiment.log', input),
  'experiment.measure': (input) => workbench.ask('experiment.measure', input),
  'experiment.checkMeasure': (input) => workbench.ask('experiment.checkMeasure', input),
  'run.get': (input) => workbench.ask('run.get', input),
  'run.weights': (input) => workbench.ask('run.weights', input),
  'cell.offers': (input) => workbench.ask('cell.offers', input),
  'experiment.progress': (input) => workbench.ask('experiment.progress', input),
  'experiment.trainings': (input) => workbench.ask('experiment.trainings', input),
  'experiment.cells': (input) => workbench.ask('experiment.cells', input),
  'experiment.runs': (input) => workbench.ask('experiment.runs', input),
  'experiment.pairs': (input) => workbench.ask('experiment.pairs', input),
  'experiment.setThresholds': (input) => workbench.ask('experiment.setThresholds', input),
  'view.list': (input) => workbench.ask('view.list', input),
  'view.save': (input) => workbench.ask('view.save', input),
  'view.delete': (input) => workbench.ask('view.delete', input),
  'cell.get': (input) => workbench.ask('cell.get', input),
  'runs.describe': (input) => workbench.ask('runs.describe', input),
  'runs.page': (input) => workbench.ask('runs.page', input),
  'runs.keys': (input) => workbench.ask('runs.keys', input),
  'runs.groups': (input) => workbench.ask('runs.groups', input),
  'runs.mark': (input) => workbench.ask('runs.mark', input),
  'data.export': (input) => workbench.ask('data.export', input),
  'data.read': (input) => workbench.ask('data.read', input),
  'project.export': (input) => workbench.ask('project.export', input),
  'project.import': (input) => workbench.ask('project.import', input),
  'figure.render': (input) => workbench.ask('figure.render', input),
  'figure.every': (input) => workbench.ask('figure.every', input),
  'report.render': (input) => workbench.ask('report.render', input),
  'figure.open': (input) => workbench.ask('figure.open', input),
  'figure.paint': (input) => workbench.ask('figure.paint', input),
} satisfies {
  [N in ProcedureName]: (input: ProcedureInput<N>) => Promise<Outcome<ProcedureOutput<N>>>;
};

contextBridge.exposeInMainWorld('phasescape', { ...bridge, onEvent: workbench.onEvent });
