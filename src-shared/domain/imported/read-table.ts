/** From the text of a table to results: every row becomes a cell, every chosen column the numbers of a scalar. */
import { findScalar, scalarDefinitions } from '../scalars';
import type { Scalar } from '../spec';
import { problem, ProblemList, type SpecProblem } from '../spec-problem';
import type { TextTable } from './delimited-text';
import type {
  Conversion,
  CountChoice,
  ImportedNumber,
  ImportedRow,
  ImportedTable,
  MetricChoice,
  TableChoice,
} from './imported-table';
import { boundsOf } from './scalar-bounds';

export type TableReading =
  | { readonly ok: true; readonly table: ImportedTable }
  | { readonly ok: false; readonly problems: readonly SpecProblem[] };

/** Cells of the grid that the two axes span: more are no diagram that anybody reads. */
export const mostImportedCells = 50_000;

/** What stands where a program wrote no number. */
const missing = /^(?:na|n\/a|nan|null)?$/i;
const infinite = /^[+-]?inf(?:inity)?$/i;

/**
 * The results that a table holds.
 *
 * Empty values, `NA`, `NaN` and `null` are missing numbers; a row is a cell, and each pair of loads and temperatures has one at most.
 * @returns the table, or every problem at once: columns that are not there, values that are no numbers or that the scalar cannot have,
 * each with its line. Never throws.
 */
export function readImportedTable(text: TextTable, choice: TableChoice): TableReading {
  const problems = new ProblemList();
  problems.add(choiceProblems(text, choice));
  // What is there is checked, whatever else is wrong: a column that is not has no values.
  const column: FieldsOf = (name) => {
    const at = text.names.indexOf(name);
    return at < 0 ? [] : text.rows.map(({ fields }) => fields[at] ?? '');
  };
  const loads = readAxis(text, choice.load, column(choice.load));
  const temperatures = readAxis(text, choice.temperature, column(choice.temperature));
  problems.add([...loads.problems, ...temperatures.problems]);
  const runs = readCounts(text, choice.n, column);
  problems.add(runs.problems);
  const names = choice.metrics.map(({ name }) => name);
  const metrics = choice.metrics.map((metric) => {
    const own = metric.n ?? (findScalar(metric.name)?.over === 'run' ? choice.n : undefined);
    return { ...readMetric(text, { metric, counts: own, names }, column), name: metric.name };
  });
  for (const each of metrics) problems.add(each.problems);
  if ([loads, temperatures].every((axis) => axis.values.length > 0 && axis.problems.length === 0))
    problems.add(gridProblems(text, choice, { loads, temperatures }));
  if (problems.all().length > 0) return { ok: false, problems: problems.all() };
  const rows = text.rows.map((_, i): ImportedRow => ({
    load: loads.values[i] ?? '',
    temperature: temperatures.values[i] ?? '',
    n: runs.values[i] ?? null,
    metrics: Object.fromEntries(
      metrics.flatMap(({ name, values }) => {
        const value = values[i];
        return value ? [[name, value]] : [];
      }),
    ),
  }));
  return {
    ok: true,
    table: {
      loads: ordered(loads.values),
      temperatures: ordered(temperatures.values),
      rows,
    },
  };
}

function choiceProblems(text: TextTable, choice: TableChoice): SpecProblem[] {
  const wanted: readonly (readonly [string, string | undefined])[] = [
    ['load', choice.load],
    ['temperature', choice.temperature],
    ...[choice, ...choice.metrics].map((each) => {
      const counts = each.n;
      return ['n', counts?.kind === 'column' ? counts.column : undefined] as const;
    }),
    ...choice.metrics.flatMap(
      ({ name, column, sdColumn }) =>
        [
          [`metric ${name}`, column],
          [`standard deviation of ${name}`, sdColumn],
        ] as const,
    ),
  ];
  const columns = wanted.flatMap(([what, column]) =>
    column === undefined || text.names.includes(column)
      ? []
      : [
          problem(
            what,
            'must be a column of the table',
            column,
            `use one of: ${text.names.join(', ')}`,
          ),
        ],
  );
  const scalars = choice.metrics.flatMap(({ name }, i) => {
    if (!findScalar(name)) {
      const all = scalarDefinitions.map((scalar) => scalar.name).join(', ');
      return [problem(`metric ${name}`, 'must be a scalar', name, `use one of: ${all}`)];
    }
    return choice.metrics.findIndex((other) => other.name === name) === i
      ? []
      : [problem(`metric ${name}`, 'must be given once', name, 'choose one column for it')];
  });
  const same =
    choice.load === choice.temperature
      ? [problem('temperature', 'must be another column than load', choice.load, 'choose another')]
      : [];
  const none =
    choice.metrics.length === 0
      ? [problem('metric', 'must be given', undefined, 'say which column is which scalar')]
      : [];
  return [...columns, ...scalars, ...same, ...none];
}

