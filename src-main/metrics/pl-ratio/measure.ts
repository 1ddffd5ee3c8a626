/** Measures `pl-ratio`: how steep the loss is for its height. */
import type { z } from 'zod';
import { generatedSpecOf, type DatasetSpec } from '#shared/domain/dataset-spec';
import type { CellContext, ModelWeights } from '../context';
import type { Measured, RunMeasure, TrainedModel, TrajectoryModel } from '../measure';
import { eachMeanGradient, meanGradient, type MeanGradient } from '../mean-gradients';
import { firstTrainingSamples } from '../measured-samples';
import { runScalar, type ValueOrReason } from '../run-scalar';
import { innerProduct } from '../vectors';
import type { definition } from './definition';

type Settings = z.output<typeof definition.settings>;

/**
 * ||grad L||^2 / (2 L).
 * @returns null where the loss is 0 (its gradient is 0 too) or not finite. Never throws.
 * Checked in tests/unit/metrics/pl-ratio.test.ts
 */
export function plRatio({
  loss,
  gradient,
}: Pick<MeanGradient, 'loss' | 'gradient'>): number | null {
  const ratio = innerProduct(gradient, gradient) / (2 * loss);
  return Number.isFinite(ratio) ? ratio : null;
}

export const measure: RunMeasure<Settings> = {
  subject: 'run',
  async measure({ context, settings: { dataset } }, runs, settings) {
    const results: Measured[] = [];
    for (const run of runs)
      results.push(await measureRun(context, run, { ...settings, isEnergy: isEnergy(dataset) }));
    return results;
  },
};

/** Whether the least loss is not 0: the ratio is one for losses that can be brought to 0. */
function isEnergy(dataset: DatasetSpec): boolean {
  const spec = generatedSpecOf(dataset);
  return spec !== null && 'formulation' in spec && spec.formulation === 'deep-ritz';
}

const energyReason = 'the loss is an energy whose least value is not 0';

async function measureRun(
  context: CellContext,
  run: TrainedModel,
  { samples: count, isEnergy }: Settings & { readonly isEnergy: boolean },
): Promise<Measured> {
  const { samples, words } = firstTrainingSamples(context, count);
  const end = await meanGradient(context, run.weights, samples);
  const points = run.trajectory();
  const along: { loss: number; gradientNorm: number; ratio: number | null }[] = [];
  await eachMeanGradient(context, weightsOf(points), {
    samples,
    take: (at) =>
      along.push({
        loss: at.loss,
        gradientNorm: Math.sqrt(innerProduct(at.gradient, at.gradient)),
        ratio: isEnergy ? null : plRatio(at),
      }),
  });
  const ratios = along.flatMap(({ ratio }) => ratio ?? []);
  const least: ValueOrReason =
    ratios.length > 0
      ? { value: Math.min(...ratios) }
      : { reason: isEnergy ? energyReason : 'the loss is 0 or not finite at all recorded weights' };
  const overPoints = `${words}, ${ratios.length} recorded weights`;
  return {
    measurements: [
      runScalar(
        'plRatio',
        { seed: run.seed, samples: words },
        isEnergy ? { reason: energyReason } : ratioOf(end),
      ),
      runScalar('plLeastRatio', { seed: run.seed, samples: overPoints }, least),
      {
        kind: 'series',
        name: 'pl-ratio',
        subject: { kind: 'run', seed: run.seed },
        columns: {
          epoch: points.map(({ epoch }) => epoch),
          loss: along.map(({ loss }) => finite(loss)),
          gradientNorm: along.map(({ gradientNorm }) => finite(gradientNorm)),
          ratio: along.map(({ ratio }) => ratio),
        },
        samples: words,
      },
    ],
  };
}

function ratioOf(end: MeanGradient): ValueOrReason {
  const value = plRatio(end);
  if (value !== null) return { value };
  return {
    reason: end.loss === 0 ? 'the loss is 0: nothing is left to lower' : 'the loss is not finite',
  };
}

/** One after another, so that memory holds those of one call. */
function* weightsOf(points: readonly TrajectoryModel[]): Generator<ModelWeights> {
  for (const point of points) yield point.weights();
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
