/** Measures `trajectory-surface`: the loss on the plane that a training moved in most, with the training drawn on it. */
import type { z } from 'zod';
import type { ScalarMeasurement } from '#shared/domain/measurement';
import type { CellContext, ModelWeights } from '../context';
import { principalDirections, type PrincipalDirections } from '../directions/trajectory-plane';
import { inTurn } from '../in-turn';
import type { Measured, RunMeasure, TrainedModel, TrajectoryModel } from '../measure';
import { emptyPlaneFields, evaluatePlane, planeFields, positionsAround } from '../plane';
import { firstTrainingSamples } from '../measured-samples';
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
  run: TrainedModel,
  settings: Settings,
): Promise<Measured> {
  const path = spread(run.trajectory(), settings.path);
  const models = path.map(({ weights }) => weights());
  const points = models.map(({ theta }) => theta);
  const found = principalDirections(points);
  const explained = explainedOf(run, { found, points: points.length });
  const about = {
    name: 'trajectory-surface',
    subject: explained.subject,
    options: settings,
  } as const;
  if (found === null) {
    const grid = { x: [0], y: [0] };
    return {
      measurements: [explained, ...emptyPlaneFields(context, { ...about, grid }, onOneLine)],
    };
  }
  const grid = {
    x: positionsAround(found.x, settings),
    y: positionsAround(found.y, settings),
  };
  // The end of the training, with its own running averages: the weights that count may be earlier ones.
  const end = models.at(-1) as ModelWeights;
  const plane = { origin: end.theta, directions: found.directions };
  const values = await evaluatePlane(context, end, { plane, grid }, settings);
  const [first, second] = found.explained;
  return {
    measurements: [
      explained,
      ...planeFields(context, {
        ...about,
        plane,
        grid,
        values,
        facts: {
          directions: 'principal components of the training, of length 1',
          'explained by the first, %': 100 * first,
          'explained by the second, %': 100 * second,
          'points of the trajectory': points.length,
        },
      }),
      {
        kind: 'series',
        name: 'projected-trajectory',
        subject: explained.subject,
        samples: firstTrainingSamples(context, settings.samples).words,
        columns: {
          step: path.map(({ step }) => step),
          epoch: path.map(({ epoch }) => epoch),
          x: found.x,
          y: found.y,
        },
      },
    ],
  };
}

const onOneLine = 'the recorded weights lie on one line';

function explainedOf(
  { seed }: TrainedModel,
  { found, points }: { found: PrincipalDirections | null; points: number },
): ScalarMeasurement {
  const base = {
    kind: 'scalar',
    name: 'trajectoryPlanePart',
    subject: { kind: 'run', seed },
    samples: `${points} recorded weights of the training`,
    error: null,
  } as const;
  if (found === null) return { ...base, value: null, reason: onOneLine };
  // Rounding may lead a little beyond the whole.
  return { ...base, value: Math.min(100, 100 * (found.explained[0] + found.explained[1])) };
}

/** At most so many points, evenly spread, the first and the last among them. */
function spread(path: readonly TrajectoryModel[], most: number): readonly TrajectoryModel[] {
  if (path.length <= most) return path;
  return Array.from(
    { length: most },
    (_, i) => path[Math.round((i * (path.length - 1)) / (most - 1))] as TrajectoryModel,
  );
}
