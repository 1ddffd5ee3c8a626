/** Curvature where it is known: softmax regression at zero weights, least squares, the valley of w1 w2 = 1, rescaled networks, dead ones. */
import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import type { CellContext } from '#main/metrics/context';
import * as eigenvectors from '#main/metrics/hessian-eigenvectors/definition';
import { measure as measureEigenvectors } from '#main/metrics/hessian-eigenvectors/measure';
import * as gaussNewton from '#main/metrics/gauss-newton/definition';
import { measure as measureGaussNewton } from '#main/metrics/gauss-newton/measure';
import * as hessian from '#main/metrics/hessian/definition';
import { measure as measureHessian } from '#main/metrics/hessian/measure';
import { ascend, type EvaluateAll } from '#main/metrics/sharpness/ascend';
import * as sharpness from '#main/metrics/sharpness/definition';
import { measure as measureSharpness } from '#main/metrics/sharpness/measure';
import * as density from '#main/metrics/spectral-density/definition';
import { measure as measureDensity } from '#main/metrics/spectral-density/measure';
import {
  fixtureCell,
  fixtureSamples,
  scalarNamed,
  trainedModel,
  type NetworkFixture,
} from '../../fixtures/fixture-cell';
import { quadraticContext } from '../../fixtures/quadratic';
import { oneHot, readFixture } from '../../reference/fixtures';

const executor = new ReferenceExecutor();
const { cases } = readFixture('mlp.json') as { cases: NetworkFixture[] };
const relu = cases.find(({ activation }) => activation === 'relu') as NetworkFixture;

/** Softmax regression on the corners of a square, whose design with a bias is the identity. */
function softmaxRegression() {
  const around = fixtureCell(executor, relu);
  const labels = [0, 1, 2, 0];
  const samples = {
    x: tensor([4, 2], Float32Array.of(1, 1, 1, -1, -1, 1, -1, -1)),
    targets: tensor([4, 3], Float32Array.from(oneHot(labels, 3))),
    labels: Int32Array.from(labels),
  };
  const network = mlp({ sizes: [2, 3], activation: 'relu' });
  const data = { train: samples, measured: samples, test: samples, all: samples };
  const context: CellContext = { ...around.context, ...data, network, inputs: 2, classes: 3 };
  return { around: { ...around, context }, run: trainedModel(0, new Float32Array(9)) };
}

describe('softmax regression at zero weights', () => {
  // H = (diag(1/3) - 1/9) x I: 1/3 six times, 0 three times.
  const { around, run } = softmaxRegression();
  const samples = 4;

  it('has its Hessian, which is its Gauss-Newton matrix', async () => {
    const settings = hessian.definition.settings.parse({ name: 'hessian', samples });
    const [h] = await measureHessian.measure(around, [run], settings);
    expect(scalarNamed(h?.measurements ?? [], 'hessianTopEigenvalue').value).toBeCloseTo(1 / 3, 7);
    expect(scalarNamed(h?.measurements ?? [], 'hessianBottomEigenvalue').value).toBeCloseTo(0, 7);
    const trace = scalarNamed(h?.measurements ?? [], 'hessianTrace');
    expect(Math.abs((trace.value as number) - 2)).toBeLessThan(4 * (trace.error as number));
    const wanted = gaussNewton.definition.settings.parse({ name: 'gauss-newton', samples });
    const [g] = await measureGaussNewton.measure(around, [run], wanted);
    expect(scalarNamed(g?.measurements ?? [], 'gaussNewtonTopEigenvalue').value).toBeCloseTo(
      1 / 3,
      7,
    );
    expect(scalarNamed(g?.measurements ?? [], 'gaussNewtonTrace').value).toBeCloseTo(
      trace.value as number,
      6,
    );
  });

  it('has two nodes, with all weight on them and none below 0', async () => {
    const settings = density.definition.settings.parse({
      ...{ name: 'spectral-density', samples, probes: 30 },
    });
    const [found] = await measureDensity.measure(around, [run], settings);
    const mean = scalarNamed(found?.measurements ?? [], 'spectralMean');
    expect(Math.abs((mean.value as number) - 2 / 9)).toBeLessThan(4 * (mean.error as number));
    const second = scalarNamed(found?.measurements ?? [], 'spectralSecondMoment');
    expect(second.value).toBeCloseTo((mean.value as number) / 3, 7);
    expect(scalarNamed(found?.measurements ?? [], 'spectralNegativeMass').value).toBe(0);
    const outliers = scalarNamed(found?.measurements ?? [], 'spectralOutlierMass').value as number;
    expect(outliers * (1 / 3)).toBeCloseTo(mean.value as number, 7);
  });

  it('has no second eigenvalue that Lanczos could tell from the first', async () => {
    const settings = eigenvectors.definition.settings.parse({
      name: 'hessian-eigenvectors',
      samples,
    });
    const [found] = await measureEigenvectors.measure(around, [run], settings);
    expect(scalarNamed(found?.measurements ?? [], 'hessianSecondEigenvalue')).toMatchObject({
      value: null,
      reason: 'some eigenvalues are equal, of which Lanczos sees one',
    });
  });
});

