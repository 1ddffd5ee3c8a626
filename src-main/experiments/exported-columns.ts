/** The columns of tables that leave the program, with their units and definitions. */
import type { ExperimentSpec } from '#shared/domain/spec';
import type { TableColumn } from '#shared/domain/data-export';
import { isProblem } from '#shared/domain/problem-spec';
import type { CellsResult } from '#shared/domain/results';
import { findScalar, type ScalarDefinition } from '#shared/domain/scalars';
import { metricDefinitions } from '#shared/domain/metric-registry';

type Axis = Pick<CellsResult['axes'][number], 'path' | 'role' | 'values'>;

/** A column without a unit. */
export const plainColumn = (
  name: string,
  type: TableColumn['type'],
  definition: string,
): TableColumn => ({ name, type, unit: '', definition });

export const cellColumn = plainColumn(
  'cell',
  'integer',
  'Index of the cell: its place in the grid of the spec, from 0.',
);

/** A column for each axis: numbers where all of its values are. */
export function axisColumns(axes: readonly Axis[]): TableColumn[] {
  return axes.map(({ path, role, values }) => {
    const isAll = (type: string) => values.every((value) => typeof value === type);
    const type = isAll('number') ? 'number' : isAll('boolean') ? 'truth' : 'text';
    const meaning = role === 'none' ? 'An axis of the grid' : `The ${role} axis of the grid`;
    return plainColumn(path, type, `${meaning}: the setting of that name in the spec.`);
  });
}

/** A value of an axis as its column holds it. */
export function axisValue(
  { type }: TableColumn,
  value: string | number | boolean | undefined,
): string | number | boolean | null {
  if (value === undefined) return null;
  return type === 'text' ? String(value) : value;
}

/** What a scalar means in an experiment: of problems some mean something else. */
export function definitionOf(
  { definition, definitionOfProblems }: ScalarDefinition,
  spec: ExperimentSpec | null,
): string {
  const ofProblem = spec !== null && isProblem(spec.dataset);
  return ofProblem ? (definitionOfProblems ?? definition) : definition;
}

/** A scalar of single runs or pairs: its value, its own error, and why it is not there. */
export function scalarColumns(scalar: ScalarDefinition, spec: ExperimentSpec): TableColumn[] {
  const { name, title, unit } = scalar;
  return [
    { name, type: 'number', unit, definition: definitionOf(scalar, spec) },
    {
      name: `${name}Error`,
      type: 'number',
      unit,
      definition: `${title}: standard error or residual of this one value; empty where it is exact or not known.`,
    },
    plainColumn(
      `${name}Reason`,
      'text',
      `${title}: why it could not be computed (a number that came out as NaN says so); empty where it is there, or only not measured yet.`,
    ),
  ];
}

/** A scalar over the seeds or pairs of a cell. */
export function statisticColumns(
  scalar: ScalarDefinition,
  spec: ExperimentSpec | null,
): TableColumn[] {
  const { name, title, unit } = scalar;
  const number = (ending: string, words: string): TableColumn => ({
    name: `${name}${ending}`,
    type: 'number',
    unit,
    definition: `${title}: ${words}`,
  });
  return [
    number('Mean', `mean of the finite values. ${definitionOf(scalar, spec)}`),
    number('Sd', 'sample standard deviation (n - 1).'),
    number(
      'Se',
      'standard error of the mean; of pairs, which share seeds, the jackknife over seeds.',
    ),
    plainColumn(`${name}N`, 'integer', `${title}: how many finite values.`),
    plainColumn(`${name}Over`, 'text', `${title}: what they are values of, seeds or pairs.`),
    number('LowerQuartile', 'quantile 1/4, type 7 of Hyndman and Fan.'),
    number('Median', 'quantile 1/2, type 7 of Hyndman and Fan.'),
    number('UpperQuartile', 'quantile 3/4, type 7 of Hyndman and Fan.'),
    plainColumn(
      `${name}Missing`,
      'integer',
      `${title}: values that are not there, for the reasons beside.`,
    ),
    plainColumn(
      `${name}Reasons`,
      'text',
      `${title}: why values could not be computed, each reason once; "not measured yet" where that is all.`,
    ),
  ];
}

/** What drawings say of the columns of series, by series and column: the title with its unit. */
const drawnTitles: ReadonlyMap<string, string> = new Map(
  metricDefinitions
    .flatMap(({ drawings = [] }) => drawings)
    .flatMap((drawing): [string, string][] => {
      const { kind, series } = drawing;
      if (kind === 'field')
        return [
          [`${series}/x`, drawing.x],
          [`${series}/y`, drawing.y],
          [`${series}/value`, drawing.value],
        ];
      if (kind === 'tree' || kind === 'barcode') return [];
      const drawn =
        kind === 'curve'
          ? [drawing.x, ...drawing.y]
          : kind === 'points'
            ? [drawing.x, drawing.y]
            : [drawing.label];
      return drawn.map(({ column, title }) => [`${series}/${column}`, title]);
    }),
);

/** Trainings record scalars under their own names. */
function titleOfScalar(series: string, column: string): string | undefined {
  const scalar = series === 'training' || series === 'trajectory' ? findScalar(column) : undefined;
  return scalar && (scalar.unit === '' ? scalar.title : `${scalar.title} (${scalar.unit})`);
}

/**
 * A column for each name that the columns of series have; those of several series with one name share it.
 * @param taken - names of the columns beside them: a column of a series with such a name is called `series.column`
 */
export function seriesColumns(
  found: readonly { readonly series: string; readonly columns: readonly string[] }[],
  taken: ReadonlySet<string>,
): {
  readonly columns: TableColumn[];
  readonly nameOf: (series: string, column: string) => string;
} {
  const nameOf = (series: string, column: string) =>
    taken.has(column) ? `${series}.${column}` : column;
  const words = new Map<string, string[]>();
  for (const { columns, series } of found)
    for (const column of columns) {
      const title = drawnTitles.get(`${series}/${column}`) ?? titleOfScalar(series, column);
      const word = title === undefined ? series : `${series}: ${title}`;
      const name = nameOf(series, column);
      words.set(name, [...(words.get(name) ?? []), word]);
    }
  const columns = [...words].map(([name, of]): TableColumn => ({
    ...{ name, type: 'number', unit: '' },
    definition: `Of the series ${of.join('; ')}.`,
  }));
  return { columns, nameOf };
}
