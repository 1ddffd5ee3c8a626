import { describe, expect, it } from 'vitest';
import { differentiate } from '#main/engine/differentiate';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { constant, input } from '#main/engine/graph';
import { compressibilityOf } from '#main/engine/training-loop';
import { palStep } from '#main/engine/optimisers/pal';
import { makeProgram } from '#main/engine/program';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import { filterNormalised } from '#main/metrics/directions/filter-normalised';
import {
  roughnessIndex,
  totalVariation,
  variationOverRange,
} from '#main/metrics/roughness/roughness-index';
import { evaluateSlice } from '#main/metrics/slice';
import { contextOf, samplesOf, weightsOf } from '../fixtures/small-landscapes';
import { exactStatistics, float32Gradient } from '../tolerances';
import { oneHot, readFixture, relativeError, type FixtureArray } from './fixtures';

const fixture = readFixture('trajectory.json');
const executor = new ReferenceExecutor();
const number = (value: number) => tensor([], Float64Array.of(value));

describe('palStep', () => {
  for (const row of fixture.pal) {
    it(`is the reference's step: ${row.name} (${row.branch})`, async () => {
      const longest = row.s_max as number | null;
      const limits = {
        relaxation: row.alpha as number,
        longest: longest === null ? null : constant(longest),
      };
      const program = await executor.program(JSON.stringify([row.alpha, longest]), () =>
        makeProgram({
          step: palStep(
            {
              here: input('here', []),
              there: input('there', []),
              slope: input('slope', []),
              mu: input('mu', []),
            },
            limits,
          ),
        }),
      );
      const { step } = await program.run({
        here: number(row.l0),
        there: number(row.l_mu),
        slope: number(row.slope),
        mu: number(row.mu),
      });
      expect(step?.data[0]).toBeCloseTo(row.step, 12);
    });
  }
});

describe('compressibilityOf', () => {
  for (const [index, row] of fixture.compressibility.entries()) {
    const values: number[] = row.w.data;
    if (values.every((w) => w === 0)) continue;
    it(`of vector ${index} and its gradient are the closed forms`, async () => {
      const theta = input('theta', [1, 1, values.length]);
      const ratio = compressibilityOf(theta);
      const program = await executor.program(`compressibility ${index}`, () => {
        const [gradient] = differentiate(ratio, [theta]);
        return makeProgram({ ratio, gradient: gradient as typeof theta });
      });
      const result = await program.run({
        theta: tensor([1, 1, values.length], Float64Array.from(values)),
      });
      expect(result['ratio']?.data[0]).toBeCloseTo(row.value, 12);
      expect(relativeError(result['gradient']?.data ?? [], row.gradient.data)).toBeLessThan(
        exactStatistics,
      );
    });
  }
});

describe('filterNormalised', () => {
  type Part = Readonly<Record<'weight' | 'random_direction' | 'filter_normalised', FixtureArray>>;
  const tensors: (Part & { shape: number[] })[] = fixture.direction_normalisation.tensors;
  const flat = (name: keyof Part): number[] => tensors.flatMap((part) => part[name].data);

  it('is the reference of Li et al., a filter of zeros and tensors of one axis included', () => {
    const got = filterNormalised(tensors, flat('weight'), flat('random_direction'));
    // The reference adds 1e-10 to lengths of about one.
    expect(relativeError(got, flat('filter_normalised'))).toBeLessThan(1e-9);
  });
});

describe('roughnessIndex', () => {
  const { roughness } = fixture;
  const count: number = roughness.slices.shape[0];
  const points: number = roughness.slices.shape[1];
  const values: number[] = roughness.slices.data;
  const slices = Array.from({ length: count }, (_, j) =>
    values.slice(j * points, (j + 1) * points),
  );
  const normalised: Readonly<Record<string, (slice: number[]) => number>> = {
    total_variation: totalVariation,
    by_interval_length: (slice) => totalVariation(slice) / roughness.interval_length,
    by_range: (slice) => variationOverRange(slice) as number,
  };

  for (const [name, of] of Object.entries(normalised))
    it(`has the reference's total variations and index: ${name}`, () => {
      const expected = roughness[name];
      const variations = slices.map(of);
      expect(relativeError(variations, expected.values.data)).toBeLessThan(exactStatistics);
      const index = roughnessIndex(variations);
      expect(index?.mean).toBeCloseTo(expected.mean, 12);
      expect(index?.index).toBeCloseTo(expected.index_sample, 12);
    });

  for (const { name, values, total_variation, by_range } of roughness.closed_forms)
    it(`has the closed form of a line: ${name}`, () => {
      expect(totalVariation(values.data)).toBeCloseTo(total_variation, 12);
      const over = variationOverRange(values.data);
      if (by_range === null) expect(over).toBeNull();
      else expect(over).toBeCloseTo(by_range, 12);
    });

  it('belongs to lines that the evaluation of slices gives', async () => {
    const model = readFixture('mlp.json').cases.find(
      ({ activation }: { activation: string }) => activation === 'tanh',
    );
    const labels: number[] = model.labels.data ?? model.labels;
    const samples = samplesOf(model.inputs.data, oneHot(labels, 3), labels);
    const context = contextOf(mlp({ sizes: model.sizes, activation: 'tanh' }), samples);
    const theta: number[] = model.flat.data;
    const steps: number[] = roughness.steps.data;
    for (const [j, slice] of slices.entries()) {
      const at = (i: number) => roughness.directions.data[j * theta.length + i] as number;
      const { loss } = await evaluateSlice(
        context,
        weightsOf(theta),
        {
          count: points,
          weightsAt: (k, into) => {
            theta.forEach(
              (w, i) => (into[i] = w + roughness.radius * (steps[k] as number) * at(i)),
            );
          },
        },
        { samples: 20, statistics: 'running' },
      );
      expect(relativeError(loss as number[], slice)).toBeLessThan(float32Gradient);
    }
  });
});
