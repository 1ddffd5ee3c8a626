/** The measurements of a cell sorted for its cards: pure selections from its tasks. */
import type { CellTask, TaskKind } from '#shared/contract/views';
import type { ScalarMeasurement, SeriesMeasurement } from '#shared/domain/measurement';
import { seedsOfSubject } from '#shared/domain/metric-definition';
import { findMetric } from '#shared/domain/metric-registry';
import { isAccuracy, scalarIn } from '#shared/domain/problem-scalars';
import { lineColour, type ChartStyle } from '../../charts/chart-style';
import type { Curve, CurveMark } from '../../charts/curve-chart';
import { formatNumber, formatWithError } from '../../charts/number-format';
import { noteTexts } from './notes';

/** The tasks kind by kind as they come, those of a kind by their seeds: every table of a screen has its pairs in one order. */
export function inOrderOfSeeds(tasks: readonly CellTask[]): readonly CellTask[] {
  const kinds = [...new Set(tasks.map(({ kind }) => kind))];
  return kinds.flatMap((kind) =>
    tasks
      .filter((task) => task.kind === kind)
      .sort((a, b) => compareSeeds([...a.seeds], [...b.seeds])),
  );
}

/** Place by place, the shorter first where one begins the other. */
function compareSeeds(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((seed, i) => seed !== b[i]);
  if (differs === -1) return a.length - b.length;
  return (a[differs] ?? 0) - (b[differs] ?? -Infinity);
}

/** Every series of a name with whom it belongs to, in order of the tasks. */
export function seriesOf(
  tasks: readonly CellTask[],
  name: SeriesMeasurement['name'],
): readonly SeriesMeasurement[] {
  return tasks.flatMap((task) =>
    task.measurements.filter((m): m is SeriesMeasurement => m.kind === 'series' && m.name === name),
  );
}

/** Whether the runs came with their weights: they have ended without a curve. Never throws. */
export function isOfImported(tasks: readonly CellTask[]): boolean {
  const ended = tasks.filter(({ kind, state }) => kind === 'train' && state === 'done');
  return ended.length > 0 && seriesOf(ended, 'training').length === 0;
}

/** Whether the runs of a cell solve a problem: their training series has its relative error. */
export function isOfProblem(tasks: readonly CellTask[]): boolean {
  return seriesOf(tasks, 'training').some(({ columns }) => 'trainRelativeError' in columns);
}

/** Every scalar of the tasks of one kind. */
export function scalarsOf(
  tasks: readonly CellTask[],
  kind: TaskKind,
): readonly ScalarMeasurement[] {
  return tasks
    .filter((task) => task.kind === kind)
    .flatMap((task) =>
      task.measurements.filter((m): m is ScalarMeasurement => m.kind === 'scalar'),
    );
}

/** `seed 0`, `seeds 0 and 1`. */
export function subjectText(subject: ScalarMeasurement['subject']): string {
  return subject.kind === 'run' ? `seed ${subject.seed}` : `seeds ${subject.seeds.join(' and ')}`;
}

/** Train (solid) and test (dashed) curves over epochs, a colour per seed. */
export function trainingCurves(
  tasks: readonly CellTask[],
  columns: { readonly train: string; readonly test: string },
  style: Pick<ChartStyle, 'lines'>,
): readonly Curve[] {
  return seriesOf(tasks, 'training').flatMap((series, i) => {
    const epochs = series.columns['epoch'] ?? [];
    return (['train', 'test'] as const).flatMap((part) => {
      const values = series.columns[columns[part]];
      if (!values) return [];
      return [
        {
          id: `${subjectText(series.subject)} ${part}`,
          name: `${subjectText(series.subject)} ${part}`,
          colour: lineColour(style, i),
          line: part === 'train' ? ('solid' as const) : ('dashed' as const),
          points: values.map((value, k) => [epochs[k] ?? k, value] as const),
        },
      ];
    });
  });
}

/** Curves with something to draw: a diverged run leaves none. */
export function drawable(curves: readonly Curve[]): readonly Curve[] {
  return curves.filter((curve) => curve.points.filter(([, y]) => y !== null).length > 1);
}

/** The deviating points of a curve: its largest value above the mean of its ends, its smallest below. */
export function curveMarks(curve: Curve): {
  readonly marks: readonly CurveMark[];
  readonly mid: number | null;
} {
  const points = curve.points.filter((p): p is readonly [number, number] => p[1] !== null);
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return { marks: [], mid: null };
  const mid = (first[1] + last[1]) / 2;
  const top = points.reduce((a, b) => (b[1] > a[1] ? b : a));
  const bottom = points.reduce((a, b) => (b[1] < a[1] ? b : a));
  // A name below a point near the axis would run into the ticks.
  const isNearFloor = (y: number) =>
    y < Math.min(0, bottom[1]) + 0.2 * (top[1] - Math.min(0, bottom[1]));
  const marks: CurveMark[] = [
    { x: first[0], y: first[1], text: formatNumber(first[1], 3), side: 'above' },
    { x: last[0], y: last[1], text: formatNumber(last[1], 3), side: 'above' },
  ];
  if (top !== first && top !== last && top[1] > mid)
    marks.push({
      x: top[0],
      y: top[1],
      text: `barrier ${formatNumber(top[1] - mid, 3)} at ${formatNumber(top[0], 2)}`,
      side: 'above',
      from: mid,
    });
  if (bottom !== first && bottom !== last && bottom[1] < mid)
    marks.push({
      x: bottom[0],
      y: bottom[1],
      text: `gain ${formatNumber(mid - bottom[1], 3)} at ${formatNumber(bottom[0], 2)}`,
      side: isNearFloor(bottom[1]) ? 'above' : 'below',
      from: mid,
    });
  return { marks, mid };
}

