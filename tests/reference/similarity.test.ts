import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { hiddenGramProgram } from '#main/engine/hidden-programs';
import { evaluationProgram, logitsProgram } from '#main/engine/network-programs';
import { mlp, type MlpOptions } from '#main/engine/networks/mlp';
import { crossEntropyObjective } from '#main/engine/objectives/cross-entropy';
import { tensor } from '#main/engine/tensor';
import { gramOf, hsic } from '#main/metrics/cka/hsic';
import { kernelCka, kernelOf } from '#main/metrics/cka/kernel-cka';
import { linearCka } from '#main/metrics/cka/linear-cka';
import { mixRows } from '#main/metrics/cka/mixup';
import { jensenShannon, largestPosition } from '#main/metrics/prediction-similarity/jensen-shannon';
import { measure as measurePredictions } from '#main/metrics/prediction-similarity/measure';
import { softmaxRows, type Representation } from '#main/metrics/representation';
import { compareWeights } from '#main/metrics/compare-weights';
import { measure as measureWeights } from '#main/metrics/weight-distance/measure';
import type { ScalarMeasurement } from '#shared/domain/measurement';
import { samplesOf, surroundingsOf } from '../fixtures/metric-context';
import { denseAlgebra, exactStatistics, float32Gradient, float64Gradient } from '../tolerances';
import { oneHot, readFixture, relativeError, type FixtureArray } from './fixtures';

const fixture = readFixture('similarity.json');
const executor = new ReferenceExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

function representation({ shape, data }: FixtureArray): Representation {
  return { rows: shape[0] as number, columns: shape[1] as number, data: Float64Array.from(data) };
}

const valueOf = (cka: ReturnType<typeof kernelCka>) => ('value' in cka ? cka.value : cka.reason);

function byKernels(x: Representation, y: Representation, kind: 'biased' | 'debiased') {
  const options = { kind, batchSize: x.rows };
  return kernelCka(kernelOf(gramOf(x), options), kernelOf(gramOf(y), options), options);
}

