/** Measures `gauss-newton`: top eigenvalue and trace of J'AJ. */
import {
  estimate,
  firstSamples,
  inGroups,
  productRounding,
  streamSeed,
  type Estimate,
} from '../curvature/estimates';
import { lanczosExtremes, mostProducts, type Extremes } from '../curvature/extremes';
import { hutchinsonTrace, type TraceEstimate } from '../curvature/hutchinson';
import { hessianCurvature, hessianProduct } from '../curvature/products';
import type { RunMeasure } from '../measure';
import type { GaussNewtonSettings } from './definition';

/** The losses of problems take derivatives of the network in its input: they are no function of the outputs at the samples. */
const ofProblem: Estimate = {
  value: null,
  reason: "a problem's loss is not a function of the outputs at the samples alone",
};

export const measure: RunMeasure<GaussNewtonSettings> = {
  subject: 'run',
  measure: ({ context }, runs, { samples, probes }) => {
    const size = context.network.parameterCount;
    const rounding = productRounding[context.executor.stamp.dtype];
    const ofRun = (seed: number) =>
      ({ subject: { kind: 'run', seed }, samples: firstSamples(context, samples) }) as const;
    if (context.objective.score === 'relative-error')
      return Promise.resolve(
        runs.map(({ seed }) => ({
          measurements: ['gaussNewtonTopEigenvalue', 'gaussNewtonTrace'].map((name) =>
            estimate(name, ofRun(seed), ofProblem),
          ),
        })),
      );
    return inGroups(runs, 8 * mostProducts * size, async (group) => {
      const models = group.map((run) => run.weights);
      const problem = { context, models, samples, matrix: 'gauss-newton' } as const;
      const options = { models: group.length, size, seed: streamSeed };
      const extremes = await lanczosExtremes(hessianProduct(problem), options);
      const traces = await hutchinsonTrace(hessianCurvature(problem), { ...options, most: probes });
      return group.map(({ seed }, s) => {
        const { top, products } = extremes[s] as Extremes;
        const trace = traces[s] as TraceEstimate;
        return {
          measurements: [
            estimate('gaussNewtonTopEigenvalue', ofRun(seed), {
              value: top.value,
              error: Math.hypot(top.residual, rounding * Math.abs(top.value)),
              errorOver: `Ritz residual after ${products} products, and rounding`,
            }),
            estimate('gaussNewtonTrace', ofRun(seed), {
              value: trace.value,
              error: trace.standardError,
              errorOver: `standard error over ${trace.probes} Rademacher probes`,
            }),
          ],
        };
      });
    });
  },
};
