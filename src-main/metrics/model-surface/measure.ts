/** Measures `model-surface`: the loss on the plane through three trained models. */
import type { z } from 'zod';
import { modelPlane } from '../directions/model-plane';
import type { ThreeRunsMeasure } from '../measure';
import {
  emptyPlaneFields,
  evaluatePlane,
  planeFields,
  planePoints,
  positionsAround,
} from '../plane';
import { evaluateSlice } from '../slice';
import { describeStatistics } from '../slice-words';
import { firstTrainingSamples } from '../measured-samples';
import type { definition } from './definition';

type Settings = z.output<typeof definition.settings>;

/** One surface for the first three seeds of a cell; it belongs to the first. */
export const measure: ThreeRunsMeasure<Settings> = {
  subject: 'three-runs',
  async measure({ context }, runs, settings) {
    const [first, second, third] = runs;
    const subject = { kind: 'run', seed: first.seed } as const;
    const about = { name: 'model-surface', subject, options: settings } as const;
    const found = modelPlane([first.weights.theta, second.weights.theta, third.weights.theta]);
    if (found === null) {
      const reason = 'the three models lie on one line';
      const grid = { x: [0], y: [0] };
      return { measurements: emptyPlaneFields(context, { ...about, grid }, reason) };
    }
    const grid = {
      x: positionsAround(found.x, settings),
      y: positionsAround(found.y, settings),
    };
    const plane = { origin: first.weights.theta, directions: found.directions };
    const values = await evaluatePlane(context, first.weights, { plane, grid }, settings);
    // What the plane has at the models themselves: its grid passes between them.
    const models = await evaluateSlice(
      context,
      first.weights,
      trianglePoints(plane, found),
      settings,
    );
    return {
      measurements: [
        ...planeFields(context, {
          ...about,
          plane,
          grid,
          values,
          facts: {
            directions: 'through three models, orthogonal, of length 1',
            seeds: runs.map(({ seed }) => String(seed)),
            ...describeStatistics(context, settings.statistics, ` of seed ${first.seed}`),
          },
        }),
        {
          kind: 'series',
          name: 'plane-models',
          subject,
          samples: firstTrainingSamples(context, settings.samples).words,
          columns: {
            seed: runs.map(({ seed }) => seed),
            x: found.x,
            y: found.y,
            loss: models.loss,
            error: models.error,
          },
        },
      ],
    };
  },
};

/** The three corners, each a grid of one point. */
function trianglePoints(
  plane: Parameters<typeof planePoints>[0],
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
) {
  return {
    count: x.length,
    weightsAt(corner: number, into: Float32Array) {
      const grid = { x: [x[corner] as number], y: [y[corner] as number] };
      planePoints(plane, grid).weightsAt(0, into);
    },
  };
}
