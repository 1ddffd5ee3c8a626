/** Measures `linear-barrier`: loss and error on the straight line between two models, as they are and with matched units. */
import type { z } from 'zod';
import type { Measurement, ScalarMeasurement, Subject } from '#shared/domain/measurement';
import type { CellContext } from '../context';
import { equalSteps, evaluateLinearPath } from '../linear-path';
import type { MeasureSurroundings, ModelPair, PairMeasure } from '../measure';
import { whyNotFinite, type PathPoint } from '../path-points';
import { compareWeights } from '../compare-weights';
import { barrierOf } from './barrier';
import { definition } from './definition';
import { matchUnits } from './weight-matching';

export type LinearBarrierSettings = z.output<typeof definition.settings>;

/** Both paths of each pair, one pair after another. */
export const measure: PairMeasure<LinearBarrierSettings> = {
  subject: 'pair',
  async measure({ context }: MeasureSurroundings, pairs, settings) {
    const results = [];
    for (const pair of pairs)
      results.push({ measurements: await measurePair(context, pair, settings) });
    return results;
  },
};

async function measurePair(
  context: CellContext,
  [a, b]: ModelPair,
  { points, order }: LinearBarrierSettings,
): Promise<Measurement[]> {
  const [first, last] = [a.weights.theta, b.weights.theta];
  const alphas = equalSteps(points);
  const { train: samples } = context;
  const base = {
    subject: { kind: 'pair', seeds: [a.seed, b.seed] },
    samples: `all ${samples.labels.length} training samples`,
  } as const;
  if (![first, last].every((theta) => theta.every(Number.isFinite)))
    return scalarNames.map((name) => ({
      kind: 'scalar',
      name,
      ...base,
      value: null,
      reason: 'weights of a seed are not finite',
      error: null,
    }));
  const { aligned } = matchUnits(context.network.symmetry, [first, last], { order });
  const plain = await evaluateLinearPath(context, { first, last, alphas, samples });
  const matched = await evaluateLinearPath(context, { first, last: aligned, alphas, samples });
  return [
    ...barriers(
      { loss: 'linearBarrier', error: 'linearErrorBarrier' },
      { alphas, path: plain, base },
    ),
    ...barriers(
      { loss: 'alignedBarrier', error: 'alignedErrorBarrier' },
      { alphas, path: matched, base },
    ),
    ...distances(
      {
        plain: compareWeights(first, last).distance,
        aligned: compareWeights(first, aligned).distance,
      },
      base,
    ),
    {
      kind: 'series',
      name: 'linear-barrier',
      ...base,
      columns: {
        alpha: alphas,
        loss: plain.map(({ loss }) => loss),
        error: plain.map(({ error }) => error),
        alignedLoss: matched.map(({ loss }) => loss),
        alignedError: matched.map(({ error }) => error),
      },
    },
  ];
}

const noSolution = 'the exact solution is 0 at all training points: no relative error';

const scalarNames = definition.scalars.map(({ name }) => name);

interface Base {
  readonly subject: Subject;
  readonly samples: string;
}

function barriers(
  names: Readonly<Record<'loss' | 'error', string>>,
  { alphas, path, base }: { alphas: readonly number[]; path: readonly PathPoint[]; base: Base },
): ScalarMeasurement[] {
  return (['loss', 'error'] as const).map((quantity) => {
    const values = path.map((point) => point[quantity]);
    const barrier = barrierOf(alphas, values);
    const scalar = { kind: 'scalar', name: names[quantity], ...base } as const;
    if (barrier === null)
      return { ...scalar, value: null, reason: whyNotFinite(path) ?? noSolution, error: null };
    return {
      ...scalar,
      value: barrier.height,
      error: barrier.resolution,
      errorOver: `resolution of ${values.length} points on the line`,
    };
  });
}

function distances(
  { plain, aligned }: { plain: number; aligned: number },
  { subject }: Base,
): ScalarMeasurement[] {
  const base = { kind: 'scalar', subject, samples: 'all weights and biases', error: null } as const;
  const ratio = { ...base, name: 'alignedDistanceRatio' } as const;
  return [
    { ...base, name: 'alignedDistance', value: aligned },
    plain === 0
      ? { ...ratio, value: null, reason: 'both seeds have the same weights' }
      : { ...ratio, value: aligned / plain },
  ];
}
