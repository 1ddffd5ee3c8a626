/** The form's fields: which setting of the spec each edits, how it is entered and what it means. */
import { readPath } from '#shared/domain/cells';
import { findSetting, type SettingRule } from '#shared/domain/settings';
import type { Scalar } from '#shared/domain/spec';
import { generatorFields } from './dataset-fields';
import { entryOf, rangeText, type FieldEntry } from '../../workspace/field-entry';
import type { FieldText, FieldWords } from './field-words';
import { modelFields } from './model-fields';
import { optimizerFields } from './optimizer-fields';
import { problemFields } from './problem-fields';
import { trainingFields } from './training-fields';

export interface Field extends FieldWords {
  readonly path: string;
  readonly entry: FieldEntry;
  /** What holds where the spec leaves it out. */
  readonly fallback: Scalar | undefined;
  /** Values proposed when it becomes an axis; without any it cannot become one. */
  readonly proposed: readonly Scalar[];
  /** The choice decides which other settings there are. */
  readonly isKind: boolean;
  readonly accepts: (value: unknown) => boolean;
}

export interface FieldSection {
  readonly title: string;
  readonly fields: readonly FieldText[];
}

const noPixels = { help: 'Tokens take no noise: 0.', axisValues: [] };

export const fieldSections: readonly FieldSection[] = [
  {
    title: 'Data',
    fields: [
      {
        path: 'dataset.name',
        label: 'Data set',
        help: 'The samples that every model is trained and tested on, or the differential equation that it solves.',
        role: 'none',
        axisValues: [],
      },
      ...problemFields,
      ...generatorFields,
      {
        path: 'dataset.fraction',
        label: 'Fraction',
        help: 'Share of the training samples that is used: the first ones after a fixed shuffle.',
        role: 'load',
        axisValues: [0.1, 0.25, 0.5, 1],
      },
      {
        path: 'dataset.labelNoise',
        label: 'Label noise',
        help: 'Probability that a training label is replaced by a random class. All seeds share the same noisy labels.',
        role: 'load',
        axisValues: [0, 0.1, 0.2, 0.4],
      },
      {
        path: 'dataset.pixelNoise',
        label: 'Pixel noise',
        help: 'Standard deviation of normal noise that is added to the training inputs, in their units; test inputs keep theirs.',
        role: 'load',
        axisValues: [0, 0.1, 0.2, 0.4],
        ofKind: { 'modular-addition': noPixels, 'token-copying': noPixels },
      },
      {
        path: 'dataset.noiseSeed',
        label: 'Noise seed',
        help: 'Seed of the shuffle and of the noise in labels and inputs.',
        role: 'none',
      },
    ],
  },
  { title: 'Model', fields: modelFields },
  { title: 'Optimiser', fields: optimizerFields },
  { title: 'Training', fields: trainingFields },
];

export const allFieldTexts: readonly FieldText[] = fieldSections.flatMap(({ fields }) => fields);

/** The fields that a draft shows, in order: those of its family, method, schedule and stop rule. */
export function shownFields(texts: readonly FieldText[], draft: unknown): readonly Field[] {
  return texts.flatMap((text) => fieldOf(text, draft) ?? []);
}

/** The field of a path; undefined for a setting that the form does not show. */
export function findField(draft: unknown, path: string): Field | undefined {
  const text = allFieldTexts.find((field) => field.path === path);
  return text && fieldOf(text, draft);
}

/** The value of a field: the draft's own, else what holds without one. */
export function fieldValue(field: Field, draft: unknown): unknown {
  return readPath(draft, field.path) ?? field.fallback;
}

/** Whether a field can become an axis: a single value that means something by itself. */
export function canBecomeAxis(field: Field): boolean {
  return field.proposed.length > 0;
}

function fieldOf({ ofKind, ...text }: FieldText, draft: unknown): Field | undefined {
  const setting = findSetting(draft, text.path);
  if (setting === null) return undefined;
  const { rule, kind, fallback, accepts } = setting;
  const words = { ...text, ...(kind === null ? {} : ofKind?.[kind]) };
  return {
    ...words,
    help: [words.help, rangeText(rule, fallback)].filter((part) => part !== '').join('\n'),
    entry: entryOf(rule, words.titles ?? {}),
    proposed: proposedValues(rule, words, {
      accepts,
      value: readPath(draft, text.path) ?? fallback,
    }),
    isKind: rule.type === 'choice' && rule.isKind,
    fallback,
    accepts,
  };
}

/** Values that an axis begins with; none where the words say that it makes no axis, or the setting needs others beside it. */
function proposedValues(
  rule: SettingRule,
  { axisValues }: FieldWords,
  now: { readonly accepts: (value: unknown) => boolean; readonly value: unknown },
): readonly Scalar[] {
  if (axisValues) return axisValues;
  switch (rule.type) {
    case 'switch':
      return [false, true];
    case 'choice': {
      const values = rule.isKind ? (rule.alone ?? []) : rule.values;
      return values.length > 1 ? values : [];
    }
    case 'number': {
      const start = typeof now.value === 'number' ? now.value : 1;
      const next = start === 0 ? [0, 1, 2] : [start, 2 * start, 4 * start, start / 2];
      return next.filter(now.accepts).slice(0, 3);
    }
    case 'list':
    case 'text':
      return [];
    default:
      return rule satisfies never;
  }
}
