/** Measures `spectral-density`: the spectrum of the Hessian by stochastic Lanczos quadrature. */
import type { Measurement, SeriesMeasurement } from '#shared/domain/measurement';
import { densityGrid, smoothedDensity } from '../curvature/density';
import {
  estimate,
  firstSamples,
  inGroups,
  streamSeed,
  type Estimate,
  type EstimateOf,
} from '../curvature/estimates';
import { meanAndError } from '../curvature/hutchinson';
import { hessianProduct } from '../curvature/products';
import { integrate, stochasticQuadrature, type Quadrature } from '../curvature/quadrature';
import type { RunMeasure } from '../measure';
import type { SpectralDensitySettings } from './definition';

const gridPoints = 401;
/** A density below this part of its largest value is not drawn: the tails of Gaussians would stretch a log axis without end. */
const leastDrawn = 1e-8;
/** Nodes above this part of the largest one are outliers. */
const outlierPart = 0.1;
/**
 * Nodes that lie further below 0 than this part of the largest magnitude are negative. The eigenvalues that are 0, most of them in wide
 * networks, are seen as one or two heavy nodes near it, on either side (seen: within 3e-4 of the largest after 80 steps).
 */
const negativePart = 1e-3;

export const measure: RunMeasure<SpectralDensitySettings> = {
  subject: 'run',
  measure: ({ context }, runs, settings) => {
    const { samples, steps, probes } = settings;
    const size = context.network.parameterCount;
    return inGroups(runs, 8 * size * steps * probes, async (group) => {
      const weights = group.map((run) => run.weights);
      const product = hessianProduct({ context, models: weights, samples });
      const options = { models: group.length, size, seed: streamSeed, steps, probes };
      const quadratures = await stochasticQuadrature(product, options);
      return group.map(({ seed }, s) => {
        const of = {
          subject: { kind: 'run', seed },
          samples: firstSamples(context, samples),
        } as const;
        const own = quadratures[s] as Quadrature[];
        return { measurements: describeSpectrum(of, own, settings) };
      });
    });
  },
};

/**
 * Moments, masses, nodes and curve of the quadratures of one model.
 *
 * Errors: standard errors over the vectors; none where there is one.
 */
export function describeSpectrum(
  of: EstimateOf,
  quadratures: readonly Quadrature[],
  { steps, sigma }: { steps: number; sigma: number },
): Measurement[] {
  const extremes = quadratures.flatMap(({ nodes }) => [nodes[0] as number, nodes.at(-1) as number]);
  const largest = Math.max(...extremes);
  const negative = -negativePart * Math.max(...extremes.map(Math.abs));
  const mean = (f: (node: number) => number): Estimate => {
    const values = quadratures.map((quadrature) => integrate(quadrature, f));
    const each = `${steps} steps from ${values.length === 1 ? 'one Rademacher vector' : `${values.length} Rademacher vectors`}`;
    if (values.length === 1)
      return { value: values[0] as number, error: null, errorOver: `unknown: ${each}` };
    const { mean: value, standardError } = meanAndError(values);
    return { value, error: standardError, errorOver: `standard error over ${each}` };
  };
  const outliers: Estimate =
    largest > 0
      ? mean((node) => (node > outlierPart * largest ? 1 : 0))
      : { value: null, reason: 'no eigenvalue is above 0' };
  return [
    estimate(
      'spectralMean',
      of,
      mean((node) => node),
    ),
    estimate(
      'spectralSecondMoment',
      of,
      mean((node) => node * node),
    ),
    estimate(
      'spectralNegativeMass',
      of,
      mean((node) => (node < negative ? 1 : 0)),
    ),
    estimate('spectralOutlierMass', of, outliers),
    nodesOf(of, quadratures),
    ...densityOf(of, quadratures, sigma),
  ];
}

function nodesOf(of: EstimateOf, quadratures: readonly Quadrature[]): SeriesMeasurement {
  return {
    kind: 'series',
    name: 'spectral-nodes',
    ...of,
    columns: {
      probe: quadratures.flatMap(({ nodes }, k) => Array.from(nodes, () => k)),
      node: quadratures.flatMap(({ nodes }) => Array.from(nodes)),
      weight: quadratures.flatMap(({ weights }) => Array.from(weights)),
    },
  };
}

/** The curve with its error over the vectors; nothing where all nodes are one. */
function densityOf(
  of: EstimateOf,
  quadratures: readonly Quadrature[],
  relativeSigma: number,
): SeriesMeasurement[] {
  const on = densityGrid(quadratures, { relativeSigma, points: gridPoints });
  if (on === null) return [];
  const curves = quadratures.map((quadrature) => smoothedDensity(quadrature, on));
  const at = on.grid.map((_, i) => {
    const values = curves.map((curve) => curve[i] as number);
    return values.length === 1
      ? { mean: values[0] as number, standardError: null }
      : meanAndError(values);
  });
  const floor = leastDrawn * Math.max(...at.map(({ mean }) => mean));
  return [
    {
      kind: 'series',
      name: 'spectral-density',
      ...of,
      columns: {
        eigenvalue: on.grid,
        density: at.map(({ mean }) => (mean > floor ? mean : null)),
        standardError: at.map(({ standardError }) => standardError),
      },
      facts: {
        'width of the Gaussian of a node': on.sigma,
        'Rademacher vectors': quadratures.length,
      },
    },
  ];
}
