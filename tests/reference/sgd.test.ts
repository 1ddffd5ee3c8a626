import { afterAll, describe, expect, it } from 'vitest';
import { mlp } from '#main/engine/networks/mlp';
import { adam } from '#main/engine/optimisers/adam';
import type { Optimiser } from '#main/engine/optimisers/optimiser';
import { sam, sgd as plainSgd } from '#main/engine/optimisers/sgd';
import { scheduleFactor, type Schedule } from '#main/engine/schedules';
import { tensor, type Tensor } from '#main/engine/tensor';
import { trainingLoop } from '#main/engine/training-loop';
import { closeExecutors, executors } from '../conformance/executors';
import { oneHot, readFixture, relativeError } from './fixtures';

const sgd = readFixture('sgd.json');
const problems: Record<string, ReturnType<typeof readFixture>> = Object.fromEntries(
  readFixture('mlp.json').cases.map((c: { activation: string }) => [c.activation, c]),
);
afterAll(closeExecutors);

/** The fixture's runs with decay on all parameters. */
const runs = sgd.runs.filter((r: { decay_biases?: boolean }) => r.decay_biases !== false);

function toOptimiser(run: ReturnType<typeof readFixture>): Optimiser {
  const descent = {
    momentum: run.momentum,
    nesterov: run.nesterov,
    weightDecay: run.weight_decay,
  };
  if (run.optimiser === 'sam') return sam({ ...descent, rho: run.rho });
  if (run.optimiser === 'sgd') return plainSgd(descent);
  const [beta1, beta2] = run.betas.data ?? run.betas;
  const isDecoupled = run.optimiser === 'adamw';
  return adam({ beta1, beta2, epsilon: run.eps, weightDecay: run.weight_decay, isDecoupled });
}

function toSchedule(kind: string): { schedule: Schedule; perEpoch: number } {
  // The fixture's step rule falls by 10 at step 15 of 25: an epoch of 15 steps with a reduction after each.
  if (kind === 'step') return { schedule: { name: 'step', every: 1, factor: 0.1 }, perEpoch: 15 };
  return { schedule: { name: kind === 'cosine' ? 'cosine' : 'constant' }, perEpoch: 25 };
}

describe('trainingLoop', () => {
  it('covers momentum, Nesterov, weight decay, schedules, Adam, AdamW and SAM', () => {
    const names = runs.map((r: { name: string }) => r.name).join(' ');
    for (const word of ['momentum', 'nesterov', 'decay', 'step', 'cosine', 'adam', 'adamw', 'sam'])
      expect(names).toContain(word);
  });

  for (const { name, executor, tolerances } of executors) {
    const tolerance = tolerances.training;
    for (const run of runs) {
      it(`follows PyTorch for ${run.steps} steps of ${run.name} on ${name}`, async () => {
        const problem = problems[sgd.problems[run.problem]?.activation ?? run.problem];
        const network = mlp({ sizes: problem.sizes, activation: problem.activation });
        const batches: number[][] = sgd.batches.slice(0, run.steps);
        const { schedule, perEpoch } = toSchedule(run.schedule?.kind ?? 'constant');
        const rates = batches.map(
          (_, i) => run.lr * scheduleFactor(schedule, i, { total: batches.length, perEpoch }),
        );
        expect(relativeError(rates, run.learning_rate.data ?? run.learning_rate)).toBeLessThan(
          1e-12,
        );
        const shape = { models: 1, batchSize: 5, samples: 20, inputs: 6, classes: 3 };
        const optimiser = toOptimiser(run);
        const loop = await executor.loop(`${network.key} ${run.name}`, () =>
          trainingLoop(network, shape, { optimiser, constantRate: false, compressibility: 0 }),
        );
        const size = network.parameterCount;
        const theta = tensor([1, 1, size], Float64Array.from(problem.flat.data));
        const advance = (steps: number): Promise<Record<string, Tensor>> => {
          const scalars = optimiser.scalars.map((name) => [
            name,
            tensor(
              [steps],
              Float64Array.from(
                { length: steps },
                (_, i) => optimiser.scalarsAt(i)[name] as number,
              ),
            ),
          ]);
          return loop.run(steps, {
            theta,
            ...optimiser.initialStates(theta),
            ...Object.fromEntries(scalars),
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
