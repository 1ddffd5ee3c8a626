/**
 * The table of runs in SQL: filtered, ordered and counted in the database, which hands out only the rows asked for. What it orders by is
 * kept beside the results by triggers (migration `run-table`); what a screen shows is read from the results themselves.
 */
import type { Database } from 'better-sqlite3';
import type { TaskState } from '#shared/domain/results';
import type { RunCondition } from '#shared/domain/run-conditions';
import {
  conditionSql,
  expressionOf,
  foldCase,
  SettingColumns,
  type ResolvedField,
  type Sql,
} from './run-field';
import type { StoredTaskState } from './task-table';

/** Which runs of an experiment. */
export interface RunChoice {
  readonly experimentId: string;
  readonly archived: 'hidden' | 'shown' | 'only';
  /** All must be met. */
  readonly conditions: readonly {
    readonly field: ResolvedField;
    readonly condition: RunCondition;
  }[];
  /** The state of a training as users see it. */
  readonly stateOf: (taskId: string, stored: StoredTaskState) => TaskState;
}

export interface RunOrder {
  readonly field: ResolvedField;
  readonly descending: boolean;
}

/** A run of an experiment. */
export interface FoundRun {
  readonly taskId: string;
  readonly cell: number;
  readonly seed: number;
}

/** A run as the database hands it out in thousands: its training, cell and seed. */
type RunPlace = readonly [taskId: string, cell: number, seed: number];

/** What stands beside a run's numbers. */
export interface RunDetails {
  readonly state: StoredTaskState;
  readonly archived: boolean;
  readonly note: string;
  readonly tags: readonly string[];
  readonly engine: string | null;
  readonly durationMs: number | null;
  readonly steps: number | null;
  readonly attempts: number;
  readonly finishedAt: string | null;
  readonly recorded: number | null;
}

const tasksOfRuns = ` JOIN tasks t INDEXED BY training_outcomes ON t.id = r.task_id AND t.kind = 'train'`;

/** Runs with what is asked of them, beside their tasks only where something reads these: looking them up takes most of a question's time. */
function selectRuns(columns: string, rest: string): string {
  const join = /\bt\./.test(columns + rest) ? tasksOfRuns : '';
  return `SELECT ${columns} FROM runs r${join} WHERE ${rest}`;
}
const archivedSql = {
  hidden: ' AND r.task_id NOT IN (SELECT task_id FROM run_marks WHERE archived = 1)',
  shown: '',
  only: ' AND r.task_id IN (SELECT task_id FROM run_marks WHERE archived = 1)',
} as const;

const textOf = (parts: readonly Sql[], between: string) => parts.map((p) => p.text).join(between);
const valuesOf = (...parts: readonly Sql[]) => parts.flatMap((part) => part.values);

