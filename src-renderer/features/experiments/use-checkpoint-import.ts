/** The state of importing checkpoints: which files, of which model, on which data, and how they fit. */
import { computed, ref, shallowRef, watch } from 'vue';
import type { CheckpointChoice, CheckpointInspection } from '#shared/contract/checkpoint-views';
import type { WeightLayout } from '#shared/domain/imported-weights';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend } from '../../backend/use-backend';
import { experimentNameFrom } from './table-columns';

type Place = readonly string[];

/** @param imported - called with the id of the new experiment */
export function useCheckpointImport(imported: (experimentId: string) => void) {
  const backend = useBackend();
  const folder = shallowRef<Place>([]);
  const places = shallowRef<readonly Place[]>([]);
  const dataset = ref('digits');
  /** JSON; empty until it is said. */
  const model = ref('');
  const layout = ref<WeightLayout>('pytorch');
  const container = ref('');
  const map = shallowRef<Readonly<Record<string, string>>>({});
  const name = ref('');
  const listing = useAnswer('dataset.browse', () => ({ place: [...folder.value] }));
  const datasets = useAnswer('dataset.list', () => ({}));

  const inspection = shallowRef<CheckpointInspection | null>(null);
  const error = shallowRef<ErrorReport | null>(null);
  const isReading = shallowRef(false);
  const isImporting = shallowRef(false);
  const parsed = computed(() => parseModel(model.value));
  const choice = computed<CheckpointChoice>(() => ({
    model: parsed.value.model,
    dataset: dataset.value,
    layout: layout.value,
    container: container.value === '' ? null : container.value,
    map: { ...map.value },
  }));
  const isReady = computed(
    () =>
      places.value.length > 0 &&
      name.value !== '' &&
      parsed.value.model !== null &&
      inspection.value?.problems.length === 0,
  );

  let question = 0;
  async function inspect(): Promise<void> {
    const number = ++question;
    if (places.value.length === 0) {
      inspection.value = null;
      return;
    }
    isReading.value = true;
    const outcome = await backend.call('checkpoint.inspect', {
      places: places.value.map((place) => [...place]),
      choice: choice.value,
    });
    if (number !== question) return;
    isReading.value = false;
    error.value = outcome.ok ? null : outcome.error;
    inspection.value = outcome.ok ? outcome.value : null;
    if (outcome.ok && model.value === '' && outcome.value.proposal !== null) propose();
  }
  watch([choice, places], () => void inspect());

  function propose(): void {
    const proposal = inspection.value?.proposal ?? null;
    if (proposal !== null) model.value = JSON.stringify(proposal, null, 2);
  }

  function choose(place: Place): void {
    const isThere = places.value.some((one) => one.join('/') === place.join('/'));
    if (isThere) return;
    if (places.value.length === 0)
      name.value = experimentNameFrom((place.at(-1) ?? '').replace(/\.[^.]*$/, ''));
    places.value = [...places.value, place];
  }

  async function add(): Promise<void> {
    if (!isReady.value || isImporting.value) return;
    isImporting.value = true;
    const outcome = await backend.call('checkpoint.import', {
      places: places.value.map((place) => [...place]),
      name: name.value,
      choice: choice.value,
    });
    isImporting.value = false;
    error.value = outcome.ok ? null : outcome.error;
    if (outcome.ok) imported(outcome.value.experimentId);
  }

  return {
    folder,
    places,
    dataset,
    model,
    layout,
    container,
    map,
    name,
    listing,
    datasets,
    inspection,
    error,
    isReading,
    isImporting,
    isReady,
    modelError: computed(() => parsed.value.error),
    choose,
    propose,
    add,
    openFolder: (to: Place) => {
      folder.value = to;
    },
    /** Takes a file out again; what was said of its tensors goes with the last. */
    drop: (index: number) => {
      places.value = places.value.filter((_, i) => i !== index);
      if (places.value.length === 0) map.value = {};
    },
    /** Says which tensor a parameter is; empty: as the rules find it. */
    assign: (parameter: string, tensor: string) => {
      const { [parameter]: _, ...others } = map.value;
      map.value = tensor === '' ? others : { ...others, [parameter]: tensor };
    },
  };
}

/** Null and no error where nothing is said yet. */
function parseModel(text: string): { readonly model: unknown; readonly error: string | null } {
  if (text.trim() === '') return { model: null, error: null };
  try {
    return { model: JSON.parse(text) as unknown, error: null };
  } catch (error) {
    return { model: null, error: error instanceof Error ? error.message : String(error) };
  }
}
