/** Measures `eigenvector-surface`: the loss in the two directions in which it curves most. */
import type { z } from 'zod';
import type { CellContext } from '../context';
import { hessianDirections } from '../directions/hessian-directions';
import { hessianProduct } from '../curvature/products';
import type { Measured, RunMeasure, TrainedModel } from '../measure';
import { centredPositions, emptyPlaneFields, evaluatePlane, planeFields } from '../plane';
import type { definition } from './definition';

type Settings = z.output<typeof definition.settings>;

/** Surfaces of several runs, one after another. */
export const measure: RunMeasure<Settings> = {
  subject: 'run',
  async measure({ context }, runs, settings) {
    const results: Measured[] = [];
    for (const run of runs) results.push(await surfaceOf(context, run, settings));
    return results;
  },
};

async function surfaceOf(
  context: CellContext,
  { seed, weights }: TrainedModel,
  settings: Settings,
): Promise<Measured> {
  const { samples } = settings;
  const side = centredPositions(settings.points, settings.range);
  const about = {
    name: 'eigenvector-surface',
    subject: { kind: 'run', seed },
    grid: { x: side, y: side },
    options: settings,
  } as const;
  const product = hessianProduct({ context, models: [weights], samples });
  const found = await hessianDirections(product, context.network.parameterCount);
  if (found === null) {
    const reason = 'the Hessian has fewer than two directions';
    return { measurements: emptyPlaneFields(context, about, reason) };
  }
  const { directions, eigenvalues, residuals, products } = found;
  const plane = { origin: weights.theta, directions };
  const values = await evaluatePlane(context, weights, { plane, grid: about.grid }, settings);
  return {
    measurements: planeFields(context, {
      ...about,
      plane,
      values,
      facts: {
        directions: 'eigenvectors of the two largest Hessian eigenvalues, of length 1',
        'first eigenvalue': eigenvalues[0],
        'second eigenvalue': eigenvalues[1],
        'residual of the first': residuals[0],
        'residual of the second': residuals[1],
        'Hessian-vector products': products,
      },
    }),
  };
}
