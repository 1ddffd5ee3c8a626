/** How the estimates of `hessian` settled: after each product, after each probe. */
import type { SeriesMeasurement } from '#shared/domain/measurement';
import type { EstimateOf } from '../curvature/estimates';
import type { Extremes } from '../curvature/extremes';
import { meanAndError } from '../curvature/hutchinson';

/**
 * `hessian-convergence`: estimates of the extreme eigenvalues with their residuals after each product; bottom ones are null where the
 * method has none. `hessian-trace-convergence`: mean and standard error of the first n probes, n from 2 on.
 */
export function convergence(
  of: EstimateOf,
  { history }: Extremes,
  trace: { readonly samples: readonly number[] },
): SeriesMeasurement[] {
  const means = trace.samples
    .map((_, i) => i + 1)
    .slice(1)
    .map((probes) => ({ probes, ...meanAndError(trace.samples.slice(0, probes)) }));
  return [
    {
      kind: 'series',
      name: 'hessian-convergence',
      ...of,
      columns: {
        product: history.map((_, i) => i + 1),
        top: history.map(({ top }) => finite(top.value)),
        topResidual: history.map(({ top }) => finite(top.residual)),
        bottom: history.map(({ bottom }) => finite(bottom?.value)),
        bottomResidual: history.map(({ bottom }) => finite(bottom?.residual)),
      },
    },
    {
      kind: 'series',
      name: 'hessian-trace-convergence',
      ...of,
      columns: {
        probes: means.map(({ probes }) => probes),
        trace: means.map(({ mean }) => finite(mean)),
        low: means.map(({ mean, standardError }) => finite(mean - standardError)),
        high: means.map(({ mean, standardError }) => finite(mean + standardError)),
      },
    },
  ];
}

const finite = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? value : null;
