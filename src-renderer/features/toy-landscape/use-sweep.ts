/** The cells of the sweep, row by row as the worker computes them. They depend on nothing that can be changed: computed once. */
import { shallowRef, type ShallowRef } from 'vue';
import type { ToyCell } from '#shared/domain/toy-landscape/toy-diagram';
import { toyLoads, toyTemperatures } from '#shared/domain/toy-landscape/toy-sweep';

export interface ToySweep {
  /** Row by row from the coldest; null where not computed yet. */
  readonly cells: Readonly<ShallowRef<readonly (ToyCell | null)[]>>;
  /** Why it cannot be computed here; null while all is well. */
  readonly problem: Readonly<ShallowRef<string | null>>;
}

const cells = shallowRef<readonly (ToyCell | null)[]>(
  Array.from({ length: toyLoads.length * toyTemperatures.length }, () => null),
);
const problem = shallowRef<string | null>(null);
let worker: Worker | null = null;

/** Starts the computation at the first call; it goes on when the screen is left. */
export function useSweep(): ToySweep {
  if (worker === null && cells.value.includes(null)) start();
  return { cells, problem };
}

function start(): void {
  const started = new Worker(new URL('./sweep-worker.ts', import.meta.url), { type: 'module' });
  worker = started;
  problem.value = null;
  const rows: (readonly ToyCell[])[] = [];
  started.onmessage = ({ data }: MessageEvent<readonly ToyCell[]>) => {
    rows.push(data);
    const known: readonly (ToyCell | null)[] = rows.flat();
    cells.value = [...known, ...cells.value.slice(known.length)];
    if (rows.length === toyTemperatures.length) end();
  };
  started.onerror = () => {
    problem.value = 'The sweep could not be computed: this browser refused to start a worker.';
    end();
  };
  function end(): void {
    started.terminate();
    worker = null;
  }
}
