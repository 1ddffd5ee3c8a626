/** The state of importing a table: where one looks, which file, what its columns are taken as, and what that makes. */
import { computed, ref, shallowRef, watch } from 'vue';
import type { ProcedureOutput } from '#shared/contract/procedures';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend } from '../../backend/use-backend';
import {
  choiceOf,
  columnsOf,
  experimentNameFrom,
  withRole,
  type ChosenColumn,
  type ChosenColumns,
  type ColumnRole,
} from './table-columns';

type Inspection = ProcedureOutput<'table.inspect'>;

/** @param imported - called with the id of the new experiment */
export function useTableImport(imported: (experimentId: string) => void) {
  const backend = useBackend();
  const folder = shallowRef<readonly string[]>([]);
  const place = shallowRef<readonly string[] | null>(null);
  const columns = shallowRef<ChosenColumns>({});
  const runs = ref('');
  const name = ref('');
  const listing = useAnswer('dataset.browse', () => ({ place: [...folder.value] }));

  const table = shallowRef<Inspection | null>(null);
  const error = shallowRef<ErrorReport | null>(null);
  const isReading = shallowRef(false);
  const isImporting = shallowRef(false);
  const choice = computed(() => choiceOf(columns.value, runs.value));
  const isChosen = computed(
    () =>
      choice.value.load !== '' &&
      choice.value.temperature !== '' &&
      choice.value.metrics.length > 0,
  );

  let question = 0;
  async function inspect(): Promise<void> {
    const number = ++question;
    if (place.value === null) return;
    isReading.value = true;
    const outcome = await backend.call('table.inspect', {
      place: [...place.value],
      choice: isChosen.value ? choice.value : null,
    });
    if (number !== question) return;
    isReading.value = false;
    error.value = outcome.ok ? null : outcome.error;
    const isNew = table.value === null;
    table.value = outcome.ok ? outcome.value : null;
    if (outcome.ok && isNew) columns.value = columnsOf(outcome.value.suggestion);
  }
  watch(choice, () => void inspect());

  function choose(chosen: readonly string[]): void {
    place.value = chosen;
    table.value = null;
    columns.value = {};
    runs.value = '';
    name.value = experimentNameFrom(chosen.at(-1) ?? '');
    void inspect();
  }

  async function add(): Promise<void> {
    if (place.value === null || isImporting.value) return;
    isImporting.value = true;
    const outcome = await backend.call('table.import', {
      place: [...place.value],
      name: name.value,
      choice: choice.value,
    });
    isImporting.value = false;
    error.value = outcome.ok ? null : outcome.error;
    if (outcome.ok) imported(outcome.value.experimentId);
  }

  return {
    folder,
    listing,
    place,
    columns,
    runs,
    name,
    table,
    error,
    isReading,
    isImporting,
    isChosen,
    choose,
    add,
    openFolder: (to: readonly string[]) => {
      folder.value = to;
    },
    setRole: (column: string, role: ColumnRole) => {
      columns.value = withRole(columns.value, column, role);
    },
    setConversion: (column: string, conversion: ChosenColumn['conversion']) => {
      const chosen = columns.value[column];
      if (chosen) columns.value = { ...columns.value, [column]: { ...chosen, conversion } };
    },
  };
}
