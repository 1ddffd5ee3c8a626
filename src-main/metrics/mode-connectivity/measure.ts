/** Measures `mode-connectivity`: a curve of low loss trained between two seeds, and error, loss and length along it. */
import type { Measurement, ScalarMeasurement } from '#shared/domain/measurement';
import type { CellContext } from '../context';
import { equalSteps } from '../linear-path';
import type { PairMeasure } from '../measure';
import { evaluatePath } from '../path-points';
import { compareWeights } from '../compare-weights';
import { arcLength, arcMean, segmentLengths } from './curve-lengths';
import { curvePoint, withCorners, type Curve } from './curve-points';
import { curveStreamSeed } from './curve-seed';
import { curveResolution, curveStatistics, refinementPoints } from './curve-statistics';
import { trainCurves } from './curve-training';
import { definition, type ModeConnectivitySettings } from './definition';

/**
 * Error (percent) and loss (nats) over all training samples at `points` equal steps of t, the corners of a polygon, and 16 points around the extremes of both, the
 * statistics of batch norm recomputed over the training samples at each. The values' error is the resolution of these points, and knows
 * nothing of how another draw of minibatches and t would have trained the bends.
 * Source: Garipov et al. 2018, Yang et al. 2021.
 */
export const measure: PairMeasure<ModeConnectivitySettings> = {
  subject: 'pair',
  async measure(around, pairs, settings) {
    const ends = pairs.map(([a, b]) => {
      const seeds = [a.seed, b.seed] as const;
      const streamSeed = curveStreamSeed(around.settings, seeds);
      return { seeds, streamSeed, first: a.weights.theta, last: b.weights.theta };
    });
    const { curves, steps } = await trainCurves(around, ends, settings);
    const results = [];
    for (const [i, curve] of curves.entries()) {
      const seeds = (ends[i] as (typeof ends)[0]).seeds;
      results.push({
        measurements: await measureCurve(around.context, { curve, seeds }, settings.points),
        vectors: { curve: bendsByName(curve) },
        steps,
      });
    }
    return results;
  },
};

/** `bend`, or `bend1`, `bend2`, ... of several. */
function bendsByName({ bends }: Curve): Record<string, Float32Array> {
  return Object.fromEntries(
    bends.map((bend, j) => [bends.length === 1 ? 'bend' : `bend${j + 1}`, bend]),
  );
}

async function measureCurve(
  context: CellContext,
  { curve, seeds }: { curve: Curve; seeds: readonly [number, number] },
  points: number,
): Promise<Measurement[]> {
  const base = {
    subject: { kind: 'pair', seeds },
    samples: `all ${context.train.labels.length} training samples`,
  } as const;
  const grid = withCorners(curve, equalSteps(points));
  const fine = await evaluateFinely(context, curve, grid);
  if (fine === null)
    return definition.scalars.map(({ name }) => ({
      kind: 'scalar',
      name,
      ...base,
      value: null,
      reason: 'the loss on the curve is not finite',
      error: null,
    }));
  const scalars = [
    ...statisticsOf(
      fine,
      { error: 'modeConnectivity', loss: 'curveLossConnectivity' },
      'connectivity',
    ),
    ...statisticsOf(fine, { error: 'curveBarrier', loss: 'curveLossBarrier' }, 'barrier'),
    ...statisticsOf(fine, { error: 'curveGain', loss: 'curveLossGain' }, 'gain'),
    ...lengthsOf(curve),
    ...arcMeansOf(curve, fine),
  ];
  return [
    ...definition.scalars.flatMap(({ name }) =>
      scalars.flatMap((scalar) => (scalar.name === name ? [{ ...scalar, ...base }] : [])),
    ),
    {
      kind: 'series',
      name: 'connecting-curve',
      ...base,
      columns: {
        t: fine.map((p) => p.t),
        error: fine.map((p) => p.error),
        loss: fine.map((p) => p.loss),
      },
    },
  ];
}