describe('linearCka', () => {
  for (const pair of fixture.cka) {
    it(`gives the biased value of ${pair.name}`, () => {
      const got = linearCka(representation(pair.x), representation(pair.y));
      if (pair.biased_feature_form === null) expect(got).toBeNull();
      else
        expect(Math.abs((got?.value ?? NaN) - pair.biased_feature_form)).toBeLessThan(denseAlgebra);
    });
  }

  it('gives the fixture of two models on mixed samples, softmax and logits', () => {
    const logits = [
      representation(fixture.mixup.logits_first),
      representation(fixture.mixup.logits_second),
    ] as const;
    expect(linearCka(...logits)?.value).toBeCloseTo(fixture.mixup.cka_logits_biased, 10);
    expect(linearCka(softmaxRows(logits[0]), softmaxRows(logits[1]))?.value).toBeCloseTo(
      fixture.mixup.cka_softmax_biased,
      10,
    );
  });

  it('does not depend on how the rows are cut into batches, and its error comes from leaving them out', () => {
    const x = representation(fixture.cka[0].x);
    const y = representation(fixture.cka[0].y);
    const whole = linearCka(x, y);
    const cut = linearCka(x, y, 6);
    expect(cut?.value).toBeCloseTo(whole?.value ?? NaN, 12);
    expect(whole?.standardError).toBeNull();
    const keep = (z: Representation, b: number): Representation => {
      const data = z.data.filter((_, i) => Math.floor(i / z.columns / 6) !== b);
      return { rows: data.length / z.columns, columns: z.columns, data };
    };
    const without = [0, 1, 2, 3].map((b) => linearCka(keep(x, b), keep(y, b))?.value ?? NaN);
    const mean = without.reduce((p, q) => p + q, 0) / 4;
    const error = Math.sqrt((3 / 4) * without.reduce((p, q) => p + (q - mean) ** 2, 0));
    expect(cut?.standardError).toBeCloseTo(error, 10);
  });

  it('has no error where leaving out a batch leaves a single row', () => {
    const x = representation(fixture.cka[0].x);
    const y = representation(fixture.cka[0].y);
    expect(linearCka(x, y, 23)).toMatchObject({ standardError: null, batches: 2 });
    expect(linearCka(x, y, 22)?.standardError).toBeGreaterThan(0);
  });

  it('is 1 with itself, symmetric, and unchanged by shifts and scaling', () => {
    const rows = fc.array(fc.integer({ min: -1000, max: 1000 }), {
      minLength: 30,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, rows, fc.double({ min: 0.1, max: 10, noNaN: true }), (a, b, factor) => {
        const x: Representation = { rows: 10, columns: 3, data: Float64Array.from(a) };
        const y: Representation = { rows: 10, columns: 3, data: Float64Array.from(b) };
        const moved: Representation = { ...x, data: x.data.map((v) => factor * v + 3) };
        const value = linearCka(x, y)?.value;
        if (value === undefined) return;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-9);
        expect(linearCka(y, x)?.value).toBeCloseTo(value, 9);
        expect(linearCka(moved, y)?.value).toBeCloseTo(value, 6);
        expect(linearCka(x, x)?.value).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('hsic', () => {
  for (const pair of fixture.cka) {
    if (pair.hsic_unbiased === undefined) continue;
    it(`gives both values of ${pair.name} and of each side with itself`, () => {
      const [k, l] = [gramOf(representation(pair.x)), gramOf(representation(pair.y))];
      for (const [kind, name] of [
        ['biased', 'hsic_biased'],
        ['debiased', 'hsic_unbiased'],
      ] as const) {
        const relative = (got: number | null, expected: number) =>
          Math.abs((got ?? NaN) - expected) / Math.max(1, Math.abs(expected));
        expect(relative(hsic(k, l, kind), pair[name])).toBeLessThan(exactStatistics);
        expect(relative(hsic(k, k, kind), pair[`${name}_xx`])).toBeLessThan(exactStatistics);
        expect(relative(hsic(l, l, kind), pair[`${name}_yy`])).toBeLessThan(exactStatistics);
      }
    });
  }
});

describe('kernelCka', () => {
  for (const pair of fixture.cka) {
    it(`gives the biased and the debiased value of ${pair.name}`, () => {
      const sides = [representation(pair.x), representation(pair.y)] as const;
      for (const [kind, expected] of [
        ['biased', pair.biased_gram_form],
        ['debiased', pair.debiased],
      ] as const) {
        const got = valueOf(byKernels(...sides, kind));
        if (expected === null) expect(got).toMatch(/same for every sample/);
        else expect(Math.abs(Number(got) - expected)).toBeLessThan(denseAlgebra);
      }
    });
  }

  it('gives the debiased fixture of two models on mixed samples', () => {
    const [first, second] = [fixture.mixup.logits_first, fixture.mixup.logits_second].map(
      (logits: FixtureArray) => softmaxRows(representation(logits)),
    ) as [Representation, Representation];
    const got = Number(valueOf(byKernels(first, second, 'debiased')));
    expect(Math.abs(got - fixture.mixup.cka_softmax_debiased)).toBeLessThan(denseAlgebra);
  });

  it('has the jackknife error of the same form by features', () => {
    const [x, y] = [representation(fixture.cka[0].x), representation(fixture.cka[0].y)];
    const options = { kind: 'biased', batchSize: 7 } as const;
    const got = kernelCka(kernelOf(gramOf(x), options), kernelOf(gramOf(y), options), options);
    const expected = linearCka(x, y, 7);
    expect('batches' in got && got.batches).toBe(4);
    expect('standardError' in got ? got.standardError : null).toBeCloseTo(
      expected?.standardError ?? NaN,
      12,
    );
  });
});

const { models } = fixture;
const network = mlp(models as MlpOptions);
const size = network.parameterCount;
const inputsOf = ({ shape, data }: FixtureArray) => tensor(shape, Float64Array.from(data));
const thetas = [models.first, models.second].map(({ data }: FixtureArray) =>
  Float64Array.from(data),
) as [Float64Array, Float64Array];
const labels: number[] = models.labels.data;

describe('outputs of the two models', () => {
  const logitsOf = async (theta: Float64Array, x: FixtureArray) => {
    const shape = { samples: 20, inputs: 6 };
    const program = await executor.program('logits', () => logitsProgram(network, 1, shape));
    const { logits } = await program.run({ theta: tensor([1, 1, size], theta), x: inputsOf(x) });
    return logits?.data ?? [];
  };

  it('are those of the fixture, on its samples and on mixed ones', async () => {
    for (const [i, name] of ['first', 'second'].entries()) {
      const theta = thetas[i] as Float64Array;
      const logits = await logitsOf(theta, models.inputs);
      expect(relativeError(logits, fixture.outputs[`logits_${name}`].data)).toBeLessThan(
        float64Gradient,
      );
      const rows = softmaxRows({ rows: 20, columns: 3, data: Float64Array.from(logits) });
      expect(relativeError(rows.data, fixture.outputs[`softmax_${name}`].data)).toBeLessThan(
        float64Gradient,
      );
      const mixed = await logitsOf(theta, fixture.mixup.inputs);
      expect(relativeError(mixed, fixture.mixup[`logits_${name}`].data)).toBeLessThan(
        float64Gradient,
      );
    }
  });

  it('have the fixture as their loss on mixed samples with mixed labels', async () => {
    const { lambda, permutation, loss_first: expected } = fixture.mixup;
    const own = oneHot(labels, 3);
    const other = oneHot(
      permutation.data.map((i: number) => labels[i]),
      3,
    );
    const targets = tensor(
      [20, 3],
      own.map((t, i) => lambda * t + (1 - lambda) * (other[i] as number)),
    );
    const program = await executor.program('loss', () =>
      evaluationProgram(network, 1, { samples: 20, inputs: 6, classes: 3 }),
    );
    const { loss } = await program.run({
      theta: tensor([1, 1, size], thetas[0]),
      x: inputsOf(fixture.mixup.inputs),
      targets,
    });
    const mean = Array.from(loss?.data ?? []).reduce((a, b) => a + b, 0) / 20;
    expect(Math.abs(mean - expected)).toBeLessThan(float64Gradient);
  });
});

describe('mixRows', () => {
  it('gives the mixed inputs of the fixture', () => {
    const { lambda, permutation, inputs } = fixture.mixup;
    const rows = Array.from({ length: 20 }, (_, i) => i);
    const got = mixRows(inputsOf(models.inputs), { rows, partners: permutation.data, lambda });
    expect(relativeError(got, inputs.data)).toBeLessThan(float32Gradient);
  });
});

describe('hiddenGramProgram', () => {
  it('is Xc times its transpose of the activations, which plain loops compute', async () => {
    const [theta] = thetas;
    const program = await executor.program('hidden', () =>
      hiddenGramProgram(
        network,
        { models: 1, positions: [0, 1] },
        { samples: 20, inputs: 6, objective: crossEntropyObjective },
      ),
    );
    const got = await program.run({
      theta: tensor([1, 1, size], theta),
      x: inputsOf(models.inputs),
    });
    let rows = Array.from({ length: 20 }, (_, n) =>
      Array.from(models.inputs.data.slice(6 * n, 6 * n + 6) as number[]),
    );
    let at = 0;
    for (const [layer, out] of [5, 4].entries()) {
      const ins = rows[0]?.length ?? 0;
      const [weights, bias] = [at, at + out * ins];
      rows = rows.map((row) =>
        Array.from({ length: out }, (_, o) =>
          Math.tanh(
            row.reduce(
              (sum, v, i) => sum + v * (theta[weights + o * ins + i] as number),
              theta[bias + o] as number,
            ),
          ),
        ),
      );
      at = bias + out;
      const expected = gramOf({ rows: 20, columns: out, data: Float64Array.from(rows.flat()) });
      expect(relativeError(got[`layer${layer}`]?.data ?? [], expected.data)).toBeLessThan(
        float64Gradient,
      );
    }
  });
});

describe('jensenShannon', () => {
  it('gives every value of the fixture, their mean, and ln 2 for distributions that share nothing', () => {
    const [p, q] = [fixture.outputs.softmax_first.data, fixture.outputs.softmax_second.data];
    const each = Array.from({ length: 20 }, (_, i) =>
      jensenShannon(p.slice(3 * i, 3 * i + 3), q.slice(3 * i, 3 * i + 3)),
    );
    const { per_sample: expected, mean, upper_bound: bound } = fixture.jensen_shannon;
    expect(relativeError(each, expected.data)).toBeLessThan(exactStatistics);
    expect(each.reduce((a, b) => a + b, 0) / 20).toBeCloseTo(mean, 14);
    const extreme = fixture.jensen_shannon_extreme;
    expect(jensenShannon(extreme.p.data, extreme.q.data)).toBeCloseTo(extreme.value, 15);
    expect(extreme.value).toBeCloseTo(bound, 15);
  });
});

const surroundings = surroundingsOf(
  { executor, network },
  samplesOf(models.inputs.data, labels, 3),
);
const trained = thetas.map((theta, seed) => ({
  seed,
  weights: { theta: Float32Array.from(theta), statistics: new Float32Array(0) },
}));
const byName = (measurements: readonly { kind: string; name: string }[]) =>
  Object.fromEntries(measurements.map((m) => [m.name, m])) as unknown as Record<
    string,
    ScalarMeasurement
  >;

describe('the metric prediction-similarity', () => {
  it('gives agreement and mean divergence of the fixture, with standard errors over its samples', async () => {
    const { measurements } = await measurePredictions.measure(surroundings, trained, {
      settings: { name: 'prediction-similarity', part: 'test' },
    });
    const got = byName(measurements);
    const { agreement, jensen_shannon: divergence } = fixture;
    expect(got['predictionAgreement']?.value).toBeCloseTo(agreement, 14);
    expect(got['predictionAgreement']?.error).toBeCloseTo(
      Math.sqrt((agreement * (1 - agreement)) / 19),
      14,
    );
    expect(got['jensenShannon']?.value).toBeCloseTo(divergence.mean, 6);
    const squares = divergence.per_sample.data.map((v: number) => (v - divergence.mean) ** 2);
    const spread = Math.sqrt(squares.reduce((a: number, b: number) => a + b, 0) / 19 / 20);
    expect(got['jensenShannon']?.error).toBeCloseTo(spread, 6);
    for (const name of ['predictionAgreement', 'jensenShannon']) {
      expect(got[name]?.samples).toBe('all 20 test samples');
      expect(got[name]?.errorOver).toBe('standard error over 20 test samples');
    }
    expect(largestPosition([1, 3, 3])).toBe(1);
  });
});

describe('compareWeights', () => {
  it('gives distance, norms and cosine of the fixture', () => {
    const { distance: expected } = fixture;
    const { distance, norms, cosine } = compareWeights(...thetas);
    expect(distance).toBeCloseTo(expected.l2, 12);
    expect(norms[0]).toBeCloseTo(expected.norm_first, 12);
    expect(norms[1]).toBeCloseTo(expected.norm_second, 12);
    expect(cosine).toBeCloseTo(expected.cosine, 12);
  });
});

describe('the metric weight-distance', () => {
  it('gives the four numbers of the fixture, up to float32 weights', async () => {
    const { measurements } = await measureWeights.measure(surroundings, trained, { settings: {} });
    const got = byName(measurements);
    const { distance } = fixture;
    for (const [name, expected] of [
      ['weightDistance', distance.l2],
      ['relativeWeightDistance', distance.relative_to_first],
      ['meanRelativeWeightDistance', distance.relative_to_mean_norm],
      ['weightCosine', distance.cosine],
    ] as const) {
      expect(got[name]?.value).toBeCloseTo(expected, 6);
      expect(got[name]?.error).toBeNull();
    }
  });
});