/** The values of a column as they are written, one a row; none where the table has no such column. */
type FieldsOf = (column: string) => readonly string[];

interface ReadColumn<T> {
  readonly values: readonly T[];
  readonly problems: readonly SpecProblem[];
}

/** Numbers where all are, texts where none is. */
function readAxis(text: TextTable, name: string, fields: readonly string[]): ReadColumn<Scalar> {
  const given = fields.filter((field) => !missing.test(field));
  const isText = given.every((field) => Number.isNaN(numberIn(field)) && !infinite.test(field));
  const problems = fields.flatMap((field, i) => {
    const place = placeOf(text, i, name);
    if (missing.test(field))
      return [problem(place, 'must have a value, as every cell has', field, 'fill it in')];
    return isText || Number.isFinite(numberIn(field)) ? [] : [notANumber(place, field)];
  });
  return { values: isText ? fields : fields.map(Number), problems };
}

function readCounts(
  text: TextTable,
  choice: CountChoice | undefined,
  column: FieldsOf,
): ReadColumn<number | null> {
  if (choice === undefined) return { values: [], problems: [] };
  if (choice.kind === 'number') {
    const isCount = Number.isInteger(choice.n) && choice.n >= 1;
    const wrong = problem(
      'n',
      'must be a whole number from 1',
      choice.n,
      'count the runs of a row',
    );
    return { values: text.rows.map(() => choice.n), problems: isCount ? [] : [wrong] };
  }
  const fields = column(choice.column);
  const problems = fields.flatMap((field, i) => {
    const n = Number(field);
    if (missing.test(field) || (Number.isInteger(n) && n >= 1)) return [];
    const place = placeOf(text, i, choice.column);
    return [problem(place, 'must be a whole number from 1', field, 'leave it empty if unknown')];
  });
  return { values: fields.map((f) => (missing.test(f) ? null : Number(f))), problems };
}

function readMetric(
  text: TextTable,
  {
    metric,
    counts,
    names,
  }: { metric: MetricChoice; counts: CountChoice | undefined; names: readonly string[] },
  column: FieldsOf,
): ReadColumn<ImportedNumber | null> {
  const problems = new ProblemList();
  const read = (name: string, conversion: Conversion | undefined) => {
    const { values, problems: found } = readNumbers(text, name, column(name));
    problems.add(found);
    return values.map((value) => (value === null ? null : converted(value, conversion)));
  };
  const means = read(metric.column, metric.conversion);
  const sds =
    metric.sdColumn === undefined
      ? []
      : read(metric.sdColumn, metric.sdConversion ?? ofDeviations(metric.conversion));
  const n = readCounts(text, counts, column);
  problems.add(n.problems);
  problems.add(outside(text, { metric, names, means }));
  const values = means.map((mean, i): ImportedNumber | null => {
    const sd = sds[i] ?? null;
    const count = n.values[i] ?? null;
    const place = placeOf(text, i, metric.sdColumn ?? '');
    if (sd !== null && mean === null)
      problems.add([problem(place, 'must have a mean beside it', sd, `fill in ${metric.column}`)]);
    if (sd !== null && sd < 0)
      problems.add([problem(place, 'must not be below 0', sd, 'a standard deviation is not')]);
    if (sd !== null && count === 1) {
      const fix = 'leave it empty, or say how many values it is over';
      problems.add([problem(place, 'must be empty where n is 1', sd, fix)]);
    }
    return mean === null ? null : { mean, sd, n: count };
  });
  if (means.length > 0 && problems.all().length === 0 && values.every((value) => value === null)) {
    const place = `column ${metric.column}`;
    problems.add([problem(place, 'must have a number', 'only empty values', 'choose another')]);
  }
  return { values, problems: problems.all() };
}

