/** Measures `eigenvector-surface`: the loss in the two directions in which it curves most. */
import type { z } from 'zod';
import type { MeasurementFacts } from '#shared/domain/measurement';
import type { CellContext } from '../context';
import { topEigenvectors } from '../curvature/top-eigenvectors';
import type { Direction } from '../directions/direction';
import { hessianProduct } from '../curvature/products';
import { inTurn } from '../in-turn';
import type { Measured, RunMeasure, TrainedModel } from '../measure';
import { centredPositions, emptyPlaneFields, evaluatePlane, planeFields } from '../plane';
import { streamSeed } from '../curvature/estimates';
import type { definition } from './definition';

type Settings = z.output<typeof definition.settings>;

/** Surfaces of several runs, one after another. */
export const measure: RunMeasure<Settings> = {
  subject: 'run',
  measure: ({ context }, runs, settings) =>
    inTurn(runs, (run) => surfaceOf(context, run, settings)),
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
  const options = { models: 1, size: context.network.parameterCount, seed: streamSeed, count: 2 };
  const [found] = await topEigenvectors(product, options);
  const [first, second] = found?.pairs ?? [];
  if (!found || !first || !second) {
    const reason = 'the Hessian has fewer than two directions';
    return { measurements: emptyPlaneFields(context, about, reason) };
  }
  const directions: [Direction, Direction] = [
    Float64Array.from(first.vector),
    Float64Array.from(second.vector),
  ];
  const plane = { origin: weights.theta, directions };
  const values = await evaluatePlane(context, weights, { plane, grid: about.grid }, settings);
  return {
    measurements: planeFields(context, {
      ...about,
      plane,
      values,
      facts: {
        directions: 'eigenvectors of the two largest Hessian eigenvalues, of length 1',
        'first eigenvalue': first.value,
        'second eigenvalue': second.value,
        'residual of the first': first.residual,
        'residual of the second': second.residual,
        'Hessian-vector products': found.products,
        ...hessianOf(context),
      },
    }),
  };
}

/** Which loss the Hessian is of, where there is a choice: the map is of another one where statistics are recomputed on it. */
function hessianOf({ network }: CellContext): MeasurementFacts {
  if (network.statisticsCount === 0) return {};
  return { Hessian: 'of the loss with the running averages of batch norm' };
}
