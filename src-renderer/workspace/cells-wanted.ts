/** Whether the results of every cell are needed: the table of runs reads its own rows, and those of a large grid take long to come. */
import { shallowRef, watch, type Ref } from 'vue';
import { useRoute } from 'vue-router';
import { queryText } from './address';

/** True once a screen of this experiment needs the results of its cells: any but the table of runs without a selected cell. */
export function useCellsWanted(experimentId: Readonly<Ref<string | null>>): Readonly<Ref<boolean>> {
  const route = useRoute();
  const isWanted = shallowRef(false);
  watch(
    [experimentId, () => route.name !== 'runs' || queryText(route.query, 'cells') !== null],
    ([id, isNeeded], [before]) => {
      isWanted.value = isNeeded || (isWanted.value && id === before);
    },
    { immediate: true, flush: 'sync' },
  );
  return isWanted;
}
