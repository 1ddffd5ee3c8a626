/** Makes an experiment of a table of published or external results. */
import { randomBytes } from 'node:crypto';
import { canonicalJson } from '#shared/domain/canonical-json';
import type {
  ImportedTable,
  TableChoice,
  TableSource,
} from '#shared/domain/imported/imported-table';
import { readImportedTable } from '#shared/domain/imported/read-table';
import { InvalidTableError } from '#shared/domain/imported/table-error';
import { defaultThresholds } from '#shared/domain/phases';
import { specSchema } from '#shared/domain/spec';
import { problem, type SpecProblem } from '#shared/domain/spec-problem';
import { ConflictError } from '#shared/errors';
import type { StoredTable } from '../store/imported-tables';
import type { ProjectStore } from '../store/project-store';
import type { TableFile } from './table-file';

/** A table whose every value is checked, and the name that it is to have. */
export interface CheckedTable {
  readonly name: string;
  readonly table: ImportedTable;
  readonly source: Omit<TableSource, 'importedAt'>;
}

export interface TableRequest {
  readonly name: string;
  readonly choice: TableChoice;
  /** What is known to be wrong with the choice: told with the rest. */
  readonly problems?: readonly SpecProblem[];
}

/**
 * Takes the chosen columns as what they are said to be. Writes nothing.
 * @throws InvalidTableError with every problem of the name, the choice and the values
 */
export function checkTable(
  file: TableFile,
  { name, choice, problems: found = [] }: TableRequest,
): CheckedTable {
  const reading = readImportedTable(file.text, choice);
  const ofTable = reading.ok ? [] : reading.problems;
  // Where what was said of metrics could not be read, none is left: that is told already.
  const others = found.length === 0 ? ofTable : ofTable.filter(({ path }) => path !== 'metric');
  const problems = [...nameProblems(name), ...file.problems, ...found, ...others];
  if (!reading.ok || problems.length > 0) throw new InvalidTableError(problems);
  const { sha256, sizeBytes, text } = file;
  const source = { file: file.file, sha256, sizeBytes, rows: text.rows.length, choice };
  return { name, table: reading.table, source };
}

function nameProblems(name: string): SpecProblem[] {
  const parsed = specSchema.shape.name.safeParse(name);
  if (parsed.success) return [];
  const rule = parsed.error.issues[0]?.message ?? 'must be a name';
  return [problem('name', rule, name, 'choose another name')];
}

/**
 * Stores a checked table as an experiment, or finds the one that was made of the same file and choice before.
 * @returns the experiment, and whether it was there already
 * @throws ConflictError when the name belongs to another file, choice or experiment; nothing is written then
 */
export function importTable(
  store: ProjectStore,
  { name, table, source }: CheckedTable,
  now: Date = new Date(),
): { readonly stored: StoredTable; readonly isKnown: boolean } {
  const existing = store.tables.findByName(name);
  if (existing) return { stored: requireSame(existing, source), isKnown: true };
  const { loads, temperatures, rows } = table;
  const createdAt = now.toISOString();
  const stored: StoredTable = {
    id: `t${randomBytes(6).toString('hex')}`,
    name,
    source: { ...source, importedAt: createdAt },
    axes: { loads, temperatures },
    thresholds: defaultThresholds,
    createdAt,
  };
  store.addTable(stored, rows);
  return { stored, isKnown: false };
}

function requireSame(existing: StoredTable, source: CheckedTable['source']): StoredTable {
  const refuse = (got: string) =>
    new ConflictError(
      `name: must be new or belong to the same file and columns, got ${JSON.stringify(existing.name)} ${got}; choose another name or delete that experiment`,
      { details: { experimentId: existing.id } },
    );
  if (existing.source.sha256 !== source.sha256)
    throw refuse(`that was imported from another file (${existing.source.file})`);
  if (canonicalJson(existing.source.choice) !== canonicalJson(source.choice))
    throw refuse('that was imported from this file with other columns');
  return existing;
}
