/** How long the topology of a grid takes, from its numbers to the summary. */
import { gridGraph } from '#shared/domain/topology/grid-graph';
import { sublevelTopology } from '#shared/domain/topology/sublevel';
import { summariseTopology } from '#shared/domain/topology/topology-summary';
import type { Turn } from './rounds';

/** Grids of one turn together have about so many points. */
const pointsPerTurn = 1_000_000;

/**
 * Times persistence pairs, merge tree and summary of square grids of random numbers, neighbourhood freudenthal.
 * @param side - points along each side
 * @returns milliseconds of one grid
 */
export function persistenceTurn(side: number): () => Turn {
  const values = randomNumbers(side * side);
  const repetitions = Math.max(1, Math.round(pointsPerTurn / side ** 2));
  return () => {
    const started = performance.now();
    const used = process.cpuUsage();
    for (let i = 0; i < repetitions; i++)
      summariseTopology(sublevelTopology(values, gridGraph(side, side, 'freudenthal')));
    const { user, system } = process.cpuUsage(used);
    return {
      wall: (performance.now() - started) / repetitions,
      processor: (user + system) / 1000 / repetitions,
    };
  };
}

/** Between 0 and 1, the same every time: bits of a multiplicative generator (Park and Miller 1988). */
function randomNumbers(count: number): Float64Array {
  let state = 1;
  return Float64Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  });
}
