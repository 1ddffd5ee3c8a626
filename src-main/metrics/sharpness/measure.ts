/** Measures `sharpness`: the largest and the mean rise of the loss near the weights. */
import type { SeriesMeasurement } from '#shared/domain/measurement';
import { evaluateModels, stackRows, type CellContext, type ModelWeights } from '../context';
import {
  estimate,
  firstSamples,
  inGroups,
  streamSeed,
  type Estimate,
  type EstimateOf,
} from '../curvature/estimates';
import { eachMeanGradient } from '../mean-gradients';
import type { RunMeasure } from '../measure';
import { firstTrainingSamples } from '../measured-samples';
import { RandomStream } from '#main/engine/random';
import { ascend, type Ascent, type LossAt } from './ascend';
import { averageRise, type AverageRise, type Perturbations } from './average-rise';
import type { SharpnessSettings } from './definition';

/** Vectors of float64 that both searches of a run hold. */
const vectorsHeld = 20;

export const measure: RunMeasure<SharpnessSettings> = {
  subject: 'run',
  measure: ({ context }, runs, settings) => {
    const bytes = 8 * vectorsHeld * context.network.parameterCount;
    return inGroups(runs, bytes, async (group) => {
      const models = group.map((run) => run.weights);
      const ascents = await worstRises(context, models, settings);
      const results = [];
      for (const [s, { seed, weights }] of group.entries()) {
        const of = {
          subject: { kind: 'run', seed },
          samples: firstSamples(context, settings.samples),
        } as const;
        const [sam, adaptive] = ascents[s] as readonly [Ascent, Ascent];
        const { samples, draws, deviation, adaptiveDeviation } = settings;
        const mean = (perturbations: Perturbations) =>
          meanRise(context, weights, { ...perturbations, samples, draws });
        const plain = await mean({ deviation, scale: ones(weights) });
        const relative = await mean({ deviation: adaptiveDeviation, scale: sizes(weights) });
        results.push({
          measurements: [
            estimate('samSharpness', of, risen(sam, settings)),
            estimate('adaptiveSharpness', of, risen(adaptive, settings)),
            estimate('averageSharpness', of, averaged(plain, draws)),
            estimate('adaptiveAverageSharpness', of, averaged(relative, draws)),
            history(of, sam, adaptive),
          ],
        });
      }
      return results;
    });
  },
};

const ones = ({ theta }: ModelWeights) => new Float64Array(theta.length).fill(1);
const sizes = ({ theta }: ModelWeights) => Float64Array.from(theta, Math.abs);

/** Both searches of every model, all in step. */
async function worstRises(
  context: CellContext,
  models: readonly ModelWeights[],
  { samples, norm, radius, adaptiveRadius, steps }: SharpnessSettings,
): Promise<(readonly [Ascent, Ascent])[]> {
  const stream = new RandomStream(streamSeed, 'sharpness-start');
  const start = Float64Array.from({ length: context.network.parameterCount }, () =>
    stream.normal(),
  );
  const searches = models.flatMap((model) => [
    { theta: model.theta, start, ball: { radius, norm, scale: ones(model) } },
    { theta: model.theta, start, ball: { radius: adaptiveRadius, norm, scale: sizes(model) } },
  ]);
  const on = firstTrainingSamples(context, samples).samples;
  const ascents = await ascend(
    async (points) => {
      const seen: LossAt[] = [];
      const moved = points.map((point, i) => {
        const { statistics } = models[Math.floor(i / 2)] as ModelWeights;
        return { theta: Float32Array.from(point), statistics };
      });
      await eachMeanGradient(context, moved, { samples: on, take: (found) => seen.push(found) });
      return seen;
    },
    searches,
    steps,
  );
  return models.map((_, s) => [ascents[2 * s] as Ascent, ascents[2 * s + 1] as Ascent]);
}

function meanRise(
  context: CellContext,
  { theta, statistics }: ModelWeights,
  {
    samples: count,
    draws,
    deviation,
    scale,
  }: Perturbations & Pick<SharpnessSettings, 'samples' | 'draws'>,
): Promise<AverageRise> {
  const { samples } = firstTrainingSamples(context, count);
  return averageRise(
    async (points) => {
      const moved = {
        theta: stackRows(points),
        ...(statistics.length > 0 ? { statistics: stackRows(points.map(() => statistics)) } : {}),
      };
      const found = await evaluateModels(context, moved, { samples, ranges: [[0, count]] });
      return found.map(([means]) => means?.loss ?? NaN);
    },
    theta,
    { deviation, scale, draws, seed: streamSeed },
  );
}

function risen({ rise, isStuck }: Ascent, { steps }: SharpnessSettings): Estimate {
  if (isStuck)
    return { value: null, reason: 'the gradient is 0 where the search starts: it leads nowhere' };
  if (!Number.isFinite(rise))
    return { value: null, reason: 'the loss is not finite within the ball' };
  return {
    value: rise,
    error: null,
    errorOver: `a lower bound: the best of ${steps} steps of projected gradient ascent`,
  };
}

function averaged({ value, standardError }: AverageRise, draws: number): Estimate {
  if (!Number.isFinite(value))
    return { value: null, reason: 'the loss is not finite at a perturbation' };
  return {
    value,
    error: standardError,
    errorOver: `standard error over ${draws} Gaussian perturbations, forth and back`,
  };
}

function history(of: EstimateOf, sam: Ascent, adaptive: Ascent): SeriesMeasurement {
  const finite = (values: readonly number[]) =>
    values.map((value) => (Number.isFinite(value) ? value : null));
  return {
    kind: 'series',
    name: 'sharpness-ascent',
    ...of,
    columns: {
      gradient: sam.history.map((_, i) => i + 1),
      sam: finite(sam.history),
      adaptive: finite(adaptive.history),
    },
  };
}
