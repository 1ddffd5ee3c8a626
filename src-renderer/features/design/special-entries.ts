/** Entries whose choices are not fixed: the data sets that exist, and the schedules with their own settings. */
import type { DatasetFacts } from '#shared/domain/datasets';
import type { FieldEntry } from './fields';

type ChoiceEntry = Extract<FieldEntry, { kind: 'choice' }>;

/** The data sets by title. */
export function datasetEntry(datasets: readonly DatasetFacts[]): ChoiceEntry {
  return { kind: 'choice', choices: datasets.map((d) => ({ value: d.name, title: d.title })) };
}

export const scheduleEntry: ChoiceEntry = {
  kind: 'choice',
  choices: [
    { value: 'constant', title: 'constant' },
    { value: 'step', title: 'step' },
    { value: 'cosine', title: 'cosine' },
    { value: 'linear', title: 'linear' },
  ],
};

/** A schedule of that kind with its default settings. */
export function scheduleOf(name: string): Readonly<Record<string, unknown>> {
  switch (name) {
    case 'step':
      return { name, every: 10, factor: 0.1 };
    case 'cosine':
    case 'linear':
      return { name, finalFactor: 0 };
    default:
      return { name };
  }
}
