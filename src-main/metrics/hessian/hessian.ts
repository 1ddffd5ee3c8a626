/** The metric `hessian`: extreme eigenvalues and trace of the Hessian of the mean training loss. */
import type { Measurement, ScalarMeasurement, Subject } from '#shared/domain/measurement';
import type { CellContext, ModelWeights } from '../context';
import type { HessianSettings } from './definition';
import { lanczosExtremes, mostProducts, powerIteration, type Extremes } from './extremes';
import { hutchinsonTrace, type TraceEstimate } from './hutchinson';
import type { RitzValue } from './lanczos';
import { hessianCurvature, hessianProduct } from './products';

/** A run's weights; the seed names the results. */
interface HessianModel {
  readonly seed: number;
  readonly weights: ModelWeights;
}

/** Relative error of a product in the spectral norm by rounding: some 32 units in the last place (seen: up to 15). */
const productRounding = { float32: 2 ** -19, float64: 2 ** -48 } as const;

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
  metric: HessianSettings,
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
  metric: HessianSettings,
): Promise<Measurement[][]> {
  const weights = models.map((m) => m.weights);
  const problem = { context, models: weights, samples: metric.samples };
  const options = { models: models.length, size: context.network.parameterCount, seed: streamSeed };
  const extremesOf = metric.method === 'power' ? powerIteration : lanczosExtremes;
  const extremes = await extremesOf(hessianProduct(problem), options);
  const traces = await hutchinsonTrace(hessianCurvature(problem), {
    ...options,
    most: metric.probes,
  });
  return models.map(({ seed }, s) => {
    const subject: Subject = { kind: 'run', seed };
    return toMeasurements(subject, {
      extremes: extremes[s] as Extremes,
      trace: traces[s] as TraceEstimate,
      metric,
      rounding: productRounding[context.executor.stamp.dtype],
      order: context.measuredOrder,
    });
  });
}

function toMeasurements(
  subject: Subject,
  {
    extremes,
    trace,
    metric,
    rounding,
    order,
  }: {
    extremes: Extremes;
    trace: TraceEstimate;
    metric: HessianSettings;
    /** Relative error of a product by rounding. */
    rounding: number;
    order: string;
  },
): Measurement[] {
  const samples = `first ${metric.samples} training samples${order}`;
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
  const { products } = extremes;
  // A residual of the recurrence knows nothing of how exact the products were.
  const floor =
    rounding * Math.max(Math.abs(extremes.top.value), Math.abs(extremes.bottom?.value ?? 0));
  const withRounding = (ritz: RitzValue) => ({
    ...ritz,
    residual: Math.hypot(ritz.residual, floor),
  });
  const top = withRounding(extremes.top);
  const bottom = extremes.bottom && withRounding(extremes.bottom);
  const method = metric.method === 'power' ? 'residual of power iteration' : 'Ritz residual';
  const ritz = `${method} after ${products} products, and rounding`;
  const ratio = bottom && top.value !== 0 ? Math.abs(bottom.value / top.value) : null;
  const ratioError =
    bottom && ratio !== null
      ? (bottom.residual + ratio * top.residual) / Math.abs(top.value)
      : null;
  const topOnly = 'power iteration gives the top eigenvalue only';
  const noRatio = bottom ? 'the top eigenvalue is 0' : topOnly;
  return [
    scalar('hessianTopEigenvalue', top.value, top.residual, ritz),
    scalar(
      'hessianBottomEigenvalue',
      bottom?.value ?? null,
      bottom?.residual ?? null,
      bottom ? ritz : topOnly,
    ),
    scalar('hessianNegativeRatio', ratio, ratioError, ratio === null ? noRatio : ritz),
    scalar(
      'hessianTrace',
      trace.value,
      trace.standardError,
      `standard error over ${trace.probes} Rademacher probes`,
    ),
  ];
}
