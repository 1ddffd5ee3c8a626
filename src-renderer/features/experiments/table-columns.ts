/** What each column of a table is taken as while one chooses: read from a choice and written back. Pure. */
import type {
  Conversion,
  CountChoice,
  MetricChoice,
  TableChoice,
} from '#shared/domain/imported/imported-table';
import { metricDefinitions } from '#shared/domain/metric-registry';
import { findScalar, scalarDefinitions } from '#shared/domain/scalars';

/** `load`, `temperature`, `count`, `mean testAccuracy`, `sd testAccuracy`; empty for a column that is not used. */
export type ColumnRole = string;

export interface ChosenColumn {
  readonly role: ColumnRole;
  /** Of a mean: how its numbers become those of the scalar. */
  readonly conversion: 'none' | 'percent' | 'fraction';
}

/** By the name of the column; those that are not used are left out. */
export type ChosenColumns = Readonly<Record<string, ChosenColumn>>;

const conversions: Readonly<Record<ChosenColumn['conversion'], Conversion | undefined>> = {
  none: undefined,
  percent: { kind: 'divide', by: 100 },
  fraction: { kind: 'multiply', by: 100 },
};

/** As they stand in the choice of a column. */
export const conversionTitles: Readonly<Record<ChosenColumn['conversion'], string>> = {
  none: 'as written',
  percent: 'divided by 100',
  fraction: 'times 100',
};

/** What the columns of a choice are. */
export function columnsOf({ load, temperature, metrics, n }: TableChoice): ChosenColumns {
  const chosen: [string, ChosenColumn][] = [];
  const add = (column: string, role: ColumnRole, conversion?: Conversion) => {
    if (column !== '') chosen.push([column, { role, conversion: kindOf(conversion) }]);
  };
  add(load, 'load');
  add(temperature, 'temperature');
  if (n?.kind === 'column') add(n.column, 'count');
  for (const { name, column, conversion, sdColumn } of metrics) {
    add(column, `mean ${name}`, conversion);
    add(sdColumn ?? '', `sd ${name}`);
  }
  return Object.fromEntries(chosen);
}

const kindOf = (conversion: Conversion | undefined): ChosenColumn['conversion'] =>
  conversion === undefined ? 'none' : conversion.kind === 'divide' ? 'percent' : 'fraction';

/** The choice that some columns make. @param runs - behind each row, as typed; a column of counts goes before it */
export function choiceOf(columns: ChosenColumns, runs: string): TableChoice {
  const entries = Object.entries(columns);
  const columnAs = (role: ColumnRole) => entries.find(([, c]) => c.role === role)?.[0];
  const metrics = entries.flatMap(([column, { role, conversion }]): MetricChoice[] => {
    if (!role.startsWith('mean ')) return [];
    const name = role.slice('mean '.length);
    const sdColumn = columnAs(`sd ${name}`);
    const how = conversions[conversion];
    return [
      {
        name,
        column,
        ...(how === undefined ? {} : { conversion: how }),
        ...(sdColumn === undefined ? {} : { sdColumn }),
      },
    ];
  });
  const n = countsOf(columnAs('count'), runs);
  return {
    load: columnAs('load') ?? '',
    temperature: columnAs('temperature') ?? '',
    metrics,
    ...(n === null ? {} : { n }),
  };
}

function countsOf(column: string | undefined, runs: string): CountChoice | null {
  if (column !== undefined) return { kind: 'column', column };
  return runs.trim() === '' ? null : { kind: 'number', n: Number(runs) };
}

/** The columns after one of them is taken as something: what only one can be, another is no longer. */
export function withRole(columns: ChosenColumns, column: string, role: ColumnRole): ChosenColumns {
  const others = Object.entries(columns).filter(
    ([name, chosen]) => name !== column && chosen.role !== role,
  );
  const kept = Object.fromEntries(others);
  const name = role.startsWith('mean ') ? role.slice('mean '.length) : '';
  const isFraction = findScalar(name)?.unit === '' && /percent|pct|%/i.test(column);
  return role === ''
    ? kept
    : { ...kept, [column]: { role, conversion: isFraction ? 'percent' : 'none' } };
}

export interface RoleGroup {
  readonly title: string;
  readonly roles: readonly { readonly role: ColumnRole; readonly title: string }[];
}

/** Everything that a column can be, in groups; spreads only of what has a column. */
export function roleGroups(columns: ChosenColumns): readonly RoleGroup[] {
  const means = Object.values(columns).flatMap(({ role }) =>
    role.startsWith('mean ') ? [role.slice('mean '.length)] : [],
  );
  const metricTitle = (metric: string) =>
    metricDefinitions.find(({ name }) => name === metric)?.title ?? 'Training';
  const groups = Map.groupBy(scalarDefinitions, ({ metric }) => metricTitle(metric));
  return [
    {
      title: 'Axes',
      roles: [
        { role: 'load', title: 'Load axis' },
        { role: 'temperature', title: 'Temperature axis' },
        { role: 'count', title: 'Runs a row (n)' },
      ],
    },
    ...(means.length === 0
      ? []
      : [
          {
            title: 'Standard deviation of',
            roles: means.map((name) => ({
              role: `sd ${name}`,
              title: `sd of ${findScalar(name)?.title ?? name}`,
            })),
          },
        ]),
    ...[...groups].map(([title, scalars]) => ({
      title,
      roles: scalars.map((scalar) => ({ role: `mean ${scalar.name}`, title: scalar.title })),
    })),
  ];
}

/** A name that an experiment can have, from that of a file. */
export function experimentNameFrom(file: string): string {
  return file
    .replace(/\.(csv|tsv|txt)$/i, '')
    .replace(/[^A-Za-z0-9 ._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100);
}
