/** Experiments of an archive come into a project: everything is checked first, then everything is written, or nothing. */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expandCells } from '#shared/domain/cells';
import type { DatasetFacts } from '#shared/domain/datasets';
import { specSchema } from '#shared/domain/spec';
import { DataFormatError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { storedEntries, storedPieces, type StoredEntry } from '../formats/stored-zip';
import { isArtifactThere } from '../store/artifact-check';
import { artifactPath, putArtifact, syncArtifacts, translateFileError } from '../store/artifacts';
import {
  archivedTables,
  widthOf,
  type ArchivedRow,
  type ArchivedTable,
} from '../store/archived-rows';
import type { ProjectStore } from '../store/project-store';
import {
  archiveLimits,
  fileName,
  manifestName,
  readManifest,
  rowsName,
  type ArchiveManifest,
} from './archive-manifest';

/** An archive whose every byte was checked. */
export interface CheckedArchive extends Disposable {
  readonly manifest: ArchiveManifest;
  readonly rowsOf: (table: ArchivedTable) => Iterable<ArchivedRow>;
  readonly bytesOf: (hash: string) => Buffer;
}

/** What came in: names as they are in the archive and here. */
export interface ImportedProject {
  readonly experiments: readonly {
    readonly archived: string;
    readonly name: string;
    readonly id: string;
  }[];
  /** Files that were not here before. */
  readonly artifacts: number;
}

/**
 * Opens an archive and checks all of it: its list, manifest, the SHA-256 of its rows and of every file. Writes nothing.
 * @param datasets - that exist here
 * @throws DataFormatError naming the part and the rule that is broken; StoreError when it cannot be read
 */
export function openArchive(path: string, datasets: readonly DatasetFacts[]): CheckedArchive {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw translateFileError(error, path);
  }
  try {
    const entries = storedEntries(path, file, archiveLimits);
    const entryOf = (name: string): StoredEntry => {
      const entry = entries.get(name);
      if (entry) return entry;
      throw wrong(path, `must hold ${name}`, 'none');
    };
    const listed = entryOf(manifestName);
    if (listed.size > archiveLimits.mostManifestBytes)
      throw wrong(
        path,
        `must describe itself in ${archiveLimits.mostManifestBytes} bytes`,
        listed.size,
      );
    const json = Buffer.concat([...storedPieces(path, file, listed)]).toString('utf8');
    const manifest = readManifest(path, json, datasets);
    const names = new Set([
      manifestName,
      ...archivedTables.map(rowsName),
      ...manifest.artifacts.map(({ hash }) => fileName(hash)),
    ]);
    for (const name of entries.keys())
      if (!names.has(name)) throw wrong(path, 'must hold what it lists and nothing else', name);
    for (const table of archivedTables) {
      const { sha256 } = manifest.rows[table];
      requireHash(path, storedPieces(path, file, entryOf(rowsName(table))), {
        name: table,
        sha256,
      });
    }
    const held = new Set(manifest.artifacts.map(({ hash }) => hash));
    for (const { experiment } of manifest.experiments)
      for (const { weights } of experiment.spec.imported?.files ?? [])
        if (!held.has(weights))
          throw wrong(path, 'must hold every file that its specs name', weights);
    for (const { hash } of manifest.artifacts)
      requireHash(path, storedPieces(path, file, entryOf(fileName(hash))), {
        name: hash,
        sha256: hash,
      });
    return {
      manifest,
      rowsOf: (table) =>
        rowsIn(
          `${path}, ${table}`,
          storedPieces(path, file, entryOf(rowsName(table))),
          widthOf(table),
        ),
      bytesOf: (hash) => Buffer.concat([...storedPieces(path, file, entryOf(fileName(hash)))]),
      [Symbol.dispose]: () => {
        closeSync(file);
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/**
 * Writes what an archive holds. Files come first, under their hashes, where alone they change nothing; then all rows in one transaction:
 * a process that ends in between leaves files that nothing names and that a further import finds there.
 * @returns the experiments; one whose name is taken here has a new one
 * @throws ConflictError while experiments run here, or when this project has other results of the same tasks; DataFormatError for rows that
 *   cannot be: nothing has changed then
 */
export async function importProject(
  store: ProjectStore,
  { bytesOf, manifest, rowsOf }: CheckedArchive,
): Promise<ImportedProject> {
  const lease = store.lease.acquire();
  const missing = manifest.artifacts.filter(
    ({ hash }) => !isArtifactThere(store.artifactsFolder, hash),
  );
  const hashes = missing.map(({ hash }) => hash);
  const taken: { archived: string; name: string; id: string }[] = [];
  try {
    for (const hash of hashes) putArtifact(store.artifactsFolder, bytesOf(hash));
    await syncArtifacts(store.artifactsFolder, hashes);
    store.writeAsOwner(lease, () => {
      const { experiments, tables } = store;
      const isName = (name: string) => experiments.findByName(name) ?? tables.findByName(name);
      const isId = (id: string) => experiments.find(id) ?? tables.find(id);
      const placeFor = (one: { readonly id: string; readonly name: string }) => {
        const name = freeName(one.name, (candidate) => isName(candidate) === null);
        const isFree = /^[a-z][\w-]{0,40}$/.test(one.id) && isId(one.id) === null;
        const id = isFree ? one.id : `e${randomBytes(6).toString('hex')}`;
        taken.push({ archived: one.name, name, id });
        return { id, name };
      };
      const targets = manifest.experiments.map(({ experiment, views }) => {
        const place = placeFor(experiment);
        const spec = specSchema.parse({ ...experiment.spec, name: place.name });
        const isMoving = experiment.state === 'running' || experiment.state === 'stopping';
        experiments.insert({
          ...experiment,
          ...place,
          spec,
          state: isMoving ? 'paused' : experiment.state,
        });
        for (const addition of experiment.additions) experiments.add(place.id, addition);
        for (const view of views) store.views.save(place.id, view);
        return { archivedId: experiment.id, id: place.id, cells: expandCells(spec).length };
      });
      for (const { rows, table, views } of manifest.tables) {
        const place = placeFor(table);
        tables.insert({ ...table, ...place }, rows);
        for (const view of views) store.views.save(place.id, view);
      }
      const artifacts = new Set(manifest.artifacts.map(({ hash }) => hash));
      store.archive.write(rowsOf, { artifacts, experiments: targets });
    });
    return { experiments: taken, artifacts: hashes.length };
  } catch (error) {
    for (const hash of hashes) rmSync(artifactPath(store.artifactsFolder, hash), { force: true });
    throw error;
  } finally {
    store.lease.release(lease);
  }
}

/** The name itself, or the first of `name-2`, `name-3`, ... that is free; short enough for a spec. */
function freeName(name: string, isFree: (name: string) => boolean): string {
  for (let i = 1; ; i++) {
    const ending = i === 1 ? '' : `-${i}`;
    const candidate = `${name.slice(0, longestName - ending.length)}${ending}`;
    if (isFree(candidate)) return candidate;
  }
}

/** Letters of a name of an experiment. */
const longestName = 100;

function requireHash(
  place: string,
  pieces: Iterable<Buffer>,
  { name, sha256 }: { readonly name: string; readonly sha256: string },
): void {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  if (hash.digest('hex') === sha256) return;
  throw wrong(join(place, name), 'must have the SHA-256 that the archive lists', 'another one');
}

function* rowsIn(place: string, pieces: Iterable<Buffer>, width: number): Generator<ArchivedRow> {
  let rest: Buffer[] = [];
  let waiting = 0;
  for (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      yield rowOf(
        place,
        Buffer.concat([...rest, piece.subarray(from, end)]).toString('utf8'),
        width,
      );
      rest = [];
      waiting = 0;
      from = end + 1;
    }
    rest.push(piece.subarray(from));
    waiting += piece.length - from;
    if (waiting > archiveLimits.mostRowBytes)
      throw wrong(place, `must have rows of at most ${archiveLimits.mostRowBytes} bytes`, waiting);
  }
  if (waiting > 0) throw wrong(place, 'must end with a whole row', 'a part of one');
}

function rowOf(place: string, line: string, width: number): ArchivedRow {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw wrong(place, 'must have rows of JSON', line.slice(0, 60), cause);
  }
  const isValue = (value: unknown) =>
    value === null || typeof value === 'string' || typeof value === 'number';
  if (Array.isArray(row) && row.length === width && row.every(isValue)) return row;
  throw wrong(place, `must have rows of ${width} values`, line.slice(0, 60));
}

function wrong(place: string, rule: string, got: unknown, cause?: unknown): DataFormatError {
  return new DataFormatError(
    `${place}: ${rule}, got ${showValue(got)}; export the project again (nothing was changed)`,
    cause === undefined ? {} : { cause },
  );
}
