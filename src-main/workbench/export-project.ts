/** Experiments of a project as one file that opens elsewhere: specs, plans, results, and every file that they name. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { StoredZipWriter } from '../formats/stored-zip';
import { archivedTables, type ArchivedRow, type ArchivedTable } from '../store/archived-rows';
import { artifactPath, translateFileError } from '../store/artifacts';
import type { ProjectStore } from '../store/project-store';
import {
  archiveFormat,
  archiveVersion,
  fileName,
  manifestName,
  rowsName,
  type ArchiveManifest,
} from './archive-manifest';

export interface ProjectExport {
  /** Ids; every experiment for none. */
  readonly experimentIds: readonly string[];
  readonly path: string;
  /** Also over a file that is there. */
  readonly overwrite?: boolean;
}

export interface ExportedProject {
  readonly path: string;
  readonly sizeBytes: number;
  readonly experiments: readonly string[];
  readonly artifacts: number;
}

/**
 * Writes an archive, of one state of the project, after all of it was compared with its digests. Unfinished trainings go without their
 * checkpoints: they begin again. The same project is the same file.
 * @throws PhasescapeError `invalid-input` for a place that cannot be; StoreError when something is missing or damaged: nothing is written then
 */
export function exportProject(
  store: ProjectStore,
  version: string,
  { experimentIds, overwrite = false, path }: ProjectExport,
): ExportedProject {
  requirePlace(path, overwrite);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const written = store.snapshot(() =>
      writeArchive(store, { version, experimentIds, temporary }),
    );
    renameSync(temporary, path);
    return { path, sizeBytes: statSync(path).size, ...written };
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error instanceof Error && 'syscall' in error ? translateFileError(error, path) : error;
  }
}

function requirePlace(path: string, overwrite: boolean): void {
  const refuse = (rule: string, got: string) =>
    new PhasescapeError('invalid-input', `export: ${showValue(path)} ${rule}, got ${got}`);
  if (!path.endsWith('.phasescape'))
    throw refuse('must end in .phasescape', 'another ending; rename it');
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (!folder?.isDirectory()) throw refuse('must be in a folder that exists', 'none; make it');
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && (!overwrite || !found.isFile()))
    throw refuse(
      'must be new',
      'something there; choose another name (--overwrite replaces a file)',
    );
}

function writeArchive(
  store: ProjectStore,
  to: {
    readonly version: string;
    readonly experimentIds: readonly string[];
    readonly temporary: string;
  },
) {
  const { experimentIds, temporary, version } = to;
  const isWanted = ({ id }: { readonly id: string }) =>
    experimentIds.length === 0 || experimentIds.includes(id);
  const experiments = store.experiments.list().filter(isWanted);
  const tables = store.tables.list().filter(isWanted);
  for (const experiment of experiments) store.requireUnchanged(experiment);
  const ids = experiments.map(({ id }) => id);
  const file = openSync(temporary, 'wx');
  try {
    const zip = new StoredZipWriter(file);
    const artifacts = new Map<string, number>();
    const rows = {} as Record<ArchivedTable, { count: number; sha256: string }>;
    for (const table of archivedTables) {
      const hash = createHash('sha256');
      let count = 0;
      zip.add(
        rowsName(table),
        lines(store.archive.read(table, ids), (row, line) => {
          hash.update(line);
          count += 1;
          if (table === 'task_artifacts') artifacts.set(String(row[2]), Number(row[3]));
        }),
      );
      rows[table] = { count, sha256: hash.digest('hex') };
    }
    // Weights of imported networks that were not evaluated yet: no result names them.
    for (const { spec } of experiments)
      for (const { weights } of spec.imported?.files ?? [])
        artifacts.set(weights, statSync(artifactPath(store.artifactsFolder, weights)).size);
    const hashes = [...artifacts.keys()].sort();
    for (const hash of hashes) zip.add(fileName(hash), artifactPieces(store.artifactsFolder, hash));
    const manifest: ArchiveManifest = {
      format: archiveFormat,
      archiveVersion,
      version,
      experiments: experiments.map((experiment) => ({
        experiment: {
          ...experiment,
          additions: experiment.additions.map(({ addedAt, cells, metric }) => ({
            ...{ addedAt, metric },
            cells: cells === null ? null : [...cells],
          })),
        },
        views: store.views.list(experiment.id),
      })),
      tables: tables.map((table) => ({
        table: {
          ...table,
          axes: { loads: [...table.axes.loads], temperatures: [...table.axes.temperatures] },
        },
        rows: [...(store.tables.read(table.id)?.rows ?? [])].map((row) => ({
          ...row,
          metrics: { ...row.metrics },
        })),
        views: store.views.list(table.id),
      })),
      rows,
      artifacts: hashes.map((hash) => ({ hash, sizeBytes: artifacts.get(hash) ?? 0 })),
    };
    zip.add(manifestName, [Buffer.from(JSON.stringify(manifest))]);
    zip.end();
    fsyncSync(file);
    const names = [...experiments, ...tables].map(({ name }) => name);
    return { experiments: names, artifacts: hashes.length };
  } finally {
    closeSync(file);
  }
}

function* lines(
  rows: Iterable<ArchivedRow>,
  seen: (row: ArchivedRow, line: Buffer) => void,
): Generator<Buffer> {
  for (const row of rows) {
    const line = Buffer.from(`${JSON.stringify(row)}\n`);
    seen(row, line);
    yield line;
  }
}

/** The bytes of an artifact, checked at the end. @throws StoreError when it is missing or damaged */
function* artifactPieces(folder: string, hash: string): Generator<Buffer> {
  const path = artifactPath(folder, hash);
  const file = openSync(path, 'r');
  const digest = createHash('sha256');
  try {
    for (;;) {
      const piece = Buffer.alloc(2 ** 20);
      const read = readSync(file, piece);
      if (read === 0) break;
      digest.update(piece.subarray(0, read));
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
  if (digest.digest('hex') === hash) return;
  throw new PhasescapeError(
    'store-corrupt',
    `artifact ${path}: must have the SHA-256 in its name, got another one; phasescape doctor --project ${dirname(folder)} --repair, then run the experiment again`,
  );
}