type CurveScalar = Omit<ScalarMeasurement, 'subject' | 'samples'>;

function statisticsOf(
  points: readonly CurvePoint[],
  names: Readonly<Record<'error' | 'loss', string>>,
  field: 'connectivity' | 'barrier' | 'gain',
): CurveScalar[] {
  const ts = points.map((p) => p.t);
  return (['error', 'loss'] as const).map((quantity) => {
    const values = points.map((p) => p[quantity]);
    return {
      kind: 'scalar',
      name: names[quantity],
      value: curveStatistics(ts, values)[field],
      error: curveResolution(values)[field],
      errorOver: `resolution of ${ts.length} points on the curve; its training is one draw`,
    };
  });
}

function lengthsOf(curve: Curve): CurveScalar[] {
  const length = arcLength(curve);
  const straight = compareWeights(curve.first, curve.last).distance;
  const scalar = (name: string) => ({ kind: 'scalar', name, error: null }) as const;
  return [
    { ...scalar('curveLength'), value: length },
    straight === 0
      ? { ...scalar('curveLengthRatio'), value: null, reason: 'both seeds have the same weights' }
      : { ...scalar('curveLengthRatio'), value: length / straight },
  ];
}

/** Means over the length of the curve; their error is how far those over half of the points, every second one, lie away at most. */
function arcMeansOf(curve: Curve, points: readonly CurvePoint[]): CurveScalar[] {
  const meanOver = (some: readonly CurvePoint[], quantity: 'error' | 'loss') =>
    arcMean(
      some.map((p) => p[quantity]),
      segmentLengths(
        curve,
        some.map((p) => p.t),
      ),
    );
  const halves = [0, 1].map((parity) =>
    points.filter((_, i) => i % 2 === parity || i === 0 || i === points.length - 1),
  );
  return (['error', 'loss'] as const).map((quantity) => {
    const scalar = {
      kind: 'scalar',
      name: quantity === 'error' ? 'curveMeanError' : 'curveMeanLoss',
    } as const;
    const value = meanOver(points, quantity);
    if (value === null) return { ...scalar, value, reason: 'the curve has no length', error: null };
    const missed = halves.map((half) => Math.abs(value - (meanOver(half, quantity) ?? value)));
    return {
      ...scalar,
      value,
      error: Math.max(...missed),
      errorOver: `resolution: ${points.length} points on the curve against every second one; its training is one draw`,
    };
  });
}

interface CurvePoint {
  readonly t: number;
  /** Percent. */
  readonly error: number;
  /** Nats. */
  readonly loss: number;
}

/** The curve at the given ts and around its extremes there, by t; null when a loss is not finite. */
async function evaluateFinely(
  context: CellContext,
  curve: Curve,
  grid: readonly number[],
): Promise<CurvePoint[] | null> {
  const coarse = await evaluateCurve(context, curve, grid);
  if (coarse === null) return null;
  const extra = (['error', 'loss'] as const).flatMap((quantity) =>
    refinementPoints(
      grid,
      coarse.map((p) => p[quantity]),
    ),
  );
  const refined = await evaluateCurve(context, curve, extra);
  if (refined === null) return null;
  return [...coarse, ...refined]
    .sort((a, b) => a.t - b.t)
    .filter((p, i, all) => i === 0 || p.t !== all[i - 1]?.t);
}

/** Error and loss at each t; null when a loss is not finite. */
async function evaluateCurve(
  context: CellContext,
  curve: Curve,
  ts: readonly number[],
): Promise<CurvePoint[] | null> {
  const points = await evaluatePath(context, {
    points: ts.length,
    weightsAt: (point) => curvePoint(curve, ts[point] as number),
    samples: context.train,
  });
  const rows: CurvePoint[] = [];
  for (const [i, t] of ts.entries()) {
    const { loss, error } = points[i] as (typeof points)[0];
    if (loss === null || error === null) return null;
    rows.push({ t, error, loss });
  }
  return rows;
}
