/** Measures `hessian-eigenvectors`: the sharpest directions, kept as vectors. */
import type { Measurement } from '#shared/domain/measurement';
import {
  estimate,
  firstSamples,
  inGroups,
  productRounding,
  streamSeed,
  type Estimate,
  type EstimateOf,
} from '../curvature/estimates';
import { hessianProduct } from '../curvature/products';
import { mostEigenProducts, topEigenvectors, type EigenPair } from '../curvature/top-eigenvectors';
import { dot, norm } from '../curvature/vectors';
import { eachMeanGradient } from '../mean-gradients';
import type { RunMeasure } from '../measure';
import { firstTrainingSamples } from '../measured-samples';
import type { HessianEigenvectorsSettings } from './definition';

/** Why there is no second one. */
const equal = 'some eigenvalues are equal, of which Lanczos sees one';

export const measure: RunMeasure<HessianEigenvectorsSettings> = {
  subject: 'run',
  measure: ({ context }, runs, { samples, count }) => {
    const size = context.network.parameterCount;
    const rounding = productRounding[context.executor.stamp.dtype];
    return inGroups(runs, 8 * size * mostEigenProducts, async (group) => {
      const models = group.map((run) => run.weights);
      const product = hessianProduct({ context, models, samples });
      const options = { models: group.length, size, seed: streamSeed, count };
      const found = await topEigenvectors(product, options);
      const gradients: Float64Array[] = [];
      await eachMeanGradient(context, models, {
        samples: firstTrainingSamples(context, samples).samples,
        take: ({ gradient }) => gradients.push(gradient),
      });
      return group.map(({ seed }, s) => {
        const of = {
          subject: { kind: 'run', seed },
          samples: firstSamples(context, samples),
        } as const;
        const { pairs, products, isPartial } = found[s] as (typeof found)[number];
        const gradient = gradients[s] as Float64Array;
        return {
          measurements: describePairs(of, pairs, { products, isPartial, gradient, rounding }),
          vectors: {
            'hessian-eigenvectors': Object.fromEntries(
              pairs.map(({ vector }, i) => [`eigenvector-${i + 1}`, vector]),
            ),
          },
        };
      });
    });
  },
};

function describePairs(
  of: EstimateOf,
  pairs: readonly EigenPair[],
  {
    products,
    isPartial,
    gradient,
    rounding,
  }: { products: number; isPartial: boolean; gradient: Float64Array; rounding: number },
): Measurement[] {
  const [first, second] = isPartial ? pairs.slice(0, 1) : pairs;
  const floor = rounding * Math.abs(first?.value ?? 0);
  const errorOf = ({ residual }: EigenPair) => Math.hypot(residual, floor);
  const errorOver = `residual of the vector after ${products} products, and rounding`;
  return [
    estimate(
      'hessianSecondEigenvalue',
      of,
      second
        ? { value: second.value, error: errorOf(second), errorOver }
        : { value: null, reason: equal },
    ),
    estimate('hessianEigenvalueRatio', of, ratioOf(first, second, { errorOf, errorOver })),
    estimate(
      'gradientInTopSubspace',
      of,
      isPartial ? { value: null, reason: equal } : gradientPart(pairs, gradient),
    ),
    {
      kind: 'series',
      name: 'hessian-eigenvalues',
      ...of,
      columns: {
        index: pairs.map((_, i) => i + 1),
        value: pairs.map(({ value }) => value),
        residual: pairs.map(errorOf),
      },
      facts: { 'Hessian-vector products': products, error: errorOver },
    },
  ];
}

function ratioOf(
  first: EigenPair | undefined,
  second: EigenPair | undefined,
  { errorOf, errorOver }: { errorOf: (pair: EigenPair) => number; errorOver: string },
): Estimate {
  if (!first || !second) return { value: null, reason: equal };
  if (first.value === 0) return { value: null, reason: 'the top eigenvalue is 0' };
  const value = second.value / first.value;
  const error = (errorOf(second) + Math.abs(value) * errorOf(first)) / Math.abs(first.value);
  return { value, error, errorOver };
}

/** ||V'g||^2 / ||g||^2 of orthonormal vectors V. */
function gradientPart(pairs: readonly EigenPair[], gradient: Float64Array): Estimate {
  const length = norm(gradient);
  if (length === 0) return { value: null, reason: 'the gradient is 0' };
  let within = 0;
  for (const { vector } of pairs)
    within += (dot(Float64Array.from(vector), gradient) / length) ** 2;
  return { value: within, error: null, errorOver: 'that of the eigenvectors' };
}
