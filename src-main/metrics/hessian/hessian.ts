/** The metric `hessian`: extreme eigenvalues and trace of the Hessian of the mean training loss. */
import type { Measurement, ScalarMeasurement, Subject } from '#shared/domain/measurement';
import type { MetricSpecOf } from '#shared/domain/spec';
import { hessianVectorProgram } from '#main/engine/network-programs';
import { tensor, type Tensor } from '#main/engine/tensor';
import { firstSamples, stackModels, type CellContext } from '../context';
import {
  lanczosExtremes,
  mostProducts,
  powerIteration,
  type BatchedProduct,
  type Extremes,
} from './extremes';
import { hutchinsonTrace, type TraceEstimate } from './hutchinson';

/** A run's weights, theta [P]; the seed names the results. */
interface HessianModel {
  readonly seed: number;
  readonly theta: Float32Array;
}

/** Memory for the Lanczos bases of the models measured together. */
const mostBasisBytes = 200_000_000;

/** The probes and the start vector are the same for all models of all cells with as many weights. */
const streamSeed = 0;

/**
 * Top and bottom eigenvalue and trace for several models at once, each as it would be alone.
 *
 * H is the second derivative of the mean cross-entropy over the first `samples` training samples, without weight decay.
 * @returns the measurements of each model in order
 */
export async function measureHessian(
  context: CellContext,
  models: readonly HessianModel[],
  metric: MetricSpecOf<'hessian'>,
): Promise<Measurement[][]> {
  const basisBytes = 8 * mostProducts * context.network.parameterCount;
  const together = Math.max(1, Math.floor(mostBasisBytes / basisBytes));
  const results: Measurement[][] = [];
  for (let from = 0; from < models.length; from += together) {
    results.push(...(await measureGroup(context, models.slice(from, from + together), metric)));
  }
  return results;
}

async function measureGroup(
  context: CellContext,
  models: readonly HessianModel[],
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

/**
 * Bytes of one layer's activations up to which models share a call: small models gain by it, while what does not fit into
 * the second-level cache loses (64-64-64-10, ten vectors: 425 us a product packed, 296 alone).
 */
const mostSharedBytes = 2_000_000;

/** Batched exact products with the Hessians of several models over the first `samples` training samples. */
export function hessianProduct(
  context: CellContext,
  thetas: readonly Float32Array[],
  samples: number,
): BatchedProduct {
  return async (vectors) => {
    const count = vectors[0]?.length ?? 0;
    const bytes = 4 * thetas.length * count * samples * context.network.widestLayer;
    if (bytes <= mostSharedBytes) return multiply(context, thetas, { vectors, samples });
    const results: Float32Array[][] = [];
    for (const [s, theta] of thetas.entries()) {
      const own = [vectors[s] as readonly ArrayLike<number>[]];
      results.push(...(await multiply(context, [theta], { vectors: own, samples })));
    }
    return results;
  };
}

/** One call of the program: K products for each of S models. */
async function multiply(
  { executor, network, inputs, classes, train }: CellContext,
  thetas: readonly Float32Array[],
  { vectors, samples }: { vectors: readonly (readonly ArrayLike<number>[])[]; samples: number },
): Promise<Float32Array[][]> {
  const size = network.parameterCount;
  const batch = { models: thetas.length, vectors: vectors[0]?.length ?? 0 };
  const key = `hessian-vector ${network.key} models=${batch.models} vectors=${batch.vectors} samples=${samples}`;
  const program = await executor.program(key, () =>
    hessianVectorProgram(network, batch, { samples, inputs, classes }),
  );
  const flat = new Float32Array(batch.models * batch.vectors * size);
  const at = (s: number, k: number) => (s * batch.vectors + k) * size;
  vectors.forEach((of, s) => {
    of.forEach((v, k) => {
      flat.set(v, at(s, k));
    });
  });
  const theta = stackModels(thetas);
  const fixed = firstSamples(train, samples);
  const result = await program.run({
    theta: tensor([batch.models, 1, 1, size], theta.data),
    vectors: tensor([batch.models, batch.vectors, 1, size], flat),
    x: fixed.x,
    targets: fixed.targets,
  });
  const products = (result['products'] as Tensor).data as Float32Array;
  return vectors.map((of, s) => of.map((_, k) => products.subarray(at(s, k), at(s, k) + size)));
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
