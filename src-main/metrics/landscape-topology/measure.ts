/** Measures `landscape-topology`: minima, saddles and persistence of the loss on several random planes. */
import type { z } from 'zod';
import { gridGraph } from '#shared/domain/topology/grid-graph';
import type { CellContext } from '../context';
import { randomDirection } from '../directions/filter-normalised';
import { planeFacts } from '../directions/direction';
import { inTurn } from '../in-turn';
import type { Measured, RunMeasure, TrainedModel } from '../measure';
import { centredPositions, evaluatePlane, planeFields, type Plane } from '../plane';
import type { SliceValues } from '../slice';
import { describeStatistics } from '../slice-words';
import { topologyMeasurements } from '../topology-measurements';
import { firstTrainingSamples } from '../measured-samples';
import type { definition } from './definition';

type Settings = z.output<typeof definition.settings>;

/** Planes of several runs, one run after another. */
export const measure: RunMeasure<Settings> = {
  subject: 'run',
  measure: ({ context }, runs, settings) =>
    inTurn(runs, (run) => topologyOf(context, run, settings)),
};

async function topologyOf(
  context: CellContext,
  { seed, weights }: TrainedModel,
  settings: Settings,
): Promise<Measured> {
  const { points, range, planes, neighbourhood, threshold } = settings;
  const side = centredPositions(points, range);
  const grid = { x: side, y: side };
  const surfaces: { plane: Plane; values: SliceValues }[] = [];
  for (let p = 0; p < planes; p++) {
    const direction = (d: number) =>
      randomDirection(context.network.parameters, weights.theta, 2 * p + d);
    const plane: Plane = { origin: weights.theta, directions: [direction(0), direction(1)] };
    surfaces.push({
      plane,
      values: await evaluatePlane(context, weights, { plane, grid }, settings),
    });
  }
  const [first] = surfaces as [(typeof surfaces)[number]];
  const subject = { kind: 'run', seed } as const;
  const facts = {
    directions: 'random, filter-normalised',
    neighbourhood,
    'persistence threshold, part of the range': threshold,
    ...describeStatistics(context, settings.statistics),
  };
  const [loss] = planeFields(context, {
    name: 'topology-plane',
    subject,
    ...first,
    grid,
    options: settings,
    facts,
  });
  const graph = gridGraph(points, points, neighbourhood);
  return {
    measurements: [
      ...topologyMeasurements(
        surfaces.map(({ values }) => ({ loss: values.loss, graph })),
        {
          name: 'topology',
          prefix: '',
          what: 'random planes',
          subject,
          samples: firstTrainingSamples(context, settings.samples).words,
          threshold,
          facts: { ...facts, ...planeFacts(first.plane.directions) },
        },
      ),
      ...(loss ? [loss] : []),
    ],
  };
}
