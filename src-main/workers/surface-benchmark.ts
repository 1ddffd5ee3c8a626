/** How fast an engine evaluates a surface of the loss. */
import { models, samples } from '#main/engine/benchmark-work';
import { openEngine } from '#main/engine/engines';
import { mlp } from '#main/engine/networks/mlp';
import { crossEntropyObjective } from '#main/engine/objectives/cross-entropy';
import type { CellContext } from '#main/metrics/context';
import { randomDirection } from '#main/metrics/directions/filter-normalised';
import { centredPositions, evaluatePlane, type Plane } from '#main/metrics/plane';
import type { WallAndProcessor } from './curvature-benchmark';

const inputs = 64;
const classes = 10;
const count = 1437;
const side = 51;

/**
 * Seconds of a 51 x 51 surface of 64-32-32-10 over 1,437 samples in two filter-normalised directions, on one thread: the median of
 * some repetitions, after one to warm up. Samples and weights are random: the time does not depend on them.
 * @throws EngineUnavailableError when the engine cannot run here
 */
export async function surfaceSeconds(
  engine: string,
  repetitions: number,
): Promise<WallAndProcessor> {
  await using executor = await openEngine(engine);
  const network = mlp({ sizes: [inputs, 32, 32, classes], activation: 'relu' });
  const { x, targets } = samples({ samples: count, inputs, classes });
  const all = { x, targets, labels: new Int32Array(count) };
  const context: CellContext = {
    ...{ executor, network, objective: crossEntropyObjective, inputs, classes },
    ...{ train: all, measured: all, measuredOrder: '', test: all, all },
  };
  const weights = { theta: models(network, 1), statistics: new Float32Array(0) };
  const positions = centredPositions(side, 1);
  const grid = { x: positions, y: positions };
  const options = { samples: count, statistics: 'batch' } as const;
  const seen: WallAndProcessor[] = [];
  for (let i = 0; i <= repetitions; i++) {
    const started = performance.now();
    const used = process.cpuUsage();
    const direction = (index: number) => randomDirection(network.parameters, weights.theta, index);
    const plane: Plane = { origin: weights.theta, directions: [direction(0), direction(1)] };
    await evaluatePlane(context, weights, { plane, grid }, options);
    const { user, system } = process.cpuUsage(used);
    seen.push({ wall: (performance.now() - started) / 1000, processor: (user + system) / 1e6 });
  }
  const counted = seen.slice(1);
  return {
    wall: middle(counted.map(({ wall }) => wall)),
    processor: middle(counted.map(({ processor }) => processor)),
  };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
