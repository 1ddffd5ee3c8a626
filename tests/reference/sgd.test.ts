import { afterAll, describe, expect, it } from 'vitest';
import type { Executor } from '#main/engine/executor';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { mlp } from '#main/engine/networks/mlp';
import { scheduleFactor, type Schedule } from '#main/engine/optimisers';
import { tensor, type Tensor } from '#main/engine/tensor';
import { sgdLoop } from '#main/engine/training-loop';
import { float32Training, float64Training } from '../tolerances';
import { oneHot, readFixture, relativeError } from './fixtures';
import { executorName, float32Executors } from '../fixtures/executors';

const sgd = readFixture('sgd.json');
const problems: Record<string, ReturnType<typeof readFixture>> = Object.fromEntries(
  readFixture('mlp.json').cases.map((c: { activation: string }) => [c.activation, c]),
);
const executors: { executor: Executor; tolerance: number }[] = [
  { executor: new ReferenceExecutor(), tolerance: float64Training },
  ...float32Executors().map((executor) => ({ executor, tolerance: float32Training })),
];
afterAll(async () => {
  for (const { executor } of executors) await executor[Symbol.asyncDispose]();
});

/** The fixture's runs that are SGD with decay on all parameters. */
const runs = sgd.runs.filter(
  (r: { optimiser: string; decay_biases?: boolean }) =>
    r.optimiser === 'sgd' && r.decay_biases !== false,
);

function toSchedule(kind: string): { schedule: Schedule; perEpoch: number } {
  // The fixture's step rule falls by 10 at step 15 of 25: an epoch of 15 steps with a reduction after each.
  if (kind === 'step') return { schedule: { name: 'step', every: 1, factor: 0.1 }, perEpoch: 15 };
  return { schedule: { name: kind === 'cosine' ? 'cosine' : 'constant' }, perEpoch: 25 };
}

describe('sgdLoop', () => {
  it('covers plain SGD, momentum, Nesterov, weight decay and schedules', () => {
    const names = runs.map((r: { name: string }) => r.name).join(' ');
    for (const word of ['momentum', 'nesterov', 'decay', 'step', 'cosine'])
      expect(names).toContain(word);
  });

  for (const { executor, tolerance } of executors) {
    for (const run of runs) {
      it(`follows PyTorch for ${run.steps} steps of ${run.name} on ${executorName(executor)}`, async () => {
        const problem = problems[sgd.problems[run.problem]?.activation ?? run.problem];
        const network = mlp({ sizes: problem.sizes, activation: problem.activation });
        const batches: number[][] = sgd.batches;
        const { schedule, perEpoch } = toSchedule(run.schedule?.kind ?? 'constant');
        const rates = batches.map(
          (_, i) => run.lr * scheduleFactor(schedule, i, { total: batches.length, perEpoch }),
        );
        expect(relativeError(rates, run.learning_rate.data ?? run.learning_rate)).toBeLessThan(
          1e-12,
        );
        const shape = { models: 1, batchSize: 5, samples: 20, inputs: 6, classes: 3 };
        const options = {
          momentum: run.momentum,
          nesterov: run.nesterov,
          weightDecay: run.weight_decay,
          constantRate: false,
        };
        const loop = await executor.loop(`${network.key} ${run.name}`, () =>
          sgdLoop(network, shape, options),
        );
        const size = network.parameterCount;
        const advance = (steps: number): Promise<Record<string, Tensor>> => {
          return loop.run(steps, {
            theta: tensor([1, 1, size], Float64Array.from(problem.flat.data)),
            ...(run.momentum === 0 ? {} : { buffer: tensor([1, 1, size], new Float64Array(size)) }),
            x: tensor([20, 6], Float64Array.from(problem.inputs.data)),
            targets: tensor([20, 3], oneHot(problem.labels.data ?? problem.labels, 3)),
            indices: tensor([steps, 1, 5], Int32Array.from(batches.slice(0, steps).flat())),
            rate: tensor([steps], Float64Array.from(rates.slice(0, steps))),
          });
        };
        const first = await advance(1);
        expect(
          relativeError(first['theta']?.data ?? [], run.parameters_after_first.data),
        ).toBeLessThan(tolerance);
        const final = await advance(batches.length);
        expect(relativeError(final['theta']?.data ?? [], run.parameters_final.data)).toBeLessThan(
          tolerance,
        );
      });
    }
  }
});
