/** The chosen runs of the table: by click, shift and Ctrl, Space and Ctrl+A. */
import { computed, shallowRef } from 'vue';
import type { RunKey } from '#shared/contract/run-views';
import { useSelection } from '../../workspace/selection';

/** `cell.seed`, as the address of a comparison writes it. */
export const runName = ([cell, seed]: RunKey): string => `${cell}.${seed}`;

/** Cells that the other screens are told of. */
const mostCells = 100;

/** The set of chosen runs. */
export function useChosenRuns() {
  const selection = useSelection();
  const chosen = shallowRef<ReadonlyMap<string, RunKey>>(new Map());

  function write(runs: readonly RunKey[]): void {
    chosen.value = new Map(runs.map((run) => [runName(run), run]));
    const cells = [...new Set(runs.map(([cell]) => cell))];
    selection.selectAll(cells.slice(0, mostCells));
  }

  return {
    runs: computed<readonly RunKey[]>(() => [...chosen.value.values()]),
    has: (run: RunKey) => chosen.value.has(runName(run)),
    /** These runs and no others. */
    choose: write,
    /** Adds a run, or takes it away. */
    toggle: (run: RunKey) => {
      const next = new Map(chosen.value);
      if (!next.delete(runName(run))) next.set(runName(run), run);
      write([...next.values()]);
    },
    clear: () => {
      write([]);
    },
  };
}
export type ChosenRuns = ReturnType<typeof useChosenRuns>;
