/** The table of an experiment's runs: pages of rows, and groups with their statistics. */
import type { RunGroup, RunRow, RunSort, RunTable } from '#shared/contract/run-views';
import { measuredSpec } from '#shared/domain/additions';
import { isProblemName } from '#shared/domain/problem-spec';
import type { RunCondition } from '#shared/domain/run-conditions';
import { findScalar } from '#shared/domain/scalars';
import type { Scalar } from '#shared/domain/spec';
import { summarise } from '#shared/domain/statistics';
import { PhasescapeError } from '#shared/errors';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';
import { ranksOf } from '../store/run-field';
import type { FoundRun, RunChoice, RunDetails, RunOrder } from '../store/run-query';
import { askedOf, readerOf, type Entry, type ReadEntry } from './results';
import { requireConditions, requireFields, runFields, type KnownField } from './run-fields';
import { cellSettings } from './run-settings';

/** The state of a training as users see it. */
type StateOf = RunChoice['stateOf'];

/** Which runs, in the words of the screens. */
export interface AskedRuns {
  readonly filter: readonly RunCondition[];
  readonly archived: RunChoice['archived'];
}

/** Facts that divide runs into groups, besides the settings. */
const groupingFacts = new Set(['seed', 'state', 'engine', 'cell', 'attempts']);

/** Numbers that name a run: a mean of them says nothing. */
const names = new Set(['seed', 'cell']);

/** The fields that an experiment's runs have, the tags in use, and how many runs there are. */
export function describeRuns(store: ProjectStore, experiment: StoredExperiment): RunTable {
  const { id } = experiment;
  const fields = [...runFields(measuredSpec(experiment)).values()].map(
    ({ described }) => described,
  );
  return { fields, tags: store.runs.tags(id), ...store.runs.counts(id) };
}

/** Runs of one experiment, read with the states that trainings have now. */
export class RunReader {
  readonly #store: ProjectStore;
  readonly #experiment: StoredExperiment;
  readonly #stateOf: StateOf;
  readonly #known: ReadonlyMap<string, KnownField>;

  constructor(store: ProjectStore, experiment: StoredExperiment, stateOf: StateOf) {
    this.#store = store;
    this.#experiment = experiment;
    this.#stateOf = stateOf;
    this.#known = runFields(measuredSpec(experiment));
  }

