/** Measures `random-surface`: the loss in two random filter-normalised directions around a trained model. */
import type { z } from 'zod';
import { randomDirection } from '../directions/filter-normalised';
import { inTurn } from '../in-turn';
import type { Measured, RunMeasure, TrainedModel } from '../measure';
import { centredPositions, evaluatePlane, planeFields, type Plane } from '../plane';
import type { CellContext } from '../context';
import type { definition } from './definition';

type Settings = z.output<typeof definition.settings>;

/** Surfaces of several runs, one after another: each fills calls of its own. */
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
  const { parameters } = context.network;
  const plane: Plane = {
    origin: weights.theta,
    directions: [
      randomDirection(parameters, weights.theta, 0),
      randomDirection(parameters, weights.theta, 1),
    ],
  };
  const side = centredPositions(settings.points, settings.range);
  const grid = { x: side, y: side };
  const values = await evaluatePlane(context, weights, { plane, grid }, settings);
  return {
    measurements: planeFields(context, {
      name: 'random-surface',
      subject: { kind: 'run', seed },
      plane,
      grid,
      values,
      options: settings,
      facts: { directions: 'random, filter-normalised' },
    }),
  };
}