function readNumbers(
  text: TextTable,
  name: string,
  fields: readonly string[],
): ReadColumn<number | null> {
  const problems = fields.flatMap((field, i) => {
    if (missing.test(field) || Number.isFinite(numberIn(field))) return [];
    return [notANumber(placeOf(text, i, name), field)];
  });
  return { values: fields.map((f) => (missing.test(f) ? null : Number(f))), problems };
}

function notANumber(place: string, field: string): SpecProblem {
  if (infinite.test(field) || Math.abs(Number(field)) === Infinity)
    return problem(place, 'must be finite', field, 'leave it empty where there is no number');
  const fix = /^[+-]?\d+,\d+$/.test(field)
    ? 'write a point before the decimals'
    : 'mend it, or leave it empty';
  return problem(place, 'must be a number', field, fix);
}

/** NaN for what is no number in digits: `0x10` is none. */
const numberIn = (field: string): number => (/^[+-]?[\d.]/.test(field) ? digits(field) : NaN);
const digits = (field: string): number => (/^[+-]?0[xob]/i.test(field) ? NaN : Number(field));

function converted(value: number, conversion: Conversion | undefined): number {
  if (conversion === undefined) return value;
  return conversion.kind === 'divide' ? value / conversion.by : value * conversion.by;
}

/** How deviations convert with their means: by the same number, and a mean that changes its sign leaves theirs. */
function ofDeviations(conversion: Conversion | undefined): Conversion | undefined {
  return conversion && { ...conversion, by: Math.abs(conversion.by) };
}

/** Values that the scalar cannot have: one problem a column, for they are of one kind. */
function outside(
  text: TextTable,
  {
    metric: { name, column },
    names,
    means,
  }: {
    metric: MetricChoice;
    names: readonly string[];
    means: readonly (number | null)[];
  },
): SpecProblem[] {
  const bounds = boundsOf(name, names);
  if (!bounds) return [];
  const wrong = means.flatMap((mean, i) =>
    mean !== null && (mean < bounds.least || mean > bounds.most) ? [{ mean, i }] : [],
  );
  const [first] = wrong;
  if (!first) return [];
  const others = wrong.length === 1 ? '' : ` and ${wrong.length - 1} more like it`;
  return [
    {
      path: `${placeOf(text, first.i, column)} as ${name}`,
      rule: bounds.rule,
      got: `${first.mean}${others}`,
      fix: bounds.fix(name, column),
    },
  ];
}

function gridProblems(
  text: TextTable,
  choice: TableChoice,
  {
    loads,
    temperatures,
  }: Readonly<Record<'loads' | 'temperatures', { readonly values: readonly Scalar[] }>>,
): SpecProblem[] {
  const [across, up] = [new Set(loads.values).size, new Set(temperatures.values).size];
  if (across * up > mostImportedCells) {
    const got = `${across} by ${up}`;
    const rule = `must span at most ${mostImportedCells} cells`;
    return [{ path: 'load and temperature', rule, got, fix: 'choose columns whose values repeat' }];
  }
  const firstLine = new Map<string, number>();
  return text.rows.flatMap(({ line }, i) => {
    const place = { [choice.load]: loads.values[i], [choice.temperature]: temperatures.values[i] };
    const key = JSON.stringify(place);
    const before = firstLine.get(key);
    if (before === undefined) {
      firstLine.set(key, line);
      return [];
    }
    const rule = `must be another cell than line ${before}`;
    return [problem(`line ${line}`, rule, place, 'keep one row a cell: the mean over its runs')];
  });
}

function placeOf(text: TextTable, row: number, column: string): string {
  return `line ${text.rows[row]?.line ?? 0}, column ${column}`;
}

/** Each value once. */
function ordered(values: readonly Scalar[]): Scalar[] {
  const distinct = [...new Set(values)];
  return distinct.every((value) => typeof value === 'number')
    ? distinct.sort((a, b) => a - b)
    : distinct;
}
