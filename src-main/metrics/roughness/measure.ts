/** Measures `roughness`: the loss along random lines, and how much their total variations differ. */
import type { z } from 'zod';
import type { Measurement, ScalarMeasurement, Subject } from '#shared/domain/measurement';
import type { CellContext } from '../context';
import { randomDirection } from '../directions/filter-normalised';
import { inTurn } from '../in-turn';
import type { Measured, RunMeasure, TrainedModel } from '../measure';
import { centredPositions } from '../plane';
import { euclideanNorm } from '../vectors';
import { evaluateSlice } from '../slice';
import { describeStatistics } from '../slice-words';
import { firstTrainingSamples } from '../measured-samples';
import type { definition } from './definition';
import { roughnessIndex, totalVariation, variationOverRange } from './roughness-index';

type Settings = z.output<typeof definition.settings>;

/** Lines of several runs, one run after another. */
export const measure: RunMeasure<Settings> = {
  subject: 'run',
  measure: ({ context }, runs, settings) =>
    inTurn(runs, (run) => roughnessOf(context, run, settings)),
};

async function roughnessOf(
  context: CellContext,
  run: TrainedModel,
  settings: Settings,
): Promise<Measured> {
  const positions = centredPositions(settings.points, settings.range);
  const lines: Line[] = [];
  for (let j = 0; j < settings.directions; j++)
    lines.push(await lineOf(context, run, { index: j, positions, settings }));
  const about = {
    subject: { kind: 'run', seed: run.seed },
    samples: firstTrainingSamples(context, settings.samples).words,
  } as const;
  return {
    measurements: [
      ...scalars(lines, settings, about),
      ...series(lines, positions, { context, settings, about }),
    ],
  };
}

interface Line {
  readonly loss: readonly (number | null)[];
  /** Normalised total variation; null where there is none. */
  readonly variation: number | null;
  /** Why there is none. */
  readonly reason?: string;
}

async function lineOf(
  context: CellContext,
  { weights }: TrainedModel,
  { index, positions, settings }: { index: number; positions: number[]; settings: Settings },
): Promise<Line> {
  const { theta } = weights;
  const direction = randomDirection(context.network.parameters, theta, index);
  const { loss } = await evaluateSlice(
    context,
    weights,
    {
      count: positions.length,
      weightsAt(point, into) {
        const a = positions[point] as number;
        for (let i = 0; i < theta.length; i++)
          into[i] = (theta[i] as number) + a * (direction[i] as number);
      },
    },
    settings,
  );
  const finite = loss.filter((value) => value !== null);
  if (finite.length < loss.length)
    return { loss, variation: null, reason: `the loss is not finite on line ${index + 1}` };
  if (settings.normalisation === 'length') {
    const length = 2 * settings.range * euclideanNorm(direction);
    if (length === 0) return { loss, variation: null, reason: 'all filters of the weights are 0' };
    return { loss, variation: totalVariation(finite) / length };
  }
  const variation = variationOverRange(finite);
  if (variation !== null) return { loss, variation };
  return { loss, variation, reason: `the loss is constant on line ${index + 1}` };
}

interface About {
  readonly subject: Subject;
  readonly samples: string;
}

function scalars(lines: readonly Line[], settings: Settings, about: About): ScalarMeasurement[] {
  const variations = lines.flatMap(({ variation }) => (variation === null ? [] : [variation]));
  const spread = variations.length < lines.length ? null : roughnessIndex(variations);
  const scalar = (name: string, value: number, error: number | null, errorOver: string) =>
    ({ kind: 'scalar', name, ...about, value, error, errorOver }) as const;
  if (spread) {
    const over = `${settings.directions} random directions`;
    return [
      scalar(
        'roughnessIndex',
        spread.index,
        spread.error,
        spread.error === null
          ? 'two directions: no standard error'
          : `jackknife standard error over ${over}`,
      ),
      scalar('lineVariation', spread.mean, spread.meanError, `standard error over ${over}`),
    ];
  }
  const reason =
    lines.find((line) => line.reason !== undefined)?.reason ?? 'the loss is constant on every line';
  return ['roughnessIndex', 'lineVariation'].map((name) => ({
    kind: 'scalar',
    name,
    ...about,
    value: null,
    reason,
    error: null,
  }));
}

function series(
  lines: readonly Line[],
  positions: readonly number[],
  { context, settings, about }: { context: CellContext; settings: Settings; about: About },
): Measurement[] {
  const over = (combine: (values: readonly number[]) => number) =>
    positions.map((_, i) => {
      const values = lines.map(({ loss }) => loss[i] as number | null);
      const finite = values.filter((value) => value !== null);
      return finite.length < values.length ? null : combine(finite);
    });
  const facts = {
    directions: 'random, filter-normalised',
    'divided by': settings.normalisation,
    ...describeStatistics(context, settings.statistics),
  };
  return [
    {
      kind: 'series',
      name: 'random-lines',
      ...about,
      columns: {
        position: positions,
        mean: over((values) => values.reduce((total, value) => total + value, 0) / values.length),
        lowest: over((values) => Math.min(...values)),
        highest: over((values) => Math.max(...values)),
        ...Object.fromEntries(lines.map(({ loss }, j) => [`line${j + 1}`, loss])),
      },
      facts,
    },
    {
      kind: 'series',
      name: 'line-variations',
      ...about,
      columns: {
        direction: lines.map((_, j) => j + 1),
        variation: lines.map(({ variation }) => variation),
      },
      facts,
    },
  ];
}
