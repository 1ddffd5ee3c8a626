/** Curves and surfaces of what is compared: curves in one chart, surfaces at one colour scale and one extent. Pure. */
import type { FieldMeasurement } from '#shared/domain/measurement';
import type { MetricDefinition, MetricDrawing } from '#shared/domain/metric-definition';
import { metricDefinitions } from '#shared/domain/metric-registry';
import { drawingOfProblem } from '#shared/domain/problem-scalars';
import type { ChartStyle } from '../../charts/chart-style';
import type { Curve } from '../../charts/curve-chart';
import { fieldScale, type FieldView } from '../../charts/field-chart';
import { drawnSubjects, type DrawnSubject } from '../../workspace/measured/drawn-subjects';
import { isOfProblem, trainingCurves } from '../../workspace/measured/model';
import type { Compared } from './compared';

type FieldDrawing = Extract<MetricDrawing, { kind: 'field' }>;
type CurveDrawing = Extract<MetricDrawing, { kind: 'curve' }>;

/** Train (solid) and test (dashed) curves of every seed, a colour for each that is compared. */
export function comparedTrainings(
  compared: readonly Compared[],
  columns: { readonly train: string; readonly test: string },
): readonly Curve[] {
  return compared.flatMap(({ tasks, mark, colour }) =>
    trainingCurves(tasks, columns, { lines: [colour] }).map((curve) => ({
      ...curve,
      id: `${mark} ${curve.id}`,
      name: `${mark}: ${curve.name}`,
    })),
  );
}

/** One drawing of a metric that some of those compared have. */
export interface ComparedCurves {
  readonly metric: MetricDefinition;
  readonly drawing: CurveDrawing;
  readonly subjects: readonly DrawnSubject[];
  /** Of the subjects, in their order. */
  readonly colours: readonly string[];
}

/** Every drawing of lines: connecting curves, spectra, interpolations. */
export function comparedCurves(compared: readonly Compared[]): readonly ComparedCurves[] {
  return drawingsOf(compared).flatMap(({ metric, drawing }) => {
    if (drawing.kind !== 'curve') return [];
    const found = compared.flatMap(({ tasks, mark, colour }) =>
      drawnSubjects(tasks, metric.name, drawing).map((one) => ({
        one: { ...one, subject: `${mark}: ${one.subject}` },
        colour,
      })),
    );
    const subjects = found.map(({ one }) => one);
    // The extremes of one of many curves would be taken for those of all.
    const plain = { ...drawing, marksExtremes: false };
    return [{ metric, drawing: plain, subjects, colours: found.map(({ colour }) => colour) }];
  });
}

export interface ComparedField {
  readonly compared: Compared;
  /** Null where it has no such field. */
  readonly drawn: DrawnSubject | null;
}

/** One kind of surface, of everything that is compared. */
export interface ComparedFields {
  readonly metric: MetricDefinition;
  readonly drawing: FieldDrawing;
  readonly fields: readonly ComparedField[];
  /** The same for all, so that equal colours and lines are equal values and equal lengths equal distances. */
  readonly view: FieldView;
}

/** Every drawing of a surface; fields over layers or samples, whose rows have names, are left out. */
export function comparedFields(compared: readonly Compared[]): readonly ComparedFields[] {
  return drawingsOf(compared).flatMap(({ metric, drawing }) => {
    if (drawing.kind !== 'field' || drawing.xNames || drawing.yNames) return [];
    const fields = compared.map((one): ComparedField => {
      const [drawn = null] = drawnSubjects(one.tasks, metric.name, drawing);
      return { compared: one, drawn };
    });
    const found = fields.flatMap(({ drawn }) => fieldIn(drawn, drawing) ?? []);
    const values = found.flatMap((field) => [...field.values]);
    const scale = fieldScale(values, drawing.scale === 'log', drawing.colour === 'diverging');
    if (!scale) return [];
    const view = {
      scale,
      x: extentOf(found.map(({ x }) => x)),
      y: extentOf(found.map(({ y }) => y)),
    };
    return [{ metric, drawing, fields, view }];
  });
}

function fieldIn(drawn: DrawnSubject | null, { series }: FieldDrawing): FieldMeasurement | null {
  const found = drawn?.measurements.find(({ name }) => name === series);
  return found?.kind === 'field' ? found : null;
}

function extentOf(axes: readonly (readonly number[])[]): readonly [number, number] {
  const all = axes.flat();
  return [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
}

/** The drawings that some of those compared have, in the order of the registry. */
function drawingsOf(compared: readonly Compared[]) {
  const isProblem = compared.some(({ tasks }) => isOfProblem(tasks));
  return metricDefinitions.flatMap((metric) =>
    (metric.drawings ?? [])
      .filter((drawing) =>
        compared.some(({ tasks }) => drawnSubjects(tasks, metric.name, drawing).length > 0),
      )
      .map((drawing) => ({ metric, drawing: isProblem ? drawingOfProblem(drawing) : drawing })),
  );
}

/** `Mode connectivity: error along the connecting curve`; the metric alone where its drawing has the same name. */
export function drawingTitle({
  metric,
  drawing,
}: {
  readonly metric: Pick<MetricDefinition, 'title'>;
  readonly drawing: Pick<MetricDrawing, 'title'>;
}): string {
  return metric.title === drawing.title ? metric.title : `${metric.title}: ${drawing.title}`;
}

/** The chart style whose lines have the colours of what is compared. */
export function styleWith(style: ChartStyle, colours: readonly string[]): ChartStyle {
  return { ...style, lines: colours };
}

/** Colours of eight: the six of lines, then the inks. */
export function comparedColours({ lines, ink, inkSoft }: ChartStyle): readonly string[] {
  return [...lines, ink, inkSoft];
}
