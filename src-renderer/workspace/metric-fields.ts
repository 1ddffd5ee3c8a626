/** The metrics in the form: their words and settings, read off the registry. */
import {
  metricGroups,
  type MetricDefinition,
  type SettingWords,
} from '#shared/domain/metric-definition';
import { metricDefinitions } from '#shared/domain/metric-registry';
import { findMetricSetting } from '#shared/domain/settings';
import { entryOf, rangeText, type FieldEntry } from './field-entry';

export interface MetricField extends SettingWords {
  readonly key: string;
  readonly entry: FieldEntry;
  readonly fallback: unknown;
  /** Whether its longest choice needs the room of two. */
  readonly isWide: boolean;
}

export interface MetricForm {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly fields: readonly MetricField[];
}

export interface MetricFormGroup {
  readonly title: string;
  readonly forms: readonly MetricForm[];
}

/** Letters of a choice that fit beside its arrow. */
const longestNarrow = 12;

/** Every metric with its settings, by group: limits and defaults are the schema's. */
export const metricFormGroups: readonly MetricFormGroup[] = metricGroups.flatMap(
  ({ name, title }) => {
    const forms = metricDefinitions.filter(({ group }) => group === name).map(metricFormOf);
    return forms.length === 0 ? [] : [{ title, forms }];
  },
);

/** The fields of one metric in the form: limits and defaults are the schema's. */
export function metricFormOf({ name, title, help, words }: MetricDefinition): MetricForm {
  const fields = Object.entries(words).flatMap(([key, text]) => {
    const setting = findMetricSetting(name, key);
    if (setting === null) return [];
    const { rule, fallback } = setting;
    const told = `${text.help}\n${rangeText(rule, fallback)}`.trimEnd();
    const entry = entryOf(rule, text.titles ?? {});
    const longest = Math.max(
      ...(entry.kind === 'choice' ? entry.choices.map((choice) => choice.title.length) : [0]),
    );
    return [{ ...text, key, help: told, entry, fallback, isWide: longest > longestNarrow }];
  });
  return { name, title, help, fields };
}
