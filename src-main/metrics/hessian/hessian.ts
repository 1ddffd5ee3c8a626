/** The metric `hessian`: extreme eigenvalues and trace of the Hessian of the mean training loss. */
import type { Measurement } from '#shared/domain/measurement';
import type { CellContext, ModelWeights } from '../context';
import {
  estimate,
  firstSamples,
  inGroups,
  productRounding,
  streamSeed,
  type Estimate,
  type EstimateOf,
} from '../curvature/estimates';
import {
  lanczosExtremes,
  mostProducts,
  powerIteration,
  type Extremes,
} from '../curvature/extremes';
import type { RitzValue } from '../curvature/lanczos';
import { hessianProduct } from '../curvature/products';
import type { HessianSettings } from './definition';
import { convergence } from './convergence';
import { measureTraces, type ModelTrace } from './traces';

/** A run's weights; the seed names the results. */
interface HessianModel {
  readonly seed: number;
  readonly weights: ModelWeights;
}

/**
 * Top and bottom eigenvalue and trace for several models at once, each as it would be alone.
 *
 * H is the second derivative of the mean cross-entropy over the first `samples` training samples, without weight decay.
 * @returns the measurements of each model in order
 */
export function measureHessian(
  context: CellContext,
  models: readonly HessianModel[],
  metric: HessianSettings,
): Promise<Measurement[][]> {
  const basisBytes = 8 * mostProducts * context.network.parameterCount;
  return inGroups(models, basisBytes, (group) => measureGroup(context, group, metric));
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
  const traces = await measureTraces(problem, metric);
  return models.map(({ seed }, s) => {
    const of: EstimateOf = {
      subject: { kind: 'run', seed },
      samples: firstSamples(context, metric.samples),
    };
    const found = extremes[s] as Extremes;
    const trace = traces[s] as ModelTrace;
    const rounding = productRounding[context.executor.stamp.dtype];
    return [
      ...extremeScalars(of, found, { method: metric.method, rounding }),
      estimate('hessianTrace', of, {
        value: trace.value,
        error: trace.standardError,
        errorOver: trace.errorOver,
      }),
      ...convergence(of, found, trace),
      ...trace.layerSeries(of),
    ];
  });
}

function extremeScalars(
  of: EstimateOf,
  extremes: Extremes,
  { method, rounding }: { method: HessianSettings['method']; rounding: number },
): Measurement[] {
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
  const name = method === 'power' ? 'residual of power iteration' : 'Ritz residual';
  const errorOver = `${name} after ${products} products, and rounding`;
  const known = ({ value, residual }: RitzValue): Estimate => ({
    value,
    error: residual,
    errorOver,
  });
  const topOnly = { value: null, reason: 'power iteration gives the top eigenvalue only' } as const;
  return [
    estimate('hessianTopEigenvalue', of, known(top)),
    estimate('hessianBottomEigenvalue', of, bottom ? known(bottom) : topOnly),
    estimate('hessianNegativeRatio', of, bottom ? ratioOf(top, bottom, errorOver) : topOnly),
  ];
}

function ratioOf(top: RitzValue, bottom: RitzValue, errorOver: string): Estimate {
  if (top.value === 0) return { value: null, reason: 'the top eigenvalue is 0' };
  const value = Math.abs(bottom.value / top.value);
  const error = (bottom.residual + value * top.residual) / Math.abs(top.value);
  return { value, error, errorOver };
}