  /**
   * The rows of a page.
   * @throws PhasescapeError `invalid-input` for fields and conditions that cannot be
   */
  page(
    asked: AskedRuns & { readonly sort: RunSort; readonly columns: readonly string[] },
    range: { readonly offset: number; readonly limit: number },
  ): { total: number; rows: RunRow[] } {
    const columns = requireFields(this.#known, asked.columns, 'columns');
    const order = this.#orderOf(asked.sort);
    const { runs, total } = this.#store.runs.page(this.#choiceOf(asked), order, range);
    const details = this.#store.runs.details(runs.map(({ taskId }) => taskId));
    const read = this.#readNumbers(runs, columns);
    const rows = runs.flatMap((run) => {
      const detail = details.get(run.taskId);
      return detail ? [this.#rowOf(run, detail, { columns, read })] : [];
    });
    return { total, rows };
  }

  /** Cell and seed of every run asked for, in order. @throws PhasescapeError `invalid-input` */
  keys(asked: AskedRuns & { readonly sort: RunSort }): [number, number][] {
    return this.#store.runs.keys(this.#choiceOf(asked), this.#orderOf(asked.sort));
  }

  /**
   * The runs asked for, by the values of one field, with the statistics of the columns that hold numbers.
   * Definition: as those of cells (`summarise`), over the runs that have the number.
   * @throws PhasescapeError `invalid-input` where the field does not divide runs into groups
   */
  groups(asked: AskedRuns & { readonly by: string; readonly columns: readonly string[] }): {
    total: number;
    groups: RunGroup[];
  } {
    const [by] = requireFields(this.#known, [asked.by], 'group');
    if (!by || !isGrouping(by)) {
      throw new PhasescapeError(
        'invalid-input',
        `group: must be a setting or one of ${[...groupingFacts].join(', ')}, got ${asked.by}; choose another field`,
      );
    }
    const columns = requireFields(this.#known, asked.columns, 'columns').filter(
      ({ described: { name, type } }) => type === 'number' && name !== asked.by && !names.has(name),
    );
    const fields = [by, ...columns].map(({ resolved }) => resolved);
    const rows = this.#store.runs.columns(this.#choiceOf(asked), fields);
    const valueOf = columns.map(readBack);
    const groups = Map.groupBy(rows, ([key]) => key ?? null);
    const toValue = readBack(by);
    return {
      total: rows.length,
      groups: [...groups]
        .sort(([a], [b]) => compareKeys(a, b))
        .map(([key, members]) => ({
          value: toValue(key),
          runs: members.length,
          numbers: Object.fromEntries(
            columns.map(({ described }, i) => [
              described.name,
              statisticsOf(members.map((row) => Number(valueOf[i]?.(row[i + 1] ?? null) ?? NaN))),
            ]),
          ),
        })),
    };
  }

  #choiceOf({ archived, filter }: AskedRuns): RunChoice {
    return {
      experimentId: this.#experiment.id,
      archived,
      conditions: requireConditions(this.#known, filter),
      stateOf: this.#stateOf,
    };
  }

  #orderOf(sort: RunSort): RunOrder[] {
    const fields = requireFields(
      this.#known,
      sort.map(({ by }) => by),
      'sort',
    );
    return fields.map(({ resolved }, i) => ({
      field: resolved,
      descending: sort[i]?.descending ?? false,
    }));
  }

  /** Reads the numbers of a page from the results of its tasks. */
  #readNumbers(runs: readonly FoundRun[], columns: readonly KnownField[]): ReadEntries {
    const metrics = new Set(columns.flatMap(({ metric }) => metric ?? []));
    if (metrics.size === 0 || runs.length === 0) return () => [];
    const kinds = ['train', ...[...metrics].filter((metric) => metric !== 'training')];
    const seeds = Map.groupBy(runs, ({ cell }) => cell);
    const tasks = this.#store.tasks
      .briefOfCells(this.#experiment.id, [...seeds.keys()], kinds)
      .filter((task) => seeds.get(task.cell)?.some(({ seed }) => task.seeds.includes(seed)));
    const ids = tasks.map(({ id }) => id);
    const cellOf = new Map(tasks.map((task) => [task.id, task.cell]));
    const scalars = this.#store.results
      .scalarsOfTasks(ids)
      .map((scalar) => ({ ...scalar, cell: cellOf.get(scalar.taskId) ?? -1 }));
    const datasets = cellSettings(this.#experiment.spec).column('dataset.name');
    const read = readerOf(scalars, {
      ended: () => tasks,
      isProblemCell: (cell) => isProblemName(datasets?.[cell] ?? ''),
      isAsked: askedOf(this.#experiment),
    });
    const pairs = Map.groupBy(
      scalars.filter(({ subject }) => subject.kind === 'pair'),
      ({ cell, name }) => `${cell}/${name}`,
    );
    return (run, { resolved: { kind, name } }) =>
      kind === 'pair'
        ? (pairs.get(`${run.cell}/${name}`) ?? []).filter(
            ({ subject }) => subject.kind === 'pair' && subject.seeds.includes(run.seed),
          )
        : ownEntry(read, run, name);
  }

  #rowOf(
    run: FoundRun,
    detail: RunDetails,
    { columns, read }: { readonly columns: readonly KnownField[]; readonly read: ReadEntries },
  ): RunRow {
    const state = this.#stateOf(run.taskId, detail.state);
    const errors: (number | null)[] = [];
    const reasons: Record<string, string> = {};
    const values = columns.map((column): Scalar | null => {
      const { resolved } = column;
      const entries = column.metric === undefined ? [] : read(run, column);
      const [only] = entries;
      errors.push(resolved.kind === 'number' ? (only?.error ?? null) : null);
      const reason = entries.find((entry) => entry.value === null)?.reason ?? null;
      if (resolved.kind === 'fact') return factOf(resolved.name, run, { ...detail, state });
      if (resolved.kind === 'setting') return resolved.values[run.cell] ?? null;
      const value =
        resolved.kind === 'pair'
          ? summarise(entries.map((entry) => entry.value)).mean
          : (only?.value ?? null);
      if (value === null && reason !== null) reasons[resolved.name] = reason;
      return value;
    });
    const { archived, note, tags } = detail;
    const { cell, seed } = run;
    return { cell, seed, state, archived, note, tags: [...tags], values, errors, reasons };
  }
}

/** What is stored of a number of a run: one entry, or those of its pairs. */
type ReadEntries = (run: FoundRun, column: KnownField) => readonly Entry[];

function ownEntry(read: ReadEntry, { cell, seed }: FoundRun, name: string): readonly Entry[] {
  const definition = findScalar(name);
  const entry = definition && read(cell, definition, { kind: 'run', seed });
  return entry ? [entry] : [];
}

function isGrouping({ described: { kind, name } }: KnownField): boolean {
  return kind === 'setting' || groupingFacts.has(name);
}

/** Turns what SQL reads of a field into its value: the rank of a setting, anything else as it is. */
function readBack({ resolved }: KnownField): (read: string | number | null) => Scalar | null {
  if (resolved.kind !== 'setting') return (read) => read;
  const { distinct } = ranksOf(resolved.values);
  return (rank) => (typeof rank === 'number' ? (distinct[rank] ?? null) : null);
}

function compareKeys(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

function statisticsOf(values: readonly number[]): RunGroup['numbers'][string] {
  const known = values.filter((value) => Number.isFinite(value));
  const { mean, median, n, sd } = summarise(known);
  const extreme = (pick: (a: number, b: number) => number) =>
    known.length === 0 ? null : known.reduce((a, b) => pick(a, b));
  return { n, mean, sd, median, min: extreme(Math.min), max: extreme(Math.max) };
}

function factOf(
  name: string,
  { cell, seed }: FoundRun,
  detail: Omit<RunDetails, 'state'> & { readonly state: string },
): Scalar | null {
  const values: Readonly<Record<string, Scalar | null>> = {
    cell,
    seed,
    state: detail.state,
    engine: detail.engine,
    duration: detail.durationMs === null ? null : detail.durationMs / 1000,
    steps: detail.steps,
    attempts: detail.attempts,
    finished: detail.finishedAt,
    recorded: detail.recorded,
    tags: detail.tags.length === 0 ? null : detail.tags.join(', '),
    note: detail.note === '' ? null : detail.note,
  };
  return values[name] ?? null;
}
