/** What is told of the allocations of a run. */
import type { Measurement } from '#shared/domain/measurement';
import type { NamedSamples } from '../measured-samples';
import type { NetworkLayer } from '../network-layers';
import { runScalar, type ValueOrReason } from '../run-scalar';
import type { AllocationTotals } from './allocation-totals';

/** A run on one set of samples. */
export interface FollowedRun {
  readonly totals: AllocationTotals;
  /** Where each step ends. */
  readonly epochs: readonly number[];
  /** Why it could not be followed to its end. */
  readonly reason: string | null;
}

/** Scalars, field and series of the run with that seed; the scalars alone, null, where it could not be followed. Never throws. */
export function allocationMeasurements(
  seed: number,
  {
    train,
    test,
    layers,
    sets,
  }: {
    readonly train: FollowedRun;
    readonly test: FollowedRun;
    readonly layers: readonly NetworkLayer[];
    readonly sets: readonly [NamedSamples, NamedSamples];
  },
): Measurement[] {
  const subject = { kind: 'run', seed } as const;
  const names = layers.map(({ name }) => name);
  const [trainWords, testWords] = sets.map(({ words }) => words) as [string, string];
  const both = `${trainWords} and ${testWords}`;
  const steps = train.totals.steps;
  const over = (words: string) => ({
    seed,
    samples: `${words}, ${steps.length} steps between recorded weights`,
  });
  const scalar = (name: string, words: string, of: ValueOrReason) => {
    const reason = train.reason ?? test.reason;
    return runScalar(name, over(words), reason === null ? of : { reason });
  };
  const missed = (totals: AllocationTotals) => ({
    value: totals.total,
    error: totals.steps.reduce((sum, step) => sum + Math.abs(step.integrationError), 0),
    errorOver: 'errors of integration of all steps',
  });
  const scalars = [
    scalar('lcaTotalTrain', trainWords, missed(train.totals)),
    scalar('lcaTotalTest', testWords, missed(test.totals)),
    scalar('lcaHelpingFraction', trainWords, valueOr(train.totals.helpingFraction, nothingMoved)),
    scalar(
      'lcaHelpingStepFraction',
      trainWords,
      valueOr(train.totals.meanHelpingFraction, nothingMoved),
    ),
    scalar('lcaLargestIntegrationError', both, {
      value: Math.max(train.totals.largestIntegrationError, test.totals.largestIntegrationError),
    }),
  ];
  if (train.reason ?? test.reason) return scalars;
  return [
    ...scalars,
    {
      kind: 'field',
      name: 'loss-change-by-layer-and-epoch',
      subject,
      x: train.totals.epochs,
      y: layers.map((_, layer) => layer),
      values: train.totals.byLayerAndEpoch.flat(),
      samples: trainWords,
      facts: { names },
    },
    {
      kind: 'series',
      name: 'loss-change-by-layer',
      subject,
      columns: {
        layer: layers.map((_, layer) => layer),
        train: train.totals.byLayer,
        test: test.totals.byLayer,
      },
      samples: both,
      facts: { names },
    },
    {
      kind: 'series',
      name: 'loss-change-by-step',
      subject,
      columns: {
        epoch: train.epochs,
        train: steps.map((step) => step.change),
        test: test.totals.steps.map((step) => step.change),
        trainIntegrationError: steps.map((step) => step.integrationError),
        testIntegrationError: test.totals.steps.map((step) => step.integrationError),
        splits: steps.map((step) => step.splits),
        helpingFraction: steps.map((step) => step.helpingFraction),
      },
      samples: both,
    },
  ];
}

const nothingMoved = 'no parameter changed the loss';

function valueOr(value: number | null, reason: string): ValueOrReason {
  return value === null ? { reason } : { value };
}
