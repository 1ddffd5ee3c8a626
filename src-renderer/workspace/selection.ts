/** The selected cells: one selection for every screen, kept in the address. */
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { formatCells, parseCells, queryText, useExperimentId, useViewSettings } from './address';

/** The selection and the ways to change it. The first selected cell is the one that the inspector shows. */
export function useSelection() {
  const route = useRoute();
  const router = useRouter();
  const change = useViewSettings();
  const experimentId = useExperimentId();

  const cells = computed<readonly number[]>(() => {
    if (route.name === 'cell') return parseCells(String(route.params['cell']));
    return parseCells(queryText(route.query, 'cells'));
  });
  const first = computed<number | null>(() => cells.value[0] ?? null);

  function write(next: readonly number[]): void {
    change({ cells: next.length === 0 ? null : formatCells(next) });
  }

  /** Selects one cell; `extend` adds it to the others or takes it away. */
  function select(cell: number, extend = false): void {
    if (!extend) write([cell]);
    else if (cells.value.includes(cell)) write(cells.value.filter((c) => c !== cell));
    else write([...cells.value, cell]);
  }

  /** Selects several cells, the first of which the inspector shows; `extend` adds them to the others. */
  function selectAll(next: readonly number[], extend = false): void {
    write(extend ? [...new Set([...cells.value, ...next])] : next);
  }

  /** Opens the screen of a cell. */
  function open(cell: number): void {
    if (experimentId.value === null) return;
    const params = { experimentId: experimentId.value, cell: String(cell) };
    void router.push({ name: 'cell', params });
  }

  return {
    cells,
    first,
    select,
    selectAll,
    open,
    clear: () => {
      write([]);
    },
  };
}
