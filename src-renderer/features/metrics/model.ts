/** The registry of metrics in words, by group. */
import {
  metricGroups,
  type MetricDefinition,
  type MetricScalar,
} from '#shared/domain/metric-definition';
import { metricDefinitions } from '#shared/domain/metric-registry';
import { needWords, subjectWords } from '#shared/domain/metric-words';
import { costInWords, referenceCost } from '#shared/domain/reference-work';

/** A setting as a spec writes it. */
export interface MetricSettingText {
  readonly key: string;
  readonly fallback: string;
  readonly meaning: string;
}

export interface MetricText {
  readonly name: string;
  readonly title: string;
  /** `per run`, `per pair of seeds`. */
  readonly subject: string;
  readonly definition: string;
  readonly scalars: readonly MetricScalar[];
  /** What the cell view draws of it, without repeats; empty for nothing. */
  readonly drawings: string;
  readonly settings: readonly MetricSettingText[];
  readonly needs: string;
  /** Of one task with the defaults on the reference work. */
  readonly cost: string;
  readonly source: string;
}

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
    subject: subjectWords[subject],
    definition,
    scalars,
    drawings: [...new Set(drawings.map((drawing) => midSentence(drawing.title)))].join('; '),
    settings: Object.entries(defaults).map(([key, value]) => settingText(metric, key, value)),
    cost: costInWords(referenceCost(metric)),
    needs: needs.map((need) => needWords[need]).join(', and '),
    source,
  };
}

/** A title inside a sentence: a plain word begins small, an abbreviation or a name stays. */
function midSentence(title: string): string {
  const isWord = /^[A-Z][a-z]+\b/.test(title) && !/^Hessian\b/.test(title);
  return isWord ? `${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;
}

/** Choices are named beside their meaning, so that a spec can be written from it. */
function settingText({ words }: MetricDefinition, key: string, value: unknown): MetricSettingText {
  const { help = '', titles = {} } = words[key] ?? {};
  const choices = Object.entries(titles).map(([name, title]) =>
    name === title ? name : `${name} (${title})`,
  );
  const told = choices.length === 0 ? help : `${help} One of: ${choices.join(', ')}.`;
  return { key, fallback: String(value), meaning: told.trim() };
}
