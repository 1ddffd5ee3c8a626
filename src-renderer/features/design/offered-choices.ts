/** Choices that depend on the data sets: which exist, and which families can read the chosen one. */
import { datasetSchema } from '#shared/domain/dataset-spec';
import { describeSample, factsOf, type DatasetFacts } from '#shared/domain/datasets';
import { canRead, neededSample, type ModelFamily } from '#shared/domain/model-spec';
import { unfitForProblems } from '#shared/domain/problem-rules';
import { axesOf, valueAt, type Draft } from './draft';
import type { Choice, FieldEntry } from '../../workspace/field-entry';
import type { Field } from './fields';

/** A field's entry with the choices that there are now; those that cannot work say why. */
export function offeredEntry(
  { path, entry }: Pick<Field, 'path' | 'entry'>,
  draft: Draft,
  datasets: readonly DatasetFacts[],
): FieldEntry {
  if (path === 'dataset.name')
    return { kind: 'choice', choices: datasets.map((d) => ({ value: d.name, title: d.title })) };
  if (entry.kind !== 'choice') return entry;
  const used = usedDatasets(draft, datasets);
  const unfit = used.some(({ sample }) => sample.kind === 'points') ? unfitForProblems[path] : null;
  if (unfit) {
    const told = ({ value }: Choice) => (value === unfit.value ? { reason: unfit.reason } : {});
    return { kind: 'choice', choices: entry.choices.map((c) => ({ ...c, ...told(c) })) };
  }
  if (path !== 'model.family') return entry;
  return {
    kind: 'choice',
    choices: entry.choices.map((choice) => {
      const reason = unreadable(choice.value as ModelFamily, used);
      return reason === null ? choice : { ...choice, reason };
    }),
  };
}

/** The data sets that the draft trains on, as far as they exist. */
function usedDatasets(draft: Draft, datasets: readonly DatasetFacts[]): readonly DatasetFacts[] {
  const axis = axesOf(draft).find((a) => a.path === 'dataset.name');
  if (axis) return datasets.filter(({ name }) => axis.values.includes(name));
  const settings = datasetSchema.safeParse(valueAt(draft, 'dataset')).data;
  const facts = settings && factsOf(settings, datasets);
  return facts ? [facts] : [];
}

/** Why a family cannot be trained on one of the data sets: `needs images; Moons has 2 features`; null where it can. */
function unreadable(family: ModelFamily, datasets: readonly DatasetFacts[]): string | null {
  const unfit = datasets.find(({ sample }) => !canRead(family, sample.kind));
  if (!unfit) return null;
  const needed = neededSample[family] === 'tokens' ? 'sequences of tokens' : 'images';
  return `needs ${needed}; ${unfit.title} has ${describeSample(unfit.sample, unfit.inputs)}`;
}