/** Questions about the runs of experiments. */
export function runQueries(db: Database) {
  let settings = new SettingColumns();
  let stateOf: RunChoice['stateOf'] = (_, stored) => (stored === 'pending' ? 'ready' : stored);
  db.function('run_setting', (column: number, cell: number) => settings.read(column, cell));
  db.function('fold_case', { deterministic: true }, foldCase);
  db.function('run_state', (taskId: string, stored: StoredTaskState) => stateOf(taskId, stored));

  const details = db.prepare(
    `SELECT t.id, t.state, coalesce(m.archived, 0) AS archived, coalesce(m.note, '') AS note,
       t.engine_name || ' ' || t.engine_dtype || ' on ' || t.engine_device || ', ' || t.engine_version AS engine,
       t.duration_ms AS durationMs, t.steps, t.attempts, t.finished_at AS finishedAt,
       (SELECT json_group_array(tag) FROM (SELECT g.tag FROM run_tags g WHERE g.task_id = t.id ORDER BY g.tag)) AS tags,
       (SELECT nullif(count(*), 0) FROM task_artifacts a WHERE a.task_id = t.id AND a.name LIKE 'trajectory.%') AS recorded
     FROM json_each(?) j JOIN tasks t ON t.id = j.value LEFT JOIN run_marks m ON m.task_id = t.id`,
  );
  const counts = db.prepare(
    `SELECT count(*) AS runs, count(*) FILTER (WHERE r.task_id IN (SELECT task_id FROM run_marks WHERE archived = 1)) AS archived
     FROM runs r WHERE r.experiment_id = ?`,
  );
  const tags = db.prepare(
    `SELECT g.tag, count(*) AS runs FROM runs r JOIN run_tags g ON g.task_id = r.task_id WHERE r.experiment_id = ? GROUP BY g.tag ORDER BY g.tag`,
  );
  const ownWrites = db.prepare('SELECT total_changes()').pluck();
  let kept: { readonly question: string; readonly runs: readonly RunPlace[] } | null = null;
  const taskOf = db
    .prepare('SELECT task_id FROM runs WHERE experiment_id = ? AND cell = ? AND seed = ?')
    .pluck();

  /** Begins a question: what the runs must meet. */
  function begin(choice: RunChoice): Sql {
    settings = new SettingColumns();
    ({ stateOf } = choice);
    const conditions = choice.conditions.map(({ condition, field }) =>
      conditionSql(field, condition, settings),
    );
    return {
      text: `r.experiment_id = ?${archivedSql[choice.archived]}${conditions.map((c) => ` AND ${c.text}`).join('')}`,
      values: [choice.experimentId, ...valuesOf(...conditions)],
    };
  }

  function orderSql(order: readonly RunOrder[]): Sql {
    const terms = order.map(({ descending, field }) => {
      const { text, values } = expressionOf(field, settings);
      return { text: `${text} ${descending ? 'DESC' : 'ASC'} NULLS LAST`, values };
    });
    return {
      text: textOf([...terms, { text: 'r.position', values: [] }], ', '),
      values: valuesOf(...terms),
    };
  }

  /** All chosen runs in order. Pages of one table are asked for one after another: the order is kept until something is written. */
  function ordered(choice: RunChoice, order: readonly RunOrder[]): readonly RunPlace[] {
    const chosen = begin(choice);
    const by = orderSql(order);
    const sql = selectRuns('r.task_id, r.cell, r.seed', `${chosen.text} ORDER BY ${by.text}`);
    const values = [...chosen.values, ...by.values];
    const writes = [ownWrites.get(), db.pragma('data_version', { simple: true })];
    const settingValues = [...choice.conditions, ...order].map(({ field }) => field);
    const question = JSON.stringify([sql, values, settingValues, writes]);
    if (kept?.question === question) return kept.runs;
    const runs = db
      .prepare(sql)
      .raw()
      .all(...values) as RunPlace[];
    // States change without a write, while tasks go from ready to running.
    kept = sql.includes('run_state(') ? null : { question, runs };
    return runs;
  }

  return {
    /** Some of the chosen runs in order, and how many are chosen. */
    page(
      choice: RunChoice,
      order: readonly RunOrder[],
      { limit, offset }: { readonly offset: number; readonly limit: number },
    ): { total: number; runs: FoundRun[] } {
      const all = ordered(choice, order);
      const runs = all.slice(offset, offset + limit);
      return {
        total: all.length,
        runs: runs.map(([taskId, cell, seed]) => ({ taskId, cell, seed })),
      };
    },

    /** Cell and seed of every chosen run, in order. */
    keys(choice: RunChoice, order: readonly RunOrder[]): [number, number][] {
      const chosen = begin(choice);
      const by = orderSql(order);
      return db
        .prepare(selectRuns('r.cell, r.seed', `${chosen.text} ORDER BY ${by.text}`))
        .raw()
        .all(...chosen.values, ...by.values) as [number, number][];
    },

    /** The fields of every chosen run, as what they are ordered by. */
    columns(choice: RunChoice, fields: readonly ResolvedField[]): (string | number | null)[][] {
      const chosen = begin(choice);
      const wanted = fields.map((field) => expressionOf(field, settings));
      return db
        .prepare(selectRuns(textOf(wanted, ', '), chosen.text))
        .raw()
        .all(...valuesOf(...wanted), ...chosen.values) as (string | number | null)[][];
    },

    /** What stands beside the numbers of runs, by their tasks. */
    details(taskIds: readonly string[]): Map<string, RunDetails> {
      const rows = details.all(JSON.stringify(taskIds)) as (Omit<
        RunDetails,
        'archived' | 'tags'
      > & {
        id: string;
        archived: number;
        tags: string;
      })[];
      return new Map(
        rows.map(({ archived, id, tags: list, ...rest }) => [
          id,
          { ...rest, archived: archived === 1, tags: JSON.parse(list) as string[] },
        ]),
      );
    },

    /** How many runs an experiment has, and how many of them are archived. */
    counts: (experimentId: string) =>
      counts.get(experimentId) as { runs: number; archived: number },

    /** The tags on an experiment's runs, in alphabetical order. */
    tags: (experimentId: string) => tags.all(experimentId) as { tag: string; runs: number }[],

    /** The training of a run; null where the experiment has no such run. */
    taskOf: (experimentId: string, [cell, seed]: readonly [number, number]): string | null =>
      (taskOf.get(experimentId, cell, seed) as string | undefined) ?? null,
  };
}
