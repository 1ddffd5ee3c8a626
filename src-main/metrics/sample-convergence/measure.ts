/** Measures `sample-convergence`: the Hessian's top eigenvalue and trace against the number of samples. */
import type { Measurement } from '#shared/domain/measurement';
import {
  estimate,
  inGroups,
  productRounding,
  streamSeed,
  type Estimate,
  type EstimateOf,
} from '../curvature/estimates';
import { lanczosExtremes, mostProducts, type Extremes } from '../curvature/extremes';
import {
  meanAndError,
  probesPerCall,
  rademacher,
  type BatchedCurvature,
} from '../curvature/hutchinson';
import { hessianCurvature, hessianProduct } from '../curvature/products';
import type { RunMeasure } from '../measure';
import { sampleCounts, type SampleConvergenceSettings } from './definition';

/** What is known of one model from so many samples. */
interface Estimates {
  readonly samples: number;
  readonly extremes: Extremes;
  /** v'Hv of each probe. */
  readonly curvatures: readonly number[];
}

export const measure: RunMeasure<SampleConvergenceSettings> = {
  subject: 'run',
  measure: ({ context }, runs, { samples: stated, probes }) => {
    const size = context.network.parameterCount;
    const all = context.measured.labels.length;
    const rounding = productRounding[context.executor.stamp.dtype];
    return inGroups(runs, 8 * mostProducts * size, async (group) => {
      const models = group.map((run) => run.weights);
      const options = { models: group.length, size, seed: streamSeed };
      const found: Estimates[][] = group.map(() => []);
      for (const samples of sampleCounts(stated, all)) {
        const problem = { context, models, samples };
        const extremes = await lanczosExtremes(hessianProduct(problem), options);
        const curvatures = await probeAll(hessianCurvature(problem), {
          ...options,
          probes,
        });
        found.forEach((own, s) =>
          own.push({
            samples,
            extremes: extremes[s] as Extremes,
            curvatures: curvatures[s] ?? [],
          }),
        );
      }
      return group.map(({ seed }, s) => {
        const of = {
          subject: { kind: 'run', seed },
          samples: `first ${stated} against all ${all} training samples${context.measuredOrder}`,
        } as const;
        const own = found[s] as Estimates[];
        return { measurements: compareCounts(of, own, { stated, rounding }) };
      });
    });
  },
};

/** v'Hv of all probes, ten a call, the last one too, whose surplus is cut: models, probes. */
async function probeAll(
  curvature: BatchedCurvature,
  { models, size, probes }: { models: number; size: number; probes: number },
): Promise<number[][]> {
  const values: number[][] = Array.from({ length: models }, () => []);
  for (let from = 0; from < probes; from += probesPerCall) {
    const vectors = Array.from({ length: probesPerCall }, (_, k) =>
      rademacher(size, streamSeed, from + k),
    );
    (await curvature(vectors)).forEach((own, s) => values[s]?.push(...own));
  }
  return values.map((own) => own.slice(0, probes));
}

/**
 * Relative differences of the stated number of samples to all, and the curves over all numbers.
 *
 * Errors: residuals of both eigenvalues together; of the trace the standard error of the mean difference over the probes, which both
 * share, relative to the trace over all.
 */
export function compareCounts(
  of: EstimateOf,
  counts: readonly Estimates[],
  { stated, rounding }: { stated: number; rounding: number },
): Measurement[] {
  const whole = counts.at(-1) as Estimates;
  const part = counts.find(({ samples }) => samples === stated) ?? whole;
  const residual = ({ extremes: { top } }: Estimates) =>
    Math.hypot(top.residual, rounding * Math.abs(top.value));
  const traces = counts.map(({ curvatures }) => meanAndError(curvatures));
  return [
    estimate('topEigenvalueSampleError', of, topError(part, whole, residual)),
    estimate('traceSampleError', of, traceError(part, whole)),
    {
      kind: 'series',
      name: 'sample-convergence',
      ...of,
      columns: {
        samples: counts.map(({ samples }) => samples),
        topEigenvalue: counts.map(({ extremes }) => extremes.top.value),
        topResidual: counts.map(residual),
        trace: traces.map(({ mean }) => mean),
        traceLow: traces.map(({ mean, standardError }) => mean - standardError),
        traceHigh: traces.map(({ mean, standardError }) => mean + standardError),
      },
      facts: { probes: whole.curvatures.length },
    },
  ];
}

function topError(
  part: Estimates,
  whole: Estimates,
  residual: (estimates: Estimates) => number,
): Estimate {
  const all = whole.extremes.top.value;
  if (all === 0) return { value: null, reason: 'the top eigenvalue over all samples is 0' };
  const ratio = part.extremes.top.value / all;
  const error =
    part === whole ? 0 : (residual(part) + Math.abs(ratio) * residual(whole)) / Math.abs(all);
  return { value: ratio - 1, error, errorOver: 'Ritz residuals of both, and rounding' };
}

function traceError(part: Estimates, whole: Estimates): Estimate {
  const { mean: all } = meanAndError(whole.curvatures);
  if (all === 0) return { value: null, reason: 'the trace over all samples is 0' };
  const ratio = meanAndError(part.curvatures).mean / all;
  // Of a ratio of means, to first order: the spread of what each probe's part is off from the ratio.
  const rest = part.curvatures.map((v, k) => v - ratio * (whole.curvatures[k] as number));
  const { standardError } = meanAndError(rest);
  return {
    value: ratio - 1,
    error: standardError / Math.abs(all),
    errorOver: `standard error over ${rest.length} Rademacher probes that both share`,
  };
}
