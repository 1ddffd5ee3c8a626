/** Measures `prediction-similarity`: how alike two seeds classify the same samples. */
import type { ScalarMeasurement } from '#shared/domain/measurement';
import { logitsProgram } from '#main/engine/network-programs';
import type { Tensor } from '#main/engine/tensor';
import {
  sampleChunks,
  samplesBetween,
  stackModels,
  type CellContext,
  type ModelWeights,
  type SampleTensors,
} from '../context';
import { divergedReason } from '../diverged';
import type { AllPairsMeasure, ComparedModel } from '../measure';
import { modelPairs } from '../model-pairs';
import { softmaxRows, type Representation } from '../representation';
import { RunningMean, type MeanEstimate } from '../running-mean';
import type { PredictionSimilaritySettings } from './definition';
import { jensenShannon, largestPosition } from './jensen-shannon';

type ScalarName = 'predictionAgreement' | 'jensenShannon';

/** A pair of models with the means over the samples so far. */
interface ComparedPair {
  readonly models: readonly [ComparedModel, ComparedModel];
  readonly means: Readonly<Record<ScalarName, RunningMean>>;
}

/**
 * Agreement and divergence of every pair, in evaluation mode; a pair's numbers do not depend on the others.
 *
 * Error: over the samples, as draws of the distribution that they come from. It is 0 where all samples say the same.
 */
export const measure: AllPairsMeasure<PredictionSimilaritySettings> = {
  subject: 'all-pairs',
  measure: async ({ context }, models, { settings: { part }, split }) => {
    const on = context[part];
    const pairs = modelPairs(models, split).map((pair): ComparedPair => ({
      models: pair,
      means: { predictionAgreement: new RunningMean(), jensenShannon: new RunningMean() },
    }));
    const isProblem = context.objective.score === 'relative-error';
    if (!isProblem)
      for (const range of sampleChunks(context, on.labels.length, 1))
        await comparePart(context, { models, pairs }, samplesBetween(on, ...range));
    const kind = part === 'test' ? 'test' : 'training';
    const samples = `all ${on.labels.length} ${kind} samples`;
    return {
      measurements: pairs.flatMap(({ models: [a, b], means }) => {
        const diverged = [a, b].filter(({ weights }) => weights === null);
        const missing = isProblem
          ? 'a problem has solutions in place of classes'
          : diverged.length > 0
            ? divergedReason(diverged.map(({ seed }) => seed))
            : null;
        return (['predictionAgreement', 'jensenShannon'] as const).map(
          (name): ScalarMeasurement => ({
            kind: 'scalar',
            name,
            subject: { kind: 'pair', seeds: [a.seed, b.seed] },
            samples,
            ...valuesOf(missing ?? means[name].estimate, kind),
          }),
        );
      }),
    };
  },
};

/** Adds what each pair says of some samples to its means. */
async function comparePart(
  context: CellContext,
  { models, pairs }: { models: readonly ComparedModel[]; pairs: readonly ComparedPair[] },
  samples: SampleTensors,
): Promise<void> {
  const answers = new Map<ComparedModel, readonly Answer[]>();
  for (const model of models)
    if (model.weights) answers.set(model, await answersOf(context, model.weights, samples));
  for (const { models: pair, means } of pairs) {
    const [first, second] = pair.map((model) => answers.get(model));
    if (!first || !second) continue;
    first.forEach((a, i) => {
      const b = second[i] as Answer;
      const divergence = jensenShannon(a.probabilities, b.probabilities);
      means.jensenShannon.add(divergence);
      means.predictionAgreement.add(
        Number.isFinite(divergence) ? Number(a.class === b.class) : NaN,
      );
    });
  }
}

/** What a model says of a sample. */
interface Answer {
  readonly class: number;
  readonly probabilities: Float64Array;
}

/** One model a call, so that memory does not grow with their number. */
async function answersOf(
  { executor, network, objective, inputs, classes }: CellContext,
  weights: ModelWeights,
  { x, labels }: SampleTensors,
): Promise<Answer[]> {
  const samples = labels.length;
  const key = `logits ${network.key} ${objective.key} samples=${samples}`;
  const program = await executor.program(key, () =>
    logitsProgram(network, 1, { samples, inputs, objective }),
  );
  const { logits } = await program.run({ ...stackModels([weights]), x });
  const data = Float64Array.from((logits as Tensor).data);
  const rows: Representation = { rows: samples, columns: classes, data };
  const probabilities = softmaxRows(rows).data;
  return Array.from({ length: samples }, (_, i) => {
    const [from, to] = [i * classes, (i + 1) * classes];
    // The class of the outputs themselves: probabilities of sure models round to equal ones.
    return {
      class: largestPosition(data.subarray(from, to)),
      probabilities: probabilities.subarray(from, to),
    };
  });
}

function valuesOf(
  found: MeanEstimate | string,
  kind: 'test' | 'training',
): Pick<ScalarMeasurement, 'value' | 'reason' | 'error' | 'errorOver'> {
  if (typeof found === 'string') return { value: null, reason: found, error: null };
  const { mean, standardError: error, count } = found;
  if (!Number.isFinite(mean)) return { value: null, reason: 'outputs are not finite', error: null };
  return {
    value: mean,
    error,
    errorOver:
      error === null
        ? `none: a single ${kind} sample has no spread`
        : `standard error over ${count} ${kind} samples`,
  };
}