describe('least squares', () => {
  // Mean over three samples of (x w)^2 / 2: H = X'X / 3 = [[10, -1], [-1, 9]] / 3, the same at every w.
  const quadratic = quadraticContext([1, 1]);
  const samples = {
    x: tensor([3, 2], Float32Array.of(1, 2, 3, -1, 0, 2)),
    targets: tensor([3, 1], new Float32Array(3)),
    labels: new Int32Array(3),
  };
  const context: CellContext = { ...quadratic, train: samples, measured: samples, all: samples };
  const around = { context, settings: fixtureCell(executor, relu).settings };
  const run = trainedModel(0, [0.7, -0.4]);

  it('has the Hessian of its design, whatever the weights', async () => {
    const settings = hessian.definition.settings.parse({ name: 'hessian', samples: 3 });
    const runs = [run, trainedModel(1, [0, 5])];
    for (const { measurements } of await measureHessian.measure(around, runs, settings)) {
      const valueOf = (name: string) => scalarNamed(measurements, name).value;
      expect(valueOf('hessianTopEigenvalue')).toBeCloseTo((19 + Math.sqrt(5)) / 6, 6);
      expect(valueOf('hessianBottomEigenvalue')).toBeCloseTo((19 - Math.sqrt(5)) / 6, 6);
      const trace = scalarNamed(measurements, 'hessianTrace');
      expect(Math.abs((trace.value as number) - 19 / 3)).toBeLessThan(4 * (trace.error as number));
    }
  });

  it('has the spectrum of its design', async () => {
    const settings = density.definition.settings.parse({
      ...{ name: 'spectral-density', samples: 3, probes: 4 },
    });
    const [found] = await measureDensity.measure(around, [run], settings);
    const valueOf = (name: string) => scalarNamed(found?.measurements ?? [], name);
    const [mean, second] = [valueOf('spectralMean'), valueOf('spectralSecondMoment')];
    // trace / P = 19 / 6, ||H||_F^2 / P = (100 + 81 + 2) / 18
    expect(Math.abs((mean.value as number) - 19 / 6)).toBeLessThan(4 * (mean.error as number));
    expect(Math.abs((second.value as number) - 183 / 18)).toBeLessThan(
      4 * (second.error as number),
    );
  });
});

describe('the valley of (w1 w2 - 1)^2 / 2', () => {
  const evaluate: EvaluateAll = (points) =>
    Promise.resolve(
      points.map((p) => {
        const [a, b] = p as unknown as [number, number];
        const rest = a * b - 1;
        return { loss: 0.5 * rest ** 2, gradient: [rest * b, rest * a] };
      }),
    );
  const rise = async (a: number, isAdaptive: boolean) => {
    const theta = [a, 1 / a];
    const scale = isAdaptive ? Float64Array.from(theta) : Float64Array.of(1, 1);
    const ball = { radius: 0.1, norm: '2', scale } as const;
    const [found] = await ascend(evaluate, [{ theta, start: [1, 1], ball }], 50);
    return found?.rise ?? NaN;
  };

  it('is as sharp everywhere when weights count by their size, and sharper at its ends when not', async () => {
    // Both weights larger by 0.1 / sqrt 2 of themselves: 0.5 (2 u + u^2)^2.
    const u = 0.1 / Math.SQRT2;
    const closed = 0.5 * (2 * u + u ** 2) ** 2;
    for (const a of [0.25, 1, 2, 8]) expect((await rise(a, true)) / closed).toBeCloseTo(1, 6);
    expect(await rise(8, false)).toBeGreaterThan(10 * (await rise(1, false)));
  });
});

describe('sharpness', () => {
  const around = fixtureCell(executor, relu);
  const measured = async (theta: ArrayLike<number>) => {
    const settings = sharpness.definition.settings.parse({
      ...{ name: 'sharpness', samples: fixtureSamples, draws: 10 },
    });
    const [found] = await measureSharpness.measure(around, [trainedModel(0, theta)], settings);
    return (name: string) => scalarNamed(found?.measurements ?? [], name);
  };

  it('relative to the weights does not change when the layers of a ReLU network are rescaled', async () => {
    const theta = relu.flat.data;
    // fc1 is 35 numbers, the weight of fc2 the next 20.
    const rescaled = theta.map((x, i) => (i < 35 ? 4 * x : i < 55 ? x / 4 : x));
    const [before, after] = [await measured(theta), await measured(rescaled)];
    for (const name of ['adaptiveSharpness', 'adaptiveAverageSharpness'])
      expect((after(name).value as number) / (before(name).value as number)).toBeCloseTo(1, 6);
    expect(after('samSharpness').value).not.toBeCloseTo(before('samSharpness').value as number, 3);
  });

  it('is on average what the diagonal of the Hessian says, each kind with its own deviation', async () => {
    const [theta, h] = [relu.flat.data, relu.hessian.data];
    const diagonal = theta.map((_, i) => h[i * theta.length + i] as number);
    const settings = sharpness.definition.settings.parse({
      ...{ name: 'sharpness', samples: fixtureSamples, steps: 1, draws: 200 },
      ...{ deviation: 0.003, adaptiveDeviation: 0.03 },
    });
    const [found] = await measureSharpness.measure(around, [trainedModel(0, theta)], settings);
    const expected = {
      averageSharpness: 0.5 * 0.003 ** 2 * diagonal.reduce((sum, d) => sum + d, 0),
      adaptiveAverageSharpness:
        0.5 * 0.03 ** 2 * diagonal.reduce((sum, d, i) => sum + d * (theta[i] as number) ** 2, 0),
    };
    for (const [name, secondOrder] of Object.entries(expected)) {
      const { value, error } = scalarNamed(found?.measurements ?? [], name);
      expect(Math.abs((value as number) - secondOrder)).toBeLessThan(4 * (error as number));
      expect(error as number).toBeLessThan(0.2 * secondOrder);
    }
  });

  it('is null with a reason where no weight can be moved relative to its size', async () => {
    const found = await measured(new Float32Array(relu.flat.data.length));
    expect(found('adaptiveSharpness')).toMatchObject({
      value: null,
      reason: 'the gradient is 0 where the search starts: it leads nowhere',
    });
    expect(found('adaptiveAverageSharpness').value).toBe(0);
  });
});
