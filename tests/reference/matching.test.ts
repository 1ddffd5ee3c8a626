import { describe, expect, it } from 'vitest';
import { mlp } from '#main/engine/networks/mlp';
import { crossEntropyObjective } from '#main/engine/objectives/cross-entropy';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { tensor } from '#main/engine/tensor';
import type { CellContext, SampleTensors } from '#main/metrics/context';
import { barrierOf } from '#main/metrics/linear-barrier/barrier';
import { permuteWeights } from '#main/metrics/linear-barrier/permute-weights';
import { matchUnits } from '#main/metrics/linear-barrier/weight-matching';
import { evaluateLinearPath } from '#main/metrics/linear-path';
import { compareWeights } from '#main/metrics/compare-weights';
import { exactStatistics, float32Gradient, float64Gradient } from '../tolerances';
import { oneHot, readFixture, relativeError } from './fixtures';

const fixture = readFixture('matching.json');
const network = mlp({ sizes: fixture.model.sizes, activation: 'relu' });
const { symmetry } = network;
const alphas: number[] = fixture.alphas.data;
const labels: number[] = fixture.model.labels.data;
const samples: SampleTensors = {
  x: tensor([40, 6], Float32Array.from(fixture.model.inputs.data)),
  targets: tensor([40, 3], Float32Array.from(oneHot(labels, 3))),
  labels: Int32Array.from(labels),
};
const theta = ({ data }: { data: number[] }) => Float32Array.from(data);
const first = theta(fixture.first);

describe('the unit symmetry of an MLP', () => {
  it('has one group for each hidden layer, which weight, bias and next weight share', () => {
    expect(network.parameters.map(({ name, shape }) => [name, shape])).toEqual(
      fixture.parameter_names,
    );
    expect(symmetry.groups).toEqual([
      { size: 5, blocks: 1 },
      { size: 4, blocks: 1 },
    ]);
    const groups = symmetry.parameters.map((t) => t.groups.filter((_, i) => t.view[i] !== 1));
    expect(groups).toEqual([[0, null], [0], [1, 0], [1], [null, 1], [null]]);
  });

  it('makes the copy of the fixture from its permutations', () => {
    const permutations = fixture.copy_permutations.map((p: { data: number[] }) =>
      Int32Array.from(p.data),
    );
    const copy = permuteWeights(symmetry.parameters, permutations, first);
    expect(copy).toEqual(theta(fixture.cases[0].second));
  });
});

for (const one of fixture.cases)
  describe(`weight matching of ${one.name} models`, () => {
    const second = theta(one.second);
    const found = matchUnits(symmetry, [first, second], { order: 'fixed' });

    it('finds the permutations of the fixture in as many sweeps', () => {
      expect(found.permutations.map((p) => [...p])).toEqual(
        one.permutations.map((p: { data: number[] }) => p.data),
      );
      expect(found.aligned).toEqual(theta(one.aligned));
      expect(found.distanceBySweep).toHaveLength(one.sweeps);
    });

    it('has the distances of the fixture before, after each sweep and at the end', () => {
      const got = [compareWeights(first, second).distance, ...found.distanceBySweep];
      expect(got.at(-1)).toBe(compareWeights(first, found.aligned).distance);
      const expected = [one.distance_before, ...one.distance_by_sweep.data];
      expect(relativeError(got, expected)).toBeLessThan(float32Gradient);
      expect(expected.at(-1)).toBe(one.distance_after);
    });

    it('reaches the optimum over all permutations, in a random order of layers too', () => {
      const { distance, permutations } = one.global_optimum;
      const random = matchUnits(symmetry, [first, second], { order: 'random' });
      for (const matching of [found, random]) {
        expect(matching.permutations.map((p) => [...p])).toEqual(
          permutations.map((p: { data: number[] }) => p.data),
        );
        expect(matching.distanceBySweep.at(-1)).toBeCloseTo(distance, 5);
      }
    });

    it('has the losses and barriers of the fixture on the line before and after', async () => {
      await using executor = new ReferenceExecutor();
      const context: CellContext = {
        executor,
        network,
        objective: crossEntropyObjective,
        inputs: 6,
        classes: 3,
        train: samples,
        measured: samples,
        measuredOrder: '',
        test: samples,
        all: samples,
      };
      for (const [last, { loss, barrier, barrier_alpha: at }] of [
        [second, one.before],
        [found.aligned, one.after],
      ] as const) {
        const path = await evaluateLinearPath(context, { first, last, alphas, samples });
        const losses = path.map((point) => point.loss as number);
        expect(relativeError(losses, loss.data)).toBeLessThan(float32Gradient);
        const got = barrierOf(alphas, losses);
        expect(got?.height).toBeCloseTo(barrier, 6);
        if (barrier > exactStatistics) expect(got?.alpha).toBe(at);
      }
    });

    it('has the barrier of the losses of the fixture', () => {
      for (const { loss, barrier, barrier_alpha: at } of [one.before, one.after]) {
        const got = barrierOf(alphas, loss.data);
        expect(got?.height).toBeCloseTo(barrier, 14);
        expect(Math.abs((got?.height ?? NaN) - barrier)).toBeLessThan(float64Gradient);
        if (barrier > exactStatistics) expect(got?.alpha).toBe(at);
      }
    });
  });
