/** The metric `hessian`: extreme eigenvalues and trace of the Hessian of the mean training loss. */
import type { Measurement, ScalarMeasurement, Subject } from '#shared/domain/measurement';
import type { MetricSpecOf } from '#shared/domain/spec';
import { hessianVectorProgram } from '#main/engine/network-programs';
import { tensor, type Tensor } from '#main/engine/tensor';
import { firstSamples, type CellContext } from '../context';
import { lanczosExtremes, powerIteration, type BatchedProduct, type Extremes } from './extremes';
import { hutchinsonTrace, type TraceEstimate } from './hutchinson';

/** The probes and the start vector are the same for all models of all cells with as many weights. */
const streamSeed = 0;

/**
 * Top and bottom eigenvalue and trace for several models at once, each as it would be alone.
 *
 * H is the second derivative of the mean cross-entropy over the first `samples` training samples, without weight decay.
 * @param models - theta of each, [P]; the runs' seeds name the results
 * @returns the measurements of each model in order
 */
export async function measureHessian(
  context: CellContext,
  models: readonly { readonly seed: number; readonly theta: Float32Array }[],
  metric: MetricSpecOf<'hessian'>,
): Promise<Measurement[][]> {
  const product = hessianProduct(
    context,
    models.map((m) => m.theta),
    metric.samples,
  );
  const options = { models: models.length, size: context.network.parameterCount, seed: streamSeed };
  const extremes = await (metric.method === 'power' ? powerIteration : lanczosExtremes)(
    product,
    options,
  );
  const traces = await hutchinsonTrace(product, { ...options, most: metric.probes });
  return models.map(({ seed }, s) => {
    const subject: Subject = { kind: 'run', seed };
    return toMeasurements(subject, {
      extremes: extremes[s] as Extremes,
      trace: traces[s] as TraceEstimate,
      metric,
    });
  });
}

/** Batched exact products with the Hessians of several models over the first `samples` training samples. */
export function hessianProduct(
  context: CellContext,
  thetas: readonly Float32Array[],
  samples: number,
): BatchedProduct {
  const { executor, network, inputs, classes } = context;
  const size = network.parameterCount;
  const fixed = firstSamples(context.train, samples);
  const stacked = new Float32Array(thetas.length * size);
  thetas.forEach((theta, s) => {
    stacked.set(theta, s * size);
  });
  const theta = tensor([thetas.length, 1, size], stacked);
  return async (vectors) => {
    const count = vectors[0]?.length ?? 0;
    const batch = { models: thetas.length, vectors: count };
    const key = `hessian-vector ${network.key} models=${batch.models} vectors=${count} samples=${samples}`;
    const program = await executor.program(key, () =>
      hessianVectorProgram(network, batch, { samples, inputs, classes }),
    );
    const flat = new Float32Array(batch.models * count * size);
    vectors.forEach((of, s) => {
      of.forEach((v, k) => {
        flat.set(v, (s * count + k) * size);
      });
    });
    const result = await program.run({
      theta,
      x: fixed.x,
      targets: fixed.targets,
      vectors: tensor([batch.models, count, size], flat),
    });
    const products = (result['products'] as Tensor).data as Float32Array;
    return vectors.map((of, s) =>
      of.map((_, k) => products.subarray((s * count + k) * size, (s * count + k + 1) * size)),
    );
  };
}

function toMeasurements(
  subject: Subject,
  {
    extremes,
    trace,
    metric,
  }: { extremes: Extremes; trace: TraceEstimate; metric: MetricSpecOf<'hessian'> },
): Measurement[] {
  const samples = `first ${metric.samples} training samples`;
  const scalar = (
    name: string,
    value: number | null,
    error: number | null,
    errorOver: string,
  ): ScalarMeasurement => {
    const base = { kind: 'scalar', name, subject, samples } as const;
    if (value === null) return { ...base, value: null, reason: errorOver, error: null };
    if (!Number.isFinite(value))
      return { ...base, value: null, reason: 'the products are not finite', error: null };
    return { ...base, value, error, errorOver };
  };
  const { top, bottom, products } = extremes;
  const method = metric.method === 'power' ? 'residual of power iteration' : 'Ritz residual';
  const ritz = `${method} after ${products} products`;
  const ratio = bottom && top.value !== 0 ? Math.abs(bottom.value / top.value) : null;
  const ratioError =
    bottom && ratio !== null
      ? (bottom.residual + ratio * top.residual) / Math.abs(top.value)
      : null;
  const topOnly = 'power iteration gives the top eigenvalue only';
  return [
    scalar('hessianTopEigenvalue', top.value, top.residual, ritz),
    scalar(
      'hessianBottomEigenvalue',
      bottom?.value ?? null,
      bottom?.residual ?? null,
      bottom ? ritz : topOnly,
    ),
    scalar('hessianNegativeRatio', ratio, ratioError, bottom ? ritz : topOnly),
    scalar(
      'hessianTrace',
      trace.value,
      trace.standardError,
      `standard error over ${trace.probes} Rademacher probes`,
    ),
  ];
}
