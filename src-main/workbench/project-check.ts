/** Checks of one project, and the repair of what can be computed again. */
import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LeaseKeeper } from '../experiments/lease-keeper';
import {
  findArtifactFaults,
  findOrphans,
  setAside,
  type ArtifactFault,
} from '../store/artifact-check';
import { translateFileError } from '../store/artifacts';
import { listCheckpoints } from '../store/checkpoint-files';
import type { Lease } from '../store/lease';
import { ProjectStore } from '../store/project-store';
import { isWritable } from '../store/read-only-database';
import { check, optional, type CheckResult } from './check';
import { checkCheckpoints, recordedByUnfinished } from './checkpoint-check';

/** Names of faults in a message; the rest is counted. */
const namedFaults = 3;

/**
 * Checks a project one part after another; the first that fails to open ends it.
 * @param repair - set damaged artifacts aside and mark what is lost as to be done again, before the rest is checked
 */
export async function* checkProject(folder: string, repair: boolean): AsyncGenerator<CheckResult> {
  const root = resolve(folder);
  const opened = await check('project', () => describeProject(root));
  yield opened;
  if (opened.status !== 'ok' || !statSync(root, { throwIfNoEntry: false })) return;
  if (repair) {
    const repaired = await check('project repair', () => repairProject(root));
    yield repaired;
    if (repaired.status === 'failed') return;
  }
  using store = ProjectStore.open(root, { mode: 'read' });
  yield await check('project database', () => checkDatabase(store));
  yield await check('project artifacts', () => checkArtifacts(store));
  yield await check('project results', () => checkResults(store));
  yield await check('project table of runs', () => checkRunTable(store));
  yield await check('project views', () => checkViews(store));
  yield await optional('project checkpoints', () => checkCheckpoints(store));
  yield await optional('project files', () => checkFiles(store));
  yield await optional('project folder', () => checkWritable(store));
}

function describeProject(root: string): string {
  if (!isThere(root)) {
    requireMakeable(root);
    return `${root}: not there yet, run makes it`;
  }
  using store = ProjectStore.open(root, { mode: 'read' });
  return `${root}: ${Math.round(store.sizeBytes() / 1024)} KiB`;
}

/** @throws StoreError when the path is none that can be */
function isThere(root: string): boolean {
  try {
    statSync(root);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw translateFileError(error, root);
  }
}

/** Makes a folder where the missing ones begin and removes it: permissions alone do not say (below /proc, for one). */
function requireMakeable(root: string): void {
  let above = dirname(root);
  while (!statSync(above, { throwIfNoEntry: false })) above = dirname(above);
  try {
    rmdirSync(mkdtempSync(join(above, '.phasescape-doctor-')));
  } catch (error) {
    throw translateFileError(error, above);
  }
}

function checkDatabase(store: ProjectStore): string {
  const inspection = store.inspect();
  const problems = [
    ...inspection.integrityProblems(),
    ...inspection.foreignKeyProblems(),
    ...inspection
      .changedPlans()
      .map((name) => `a plan of ${JSON.stringify(name)} that is not as it was written`),
  ];
  if (problems.length > 0)
    throw new Error(`must be sound, got ${listed(problems)}; restore it from a copy`);
  const { length } = store.experiments.list(); // each is compared with what was written
  const tables = store.tables.list();
  for (const { id } of tables) store.tables.read(id); // likewise
  const imported = tables.length === 0 ? '' : ` and ${tables.length} imported tables`;
  return `sound: pages, references, schema, and the plans of ${length} experiments${imported}`;
}

async function checkArtifacts(store: ProjectStore): Promise<string> {
  const named = store.inspect().artifacts();
  const faults = await findArtifactFaults(store.artifactsFolder, named);
  if (faults.length === 0) return `${named.length} files, each with the SHA-256 of its name`;
  const counts = Map.groupBy(faults, (fault) => fault.kind);
  const kinds = [...counts].map(([kind, { length }]) => `${length} ${kind}`).join(', ');
  const places = listed(faults.map(({ got, hash }) => `${hash}: ${got}`));
  const advice = faults.every((fault) => fault.kind === 'unreadable')
    ? 'change their permissions'
    : repairAdvice(store);
  throw new Error(
    `all ${named.length} files must be as they were written, got ${kinds} (${places}); ${advice}`,
  );
}

function checkResults(store: ProjectStore): string {
  const inspection = store.inspect();
  const empty = inspection.tasksWithoutResults();
  const changed = inspection.tasksWithChangedResults();
  if (empty.length + changed.length === 0) return 'every finished task has what it yielded';
  throw new Error(
    `every finished task must have what it yielded, got ${empty.length} without results and ${changed.length} with other numbers than were written; ${repairAdvice(store)}`,
  );
}

