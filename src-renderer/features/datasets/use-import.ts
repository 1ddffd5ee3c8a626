/** The state of adding a data set: where one looks, what is chosen, what it would make, and its name. */
import { computed, ref, shallowRef, watch } from 'vue';
import type { ProcedureInput, ProcedureOutput } from '#shared/contract/procedures';
import type { FileKind, NormalisationKind } from '#shared/domain/dataset-files';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend } from '../../backend/use-backend';

type Source = ProcedureInput<'dataset.inspect'>;
type Summary = ProcedureOutput<'dataset.inspect'>;
export type Role = 'data' | 'test' | 'labels';

/** A name that the registry takes, from that of a file. */
export function nameFromFile(file: string): string {
  return file
    .replace(/\.(csv|tsv|txt|npz|npy|mat|bin|gz|pickle)$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
}

/** @param added - called with the name of what was registered */
export function useImport(added: (name: string) => void) {
  const backend = useBackend();
  const folder = shallowRef<readonly string[]>([]);
  const role = ref<Role>('data');
  const chosen = shallowRef<Readonly<Partial<Record<Role, readonly string[]>>>>({});
  const kind = ref<FileKind | ''>('');
  const label = ref('');
  const testShare = ref('0.2');
  const name = ref('');
  const normalisation = ref<NormalisationKind | ''>('');
  const listing = useAnswer('dataset.browse', () => ({ place: [...folder.value] }));

  const summary = shallowRef<Summary | null>(null);
  const error = shallowRef<ErrorReport | null>(null);
  const isReading = shallowRef(false);
  const isAdding = shallowRef(false);

  const source = computed<Source | null>(() => {
    const { data, test, labels } = chosen.value;
    if (!data) return null;
    const share = Number(testShare.value);
    const hasShare = test === undefined && share > 0 && share < 1;
    return {
      place: [...data],
      ...(test ? { test: [...test] } : {}),
      ...(labels ? { labels: [...labels] } : {}),
      ...(kind.value === '' ? {} : { kind: kind.value }),
      ...(label.value.trim() === '' ? {} : { label: label.value.trim() }),
      ...(hasShare ? { testFraction: share } : {}),
    };
  });

  let question = 0;
  async function inspect(): Promise<void> {
    const number = ++question;
    summary.value = null;
    error.value = null;
    if (source.value === null) return;
    isReading.value = true;
    const outcome = await backend.call('dataset.inspect', source.value);
    if (number !== question) return;
    isReading.value = false;
    if (outcome.ok) summary.value = outcome.value;
    else error.value = outcome.error;
  }
  watch(source, () => void inspect());

  function choose(place: readonly string[]): void {
    if (role.value === 'data') {
      chosen.value = { data: place };
      name.value = nameFromFile(place.at(-1) ?? '');
    } else chosen.value = { ...chosen.value, [role.value]: place };
    role.value = 'data';
  }

  async function add(): Promise<void> {
    if (source.value === null || isAdding.value) return;
    isAdding.value = true;
    error.value = null;
    const outcome = await backend.call('dataset.register', {
      ...source.value,
      name: name.value,
      ...(normalisation.value === '' ? {} : { normalisation: normalisation.value }),
    });
    isAdding.value = false;
    if (outcome.ok) added(outcome.value.name);
    else error.value = outcome.error;
  }

  return {
    folder,
    listing,
    role,
    chosen,
    kind,
    label,
    testShare,
    name,
    normalisation,
    summary,
    error,
    isReading,
    isAdding,
    choose,
    add,
    forget: (which: Role) => {
      const { [which]: _gone, ...rest } = chosen.value;
      chosen.value = which === 'data' ? {} : rest;
    },
    openFolder: (place: readonly string[]) => {
      folder.value = place;
    },
  };
}
