/** Measures `sgd-walk`: goes along the recorded weights of each run, two in memory at a time. */
import type { z } from 'zod';
import type { Measurement } from '#shared/domain/measurement';
import { evaluateModels, stackModels, type CellContext, type ModelWeights } from '../context';
import type { Measured, RunMeasure, TrainedModel } from '../measure';
import { meanGradient } from '../mean-gradients';
import { firstTrainingSamples, type NamedSamples } from '../measured-samples';
import { modelBetween } from '../model-segment';
import { runScalar, type ValueOrReason } from '../run-scalar';
import { cosine, euclideanNorm } from '../vectors';
import type { definition } from './definition';

type Settings = z.output<typeof definition.settings>;

export const measure: RunMeasure<Settings> = {
  subject: 'run',
  async measure({ context }, runs, settings) {
    const results: Measured[] = [];
    for (const run of runs) {
      const on = firstTrainingSamples(context, settings.samples);
      const walk = await walkAlong(context, run, { on, points: settings.points });
      results.push({ measurements: toMeasurements(run.seed, walk, on.words) });
    }
    return results;
  },
};

/** One recorded point of a walk. */
interface WalkPoint {
  readonly epoch: number;
  readonly gradientNorm: number;
  /** Of the gradients before and here. */
  readonly gradientCosine: number | null;
  /** From the start. */
  readonly distance: number;
}

/** One step of a walk. */
interface WalkStep {
  readonly length: number;
  /** Of the step before and this one. */
  readonly updateCosine: number | null;
  /** Most that the loss lies above the straight line of the losses at both ends; null where one is not finite. */
  readonly barrier: number | null;
}

interface Walk {
  readonly points: WalkPoint[];
  /** One less than points. */
  readonly steps: WalkStep[];
  /** The loss at all points and between them. */
  readonly losses: { epoch: number; loss: number | null }[];
}

async function walkAlong(
  context: CellContext,
  run: TrainedModel,
  { on, points }: { on: NamedSamples; points: number },
): Promise<Walk> {
  const walk: Walk = { points: [], steps: [], losses: [] };
  const inner = Array.from({ length: points }, (_, k) => (k + 1) / (points + 1));
  let before: { model: ModelWeights; epoch: number; gradient: Float64Array } | null = null;
  let update: Float64Array | null = null;
  let start: Float32Array | null = null;
  for (const { epoch, weights } of run.trajectory()) {
    const model = weights();
    start ??= model.theta;
    const { gradient } = await meanGradient(context, model, on.samples);
    walk.points.push({
      epoch,
      gradientNorm: euclideanNorm(gradient),
      gradientCosine: before && cosine(before.gradient, gradient),
      distance: euclideanNorm(difference(model.theta, start)),
    });
    const from = before;
    const positions = from ? [...inner, 1] : [1];
    const models = positions.map((t) =>
      from && t < 1 ? modelBetween(from.model, model, t) : model,
    );
    const losses = await lossesOf(context, models, on);
    if (from) {
      const moved = difference(model.theta, from.model.theta);
      const height = walk.losses.at(-1)?.loss ?? null;
      walk.steps.push({
        length: euclideanNorm(moved),
        updateCosine: update && cosine(update, moved),
        barrier: barrierOver([height, ...losses]),
      });
      update = moved;
    }
    positions.forEach((t, k) => {
      const since = from?.epoch ?? epoch;
      walk.losses.push({ epoch: since + t * (epoch - since), loss: losses[k] ?? null });
    });
    before = { model, epoch, gradient };
  }
  return walk;
}

async function lossesOf(
  context: CellContext,
  models: readonly ModelWeights[],
  { samples }: NamedSamples,
): Promise<(number | null)[]> {
  const ranges = [[0, samples.labels.length]] as const;
  const means = await evaluateModels(context, stackModels(models), { samples, ranges });
  return means.map(([all]) => all?.loss ?? null);
}

/**
 * Most that losses at equal distances lie above the straight line from the first to the last, at least 0.
 * @returns null where one is not there. Never throws. Checked in tests/unit/metrics/sgd-walk.test.ts
 */
export function barrierOver(losses: readonly (number | null)[]): number | null {
  const known = losses.filter((loss) => loss !== null);
  if (known.length < Math.max(2, losses.length)) return null;
  const [first, last] = [known[0] as number, known.at(-1) as number];
  const above = known.map((loss, k) => loss - (first + (k / (known.length - 1)) * (last - first)));
  // At both ends it is 0, up to rounding.
  return Math.max(0, ...above.slice(1, -1));
}

function difference(a: Float32Array, b: Float32Array): Float64Array {
  return Float64Array.from(a, (value, i) => value - (b[i] as number));
}

function toMeasurements(
  seed: number,
  { points, steps, losses }: Walk,
  words: string,
): Measurement[] {
  const subject = { kind: 'run', seed } as const;
  const mean = (name: string, values: readonly (number | null)[], { of, without }: MeanWords) => {
    const known = values.filter((value) => value !== null);
    const samples = `${words}, ${known.length} ${of}`;
    const total = known.reduce((sum, value) => sum + value, 0);
    const value: ValueOrReason =
      known.length === 0 ? { reason: without } : { value: total / known.length };
    return runScalar(name, { seed, samples }, value);
  };
  const over = { seed, samples: `${points.length} recorded weights` };
  const noStep = 'the training recorded no two weights';
  const lost = steps.filter(({ barrier }) => barrier === null).length;
  const walked = (value: number): ValueOrReason =>
    steps.length === 0 ? { reason: noStep } : { value };
  return [
    mean(
      'walkGradientCosine',
      points.map(({ gradientCosine }) => gradientCosine),
      { of: 'pairs of successive gradients', without: 'no two successive gradients differ from 0' },
    ),
    mean(
      'walkUpdateCosine',
      steps.map(({ updateCosine }) => updateCosine),
      { of: 'pairs of successive steps', without: 'no two successive steps differ from 0' },
    ),
    lost > 0
      ? runScalar(
          'walkSegmentBarrier',
          { seed, samples: `${words}, ${steps.length} steps` },
          {
            reason: `the loss is not finite on ${lost} of ${steps.length} steps`,
          },
        )
      : mean(
          'walkSegmentBarrier',
          steps.map(({ barrier }) => barrier),
          { of: 'steps', without: noStep },
        ),
    runScalar('walkDistance', over, walked(points.at(-1)?.distance ?? 0)),
    runScalar('walkLength', over, walked(steps.reduce((sum, { length }) => sum + length, 0))),
    {
      kind: 'series',
      name: 'sgd-walk',
      subject,
      columns: {
        epoch: points.map(({ epoch }) => epoch),
        gradientNorm: points.map(({ gradientNorm }) => finite(gradientNorm)),
        gradientCosine: points.map(({ gradientCosine }) => gradientCosine),
        // A step is told of where it begins; none begins at the last point.
        updateCosine: points.map((_, t) => steps[t]?.updateCosine ?? null),
        stepLength: points.map((_, t) => finite(steps[t]?.length ?? NaN)),
        stepBarrier: points.map((_, t) => steps[t]?.barrier ?? null),
        distance: points.map(({ distance }) => finite(distance)),
      },
      samples: words,
    },
    {
      kind: 'series',
      name: 'sgd-walk-loss',
      subject,
      columns: { epoch: losses.map(({ epoch }) => epoch), loss: losses.map(({ loss }) => loss) },
      samples: words,
    },
  ];
}

interface MeanWords {
  /** What it is a mean over. */
  readonly of: string;
  /** Why there is none. */
  readonly without: string;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
