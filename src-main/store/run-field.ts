/** A field of the table of runs as SQL. Every value goes in as a bound parameter; names of fields are resolved before they come here. */
import type { RunCondition } from '#shared/domain/run-conditions';
import { compareScalars, meets } from '#shared/domain/run-conditions';
import type { Scalar } from '#shared/domain/spec';

/** Facts about a run that its training task or its marks hold. */
export const runFacts = [
  'cell',
  'seed',
  'state',
  'engine',
  'duration',
  'steps',
  'attempts',
  'finished',
  'recorded',
  'tags',
  'note',
] as const;
export type RunFact = (typeof runFacts)[number];

/** A field that exists. */
export type ResolvedField =
  | { readonly kind: 'fact'; readonly name: RunFact }
  /** A scalar of runs, or the mean of one over the pairs that a run is in. */
  | { readonly kind: 'number' | 'pair'; readonly name: string }
  /** The value of a setting in each cell; null in cells that do not have it. */
  | {
      readonly kind: 'setting';
      readonly name: string;
      readonly values: readonly (Scalar | null)[];
    };

/** A piece of SQL with the values of its parameters, in order. */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** Which run a query looks at: `r` of runs, `t` of tasks, `m` of run_marks. */
const facts: Readonly<Record<RunFact, string>> = {
  cell: 'r.cell',
  seed: 'r.seed',
  state: 'run_state(r.task_id, t.state)',
  engine: `t.engine_name || ' ' || t.engine_dtype || ' on ' || t.engine_device || ', ' || t.engine_version`,
  duration: 't.duration_ms / 1000',
  steps: 't.steps',
  attempts: 't.attempts',
  finished: 't.finished_at',
  recorded: `(SELECT nullif(count(*), 0) FROM task_artifacts a WHERE a.task_id = r.task_id AND a.name LIKE 'trajectory.%')`,
  tags: `(SELECT group_concat(tag, ', ') FROM (SELECT g.tag FROM run_tags g WHERE g.task_id = r.task_id ORDER BY g.tag))`,
  note: `(SELECT nullif(m.note, '') FROM run_marks m WHERE m.task_id = r.task_id)`,
};

/**
 * Text without its case, in every script; anything else as it is. SQL's own `lower` knows the 26 letters of English alone.
 * SQL reads it as `fold_case`. Never throws.
 */
export function foldCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Columns over the cells of an experiment that SQL reads by `run_setting`. */
export class SettingColumns {
  readonly #columns: (readonly (number | null)[])[] = [];

  /** An expression that reads the column in the cell of the run. */
  add(column: readonly (number | null)[]): Sql {
    this.#columns.push(column);
    return { text: 'run_setting(?, r.cell)', values: [this.#columns.length - 1] };
  }

  read(column: number, cell: number): number | null {
    return this.#columns[column]?.[cell] ?? null;
  }
}

/** The expression that a field is ordered and grouped by; that of a setting is the rank of its value (see `ranksOf`). */
export function expressionOf(field: ResolvedField, settings: SettingColumns): Sql {
  switch (field.kind) {
    case 'fact':
      return { text: facts[field.name], values: [] };
    case 'number':
      return numberOf('v.value', '=', field.name);
    case 'pair':
      return numberOf('avg(v.value)', '<>', field.name);
    case 'setting': {
      const { ranks } = ranksOf(field.values);
      return settings.add(ranks);
    }
    default:
      return field satisfies never;
  }
}

const numberOf = (value: string, own: '=' | '<>', name: string): Sql => ({
  text: `(SELECT ${value} FROM run_numbers v WHERE v.experiment_id = r.experiment_id AND v.name = ? AND v.cell = r.cell AND v.seed = r.seed AND v.partner ${own} r.seed)`,
  values: [name],
});

/**
 * Distinct values in the order of tables, and the position of each cell's value among them; null where a cell has none.
 */
export function ranksOf(values: readonly (Scalar | null)[]): {
  readonly ranks: readonly (number | null)[];
  readonly distinct: readonly Scalar[];
} {
  const distinct = [...new Set(values)].filter((value) => value !== null).sort(compareScalars);
  const rankOf = new Map<Scalar | null, number>(distinct.map((value, rank) => [value, rank]));
  return { ranks: values.map((value) => rankOf.get(value) ?? null), distinct };
}

/** A condition as SQL. */
export function conditionSql(
  field: ResolvedField,
  condition: RunCondition,
  settings: SettingColumns,
): Sql {
  if (field.kind === 'setting') {
    const { text, values } = settings.add(field.values.map((v) => Number(meets(v, condition))));
    return { text: `${text} = 1`, values };
  }
  if (field.kind === 'fact' && field.name === 'tags') return tagCondition(condition);
  return comparison(expressionOf(field, settings), condition);
}

const holes = (count: number) => Array<string>(count).fill('?').join(', ');
const bound = (values: readonly Scalar[]) =>
  values.map((value) => (typeof value === 'boolean' ? String(value) : value));

const signs = { below: '<', 'at-most': '<=', above: '>', 'at-least': '>=' } as const;

function comparison({ text, values }: Sql, condition: RunCondition): Sql {
  const others = bound(condition.values);
  switch (condition.relation) {
    case 'is':
      return { text: `${text} IN (${holes(others.length)})`, values: [...values, ...others] };
    case 'is-not':
      return {
        text: `coalesce(${text} NOT IN (${holes(others.length)}), 1)`,
        values: [...values, ...others],
      };
    case 'contains':
      return {
        text: `instr(fold_case(${text}), fold_case(?)) > 0`,
        values: [...values, ...others],
      };
    case 'missing':
      return { text: `${text} IS NULL`, values };
    case 'present':
      return { text: `${text} IS NOT NULL`, values };
    default:
      return { text: `${text} ${signs[condition.relation]} ?`, values: [...values, ...others] };
  }
}

function tagCondition({ relation, values }: RunCondition): Sql {
  const some = (rest: string) =>
    `EXISTS (SELECT 1 FROM run_tags g WHERE g.task_id = r.task_id${rest})`;
  const others = bound(values);
  if (relation === 'missing') return { text: `NOT ${some('')}`, values: [] };
  if (relation === 'contains')
    return { text: some(' AND instr(fold_case(g.tag), fold_case(?)) > 0'), values: others };
  const named = some(values.length === 0 ? '' : ` AND g.tag IN (${holes(others.length)})`);
  return { text: relation === 'is-not' ? `NOT ${named}` : named, values: others };
}
