/** `phasescape import table`: makes an experiment of published or external results. */
import { readCountWords, readMetricWords, type Said } from '#shared/domain/imported/column-words';
import type { TableChoice } from '#shared/domain/imported/imported-table';
import { problem, type SpecProblem } from '#shared/domain/spec-problem';
import { PhasescapeError } from '#shared/errors';
import { Workbench } from '../workbench';
import { importedCells } from '../workbench/imported-experiments';
import { checkTable, importTable, type CheckedTable } from '../workbench/import-table';
import { readTableFile } from '../workbench/table-file';
import { exitCodes, print, say, type ExitCode } from './outcome';
import { phaseGrid } from './phase-grid';

export interface ImportTableOptions {
  readonly project: string;
  readonly name: string;
  readonly load: string;
  readonly temperature: string;
  /** `NAME=COLUMN[:SDCOLUMN]` each. */
  readonly metric: readonly string[];
  /** `5`, `COLUMN`, `NAME=5` or `NAME=COLUMN` each. */
  readonly n?: readonly string[];
  readonly json?: boolean;
}

/**
 * Reads and checks a table, then stores it and prints its phases. The project is touched only when everything is right.
 * @throws InvalidTableError with every problem; PhasescapeError for an unreadable file, an unusable project or a name in use
 */
export async function importTableCommand(
  path: string,
  options: ImportTableOptions,
): Promise<ExitCode> {
  const file = readTableFile(path);
  const table = checkTable(file, { name: options.name, ...choiceOf(options, file.text.names) });
  await using workbench = Workbench.open({ folder: options.project });
  const { stored, isKnown } = importOrExplain(workbench, table);
  const { rows } = stored.source;
  say(
    isKnown
      ? `${stored.name}: nothing to do, this file was imported before`
      : `${stored.name}: ${rows} cells of ${stored.source.file}, SHA-256 ${stored.source.sha256}`,
  );
  const results = importedCells(workbench.desk.store, stored);
  await print(options.json === true ? JSON.stringify(results) : phaseGrid(results));
  return exitCodes.done;
}

/** What the options say of the columns, and what of that cannot be read. */
function choiceOf(
  { load, temperature, metric, n = [] }: ImportTableOptions,
  columns: readonly string[],
): { readonly choice: TableChoice; readonly problems: readonly SpecProblem[] } {
  const metrics = metric.map((words) => readMetricWords(words, columns));
  const counts = n.map((words) => readCountWords(words, columns));
  const chosen = valuesOf(metrics);
  const counted = valuesOf(counts);
  const whole = counted.find(({ name }) => name === null);
  const stray = counted.flatMap(({ name }) =>
    name === null || metrics.some((said) => !said.ok) || chosen.some((m) => m.name === name)
      ? []
      : [problem(`--n ${name}`, 'must be of a metric', name, `add --metric ${name}=COLUMN`)],
  );
  const wrong = [...metrics, ...counts].flatMap((said) => (said.ok ? [] : [said.problem]));
  return {
    choice: {
      load,
      temperature,
      metrics: chosen.map((m) => {
        const own = counted.find(({ name }) => name === m.name);
        return own ? { ...m, n: own.n } : m;
      }),
      ...(whole ? { n: whole.n } : {}),
    },
    problems: [...wrong, ...stray],
  };
}

function valuesOf<T>(said: readonly Said<T>[]): T[] {
  return said.flatMap((each) => (each.ok ? [each.value] : []));
}

/** A name that belongs to other results is a mistake in the input, not of the machine. */
function importOrExplain(workbench: Workbench, table: CheckedTable) {
  try {
    return importTable(workbench.desk.store, table);
  } catch (error) {
    if (error instanceof PhasescapeError && error.code === 'conflict')
      throw new PhasescapeError('invalid-input', error.message, { cause: error });
    throw error;
  }
}