export interface ScalarRow {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly definition: string;
  /** One entry per subject, in the order of the table's columns. */
  readonly values: readonly { readonly text: string; readonly note: string }[];
}

export interface ScalarTable {
  readonly subjects: readonly string[];
  readonly rows: readonly ScalarRow[];
  /** What the numbers were computed on, what their errors are over and why some are missing. */
  readonly notes: readonly string[];
}

/** Scalars as a table: a row per name, a column per seed or pair; of problems without accuracies. */
export function scalarTable(
  measured: readonly ScalarMeasurement[],
  isProblem = false,
): ScalarTable {
  const scalars = isProblem ? measured.filter(({ name }) => !isAccuracy(name)) : measured;
  const subjects = [...new Set(scalars.map((s) => subjectText(s.subject)))];
  const names = [...new Set(scalars.map((s) => s.name))];
  const rows = names.map((name) => {
    const definition = scalarIn(name, isProblem);
    return {
      name,
      title: definition?.title ?? name,
      unit: definition?.unit ?? '',
      definition: definition?.definition ?? '',
      values: subjects.map((subject) => {
        const found = scalars.find((s) => s.name === name && subjectText(s.subject) === subject);
        if (!found) return { text: formatNumber(null), note: '' };
        if (found.value === null) return { text: 'none', note: found.reason ?? '' };
        const error = found.error === null ? '' : `error ${formatNumber(found.error, 2)}`;
        return { text: formatWithError(found.value, found.error), note: error };
      }),
    };
  });
  const notes = scalars.flatMap(({ name, samples, error, errorOver, value, reason }) => {
    const of = rows.find((row) => row.name === name)?.title ?? name;
    return [
      { kind: 'on', text: samples, of },
      ...(error !== null && errorOver ? [{ kind: 'error', text: errorOver, of }] : []),
      ...(value === null && reason ? [{ kind: 'none', text: reason, of }] : []),
    ];
  });
  return { subjects, rows, notes: noteTexts(notes) };
}

/** Runs of a cell that one task of a kind reads at least. */
function runsNeeded(kind: TaskKind): number {
  return seedsOfSubject[findMetric(kind)?.subject ?? 'run'];
}

/** Why a card has nothing to show: not asked for, waiting, running, failed. Null when it has. */
export function missingReason(tasks: readonly CellTask[], kind: TaskKind): string | null {
  const own = tasks.filter((task) => task.kind === kind);
  const seeds = new Set(tasks.filter((t) => t.kind === 'train').flatMap((t) => t.seeds));
  const needed = runsNeeded(kind);
  if (own.length === 0 && seeds.size < needed)
    return `It needs ${needed} seeds, and this experiment has ${seeds.size}. Duplicate it and add seeds.`;
  if (own.length === 0)
    return 'This metric is not part of the spec. Duplicate the experiment and add it to measure it.';
  const trainings = tasks.filter((task) => task.kind === 'train');
  if (trainings.length > 0 && trainings.every(isDiverged))
    return 'The runs of this cell diverged, so there is nothing to measure.';
  const measured = own.flatMap(({ measurements }) => measurements);
  if (measured.some((m) => m.kind !== 'scalar' || m.value !== null)) return null;
  const reasons = measured.flatMap((m) => (m.kind === 'scalar' && m.reason ? [m.reason] : []));
  const count = (state: CellTask['state']) => own.filter((task) => task.state === state).length;
  if (count('failed') > 0)
    return `${count('failed')} of ${own.length} tasks failed: ${own.find((t) => t.message)?.message ?? 'no reason given'}`;
  if (count('running') > 0) return 'It is being measured now.';
  if (count('cancelled') > 0) return 'It was cancelled. Resume the experiment to measure it.';
  if (reasons.length > 0) return `It could not be computed: ${[...new Set(reasons)].join('; ')}.`;
  if (count('diverged') > 0 || (count('done') > 0 && trainings.some(isDiverged)))
    return 'Runs that it reads diverged, so there is nothing to measure.';
  return count('done') > 0 ? 'It found nothing to measure.' : 'It waits for its turn.';
}

function isDiverged({ state }: CellTask): boolean {
  return state === 'diverged';
}

/** How often a task was tried: the workbench counts the attempts that failed, a result is one more. */
export function attemptsMade(task: Pick<CellTask, 'attempts' | 'state'>): number {
  return task.attempts + (task.state === 'done' || task.state === 'diverged' ? 1 : 0);
}
