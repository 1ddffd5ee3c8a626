/** The registry of metrics in words, by group. */
import {
  metricGroups,
  type MetricDefinition,
  type MetricScalar,
  type MetricSubject,
} from '#shared/domain/metric-definition';
import { metricDefinitions } from '#shared/domain/metric-registry';

export interface MetricText {
  readonly name: string;
  readonly title: string;
  /** `per run`, `per pair of seeds`. */
  readonly subject: string;
  readonly definition: string;
  readonly scalars: readonly MetricScalar[];
  /** What the cell view draws of it, without repeats; empty for nothing. */
  readonly drawings: string;
  /** `samples 512, method lanczos`; empty where it has none. */
  readonly settings: string;
  readonly needs: string;
  readonly source: string;
}

const subjectTexts: Readonly<Record<MetricSubject, string>> = {
  run: 'per run',
  pair: 'per pair of seeds that are joined',
  'all-pairs': 'per pair of seeds',
  'three-runs': 'once a cell, of its first three seeds',
};

const needTexts = {
  'initial-weights': 'the initial weights, which are always kept',
  trajectory:
    'the weights recorded along the training; where the spec records none, about 50 of them are',
} as const;

/** Every metric, by group, in the order of the menus. */
export const metricSections: readonly {
  readonly title: string;
  readonly metrics: readonly MetricText[];
}[] = metricGroups.flatMap(({ name, title }) => {
  const metrics = metricDefinitions.filter(({ group }) => group === name).map(textOf);
  return metrics.length === 0 ? [] : [{ title, metrics }];
});

function textOf(metric: MetricDefinition): MetricText {
  const { name, title, subject, definition, scalars, drawings = [], needs = [], source } = metric;
  const { name: _name, ...defaults } = metric.settings.parse({ name });
  return {
    name,
    title,
    subject: subjectTexts[subject],
    definition,
    scalars,
    drawings: [...new Set(drawings.map((drawing) => drawing.title.toLowerCase()))].join(', '),
    settings: Object.entries(defaults)
      .map(([key, value]) => `${key} ${String(value)}`)
      .join(', '),
    needs: needs.map((need) => needTexts[need]).join(', and '),
    source,
  };
}