/** What filters and orders read is a copy of the results: it must say the same. */
function checkRunTable(store: ProjectStore): string {
  const wrong = store.inspect().wrongRunTables();
  if (wrong.length === 0) return 'every filter and order reads what the results say';
  const places = wrong.map(
    ({ experimentId, name, rows }) => `${rows} rows of ${JSON.stringify(name ?? experimentId)}`,
  );
  throw new Error(
    `the table of runs must say what the results say, got ${listed(places)} that do not; phasescape doctor --project ${store.folder} --repair makes it anew from the results`,
  );
}

function checkViews(store: ProjectStore): string {
  const changed = store.inspect().changedViews();
  if (changed.length === 0) return 'every saved view is as it was written';
  throw new Error(
    `every saved view must be as it was written, got ${changed.length} that are not (${listed(changed.map(({ name }) => JSON.stringify(name)))}); save them again, or phasescape doctor --project ${store.folder} --repair takes them away`,
  );
}

/** Files that nobody names do no harm: they are told, never touched. */
function checkFiles(store: ProjectStore): string {
  if (store.lease.isHeld())
    return 'not compared: an experiment runs, and its results are on their way';
  const named = new Set([
    ...store
      .inspect()
      .artifacts()
      .map(({ hash }) => hash),
    ...recordedByUnfinished(store),
    ...importedWeightsOf(store),
  ]);
  const orphans = findOrphans(store.artifactsFolder, named);
  if (orphans.length === 0) return 'none that no result names';
  // A killed training has recorded more than its last checkpoint names; gone on, it records the same again.
  const advice =
    listCheckpoints(store.checkpointsFolder).length > 0
      ? 'run the unfinished trainings to their end, what is left then can be deleted'
      : 'they can be deleted';
  throw new Error(
    `every file in ${store.artifactsFolder} should be named by a result, got ${orphans.length} that are not (${listed(orphans)}); ${advice}`,
  );
}

/** Weights that were imported: until they are evaluated no result names them. */
function importedWeightsOf(store: ProjectStore): string[] {
  return store.experiments
    .list()
    .flatMap(({ spec }) => spec.imported?.files.map(({ weights }) => weights) ?? []);
}

function checkWritable(store: ProjectStore): string {
  if (isWritable(join(store.folder, 'project.sqlite'))) return 'can be written';
  throw new Error(
    `${store.folder}: must be writable to run experiments, got read-only; results, figure and serve --read-only can read it`,
  );
}

/** Sets damaged artifacts aside, marks whatever is lost, with all that rests on it, as to be done again, and makes copies anew. */
async function repairProject(root: string): Promise<string> {
  using store = ProjectStore.open(root);
  using keeper = new LeaseKeeper(store, () => undefined); // a lost lease is told by `redo`
  const lease = keeper.acquire();
  const inspection = store.inspect();
  const faults = await findArtifactFaults(store.artifactsFolder, inspection.artifacts());
  const lost = faults.filter((fault) => fault.kind !== 'unreadable');
  const tasks = [
    ...inspection.tasksNaming(lost.map(({ hash }) => hash)),
    ...inspection.tasksWithoutResults(),
    ...inspection.tasksWithChangedResults(),
  ];
  const views = inspection.changedViews();
  for (const { experimentId, name } of views) store.views.remove(experimentId, name);
  const redone = tasks.length === 0 ? [] : [redo(store, lease, { tasks, lost })];
  // What was forgotten just now has left the table of runs already.
  const wrong = inspection.wrongRunTables();
  const renewed = wrong.map(({ experimentId }) => experimentId);
  if (wrong.length > 0) store.renewRunTables(lease, renewed);
  const done = [
    ...redone,
    ...(wrong.length === 0
      ? []
      : [`the table of runs of ${wrong.length} experiments is made anew`]),
    ...(views.length === 0 ? [] : [`${views.length} damaged views are taken away`]),
  ];
  return done.length === 0 ? 'nothing to repair' : done.join('; ');
}

/** Sets damaged files aside and marks tasks as to be done again. */
function redo(
  store: ProjectStore,
  lease: Lease,
  { tasks, lost }: { readonly tasks: readonly string[]; readonly lost: readonly ArtifactFault[] },
): string {
  const damaged = lost.filter((fault) => fault.kind === 'damaged');
  const aside = damaged.map(({ hash }) => setAside(store.artifactsFolder, hash));
  const { experiments, measurements, trainings } = store.redo(lease, tasks);
  const kept =
    aside.length === 0 ? '' : `${aside.length} damaged files are in ${dirname(aside[0] ?? '')}; `;
  return `${kept}${trainings} trainings and ${measurements} measurements are to be done again; run again: ${experiments.join(', ')}`;
}

function repairAdvice(store: ProjectStore): string {
  return `phasescape doctor --project ${store.folder} --repair marks them as to be done again, then run the experiment`;
}

function listed(things: readonly string[]): string {
  const more = things.length - namedFaults;
  return things.slice(0, namedFaults).join('; ') + (more > 0 ? `; and ${more} more` : '');
}
