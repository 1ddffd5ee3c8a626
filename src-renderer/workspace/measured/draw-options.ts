/** What a drawing is drawn with besides its own measurements. */
import type { CellTask } from '#shared/contract/views';
import type { SeriesMeasurement } from '#shared/domain/measurement';
import type { SettingWords } from '#shared/domain/metric-definition';
import type { FieldView } from '../../charts/field-chart';
import { seriesOf, subjectText } from './model';
import type { DrawnSubject } from './drawn-subjects';

export interface DrawOptions {
  /** Of the metric's settings, for facts that repeat one. */
  readonly words?: Readonly<Record<string, SettingWords>>;
  /** Subject whose curves stand out; without it all are alike. */
  readonly chosen?: string | null;
  /** Persistence pair that stands out, by its minimum's vertex. */
  readonly focused?: number | null;
  /** Subjects that are drawn side by side: scales are theirs together. */
  readonly alike?: readonly DrawnSubject[];
  /** In place of the scale and extent of a field: several are compared. */
  readonly view?: FieldView;
  /** A series of another metric of the same subject. */
  readonly otherSeries?: (series: string, subject: string) => SeriesMeasurement | null;
  /** Training samples of the cell; null where they are not known. */
  readonly trainSamples?: number | null;
  /** Whether lines of another metric are drawn over these. */
  readonly showsOverlay?: boolean;
}

/** Finds series of other metrics among the tasks of a cell. */
export function seriesFinder(tasks: readonly CellTask[]): NonNullable<DrawOptions['otherSeries']> {
  const found = new Map<string, readonly SeriesMeasurement[]>();
  return (series, subject) => {
    const all = found.get(series) ?? seriesOf(tasks, series);
    found.set(series, all);
    return all.find((one) => subjectText(one.subject) === subject) ?? null;
  };
}
