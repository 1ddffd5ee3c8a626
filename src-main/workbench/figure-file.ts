/** Opens the `.json` of a figure in a project: finds its experiment, and tells another one of the same name from it. */
import { readFile, stat } from 'node:fs/promises';
import { readFigureFile, type FigureFile } from '#shared/contract/figure-file';
import { canonicalJson } from '#shared/domain/canonical-json';
import { measuredPanels } from '#shared/domain/diagram';
import { mostFigureFileCharacters, type FigureSettings } from '#shared/domain/figure-settings';
import { withUntrained } from '#shared/domain/imported-rules';
import { specSchema } from '#shared/domain/spec';
import { DataFormatError, PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import type { ExperimentDesk } from './experiment-desk';
import { importedCells } from './imported-experiments';

/** A figure that can be drawn again. */
export interface OpenedFigure {
  readonly experimentId: string;
  readonly settings: FigureSettings;
}

/**
 * The experiment and settings of a figure's file.
 *
 * @param experimentId - where it is to be opened; by default the experiment of the name that the file says
 * @throws DataFormatError as `readFigureFile`; PhasescapeError `not-found` or `conflict` where the file is of another experiment
 */
export function openFigureFile(
  desk: ExperimentDesk,
  text: string,
  experimentId?: string,
): OpenedFigure {
  const file = readFigureFile(text);
  const { experiments, tables } = desk.store;
  const found =
    experimentId === undefined
      ? (experiments.findByName(file.experiment) ?? tables.findByName(file.experiment))
      : (experiments.find(experimentId) ?? tables.find(experimentId));
  if (!found)
    throw new PhasescapeError(
      'not-found',
      `figure file: its experiment ${showValue(file.experiment)} must be in this project, got none of that name; open the project that it was drawn from`,
    );
  const difference = differenceOf(desk, found.id, file);
  if (difference !== null)
    throw new PhasescapeError(
      'conflict',
      `figure file: must be of the experiment ${showValue(found.name)} that is here, got one of ${difference}; open the project that it was drawn from`,
    );
  return { experimentId: found.id, settings: withItsPanels(desk, found.id, file) };
}

/** The text of a file that the command line names. @throws PhasescapeError `invalid-input` where it cannot be read or is too large */
export async function readFigureText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= mostFigureFileCharacters) return await readFile(path, 'utf8');
    throw new DataFormatError(
      `figure file: ${path} must be at most ${mostFigureFileCharacters} bytes, got ${size}; choose the .json of a figure`,
    );
  } catch (error) {
    if (error instanceof PhasescapeError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new PhasescapeError(
      'invalid-input',
      `figure file: ${path} must be readable, got ${reason}; choose the .json of a figure`,
      { cause: error },
    );
  }
}

/** In what the file's experiment differs from the one here; null where it is the same. */
function differenceOf(desk: ExperimentDesk, id: string, file: FigureFile): string | null {
  const table = desk.store.tables.find(id);
  if (table) {
    if (file.tableSha256 === null) return 'a spec, not of an imported table';
    return file.tableSha256 === table.source.sha256 ? null : 'another imported table';
  }
  if (file.spec === null) return 'an imported table, not of a spec';
  // Settings that came later, and those that are not told, have their defaults here as there.
  const checked = specSchema.safeParse(withUntrained(file.spec));
  if (!checked.success) return 'a spec that is damaged';
  const { spec } = desk.require(id);
  const paths = Object.keys({ ...spec, ...checked.data }).filter(
    (key) => partOf(spec, key) !== partOf(checked.data, key),
  );
  return paths.length === 0 ? null : `another spec (it differs in ${paths.join(', ')})`;
}

function partOf(spec: object, key: string): string {
  return canonicalJson((spec as Readonly<Record<string, unknown>>)[key] ?? null);
}

/** A phase diagram of the usual panels keeps those that it had, whatever else was measured since. */
function withItsPanels(desk: ExperimentDesk, id: string, file: FigureFile): FigureSettings {
  const { settings, metrics } = file;
  if (settings.kind !== 'phase-diagram' || settings.panels || metrics.length === 0) return settings;
  const table = desk.store.tables.find(id);
  const results = table ? importedCells(desk.store, table) : desk.cells(desk.require(id));
  const isUsual = measuredPanels(results).join(' ') === metrics.join(' ');
  return isUsual ? settings : { ...settings, panels: metrics };
}
