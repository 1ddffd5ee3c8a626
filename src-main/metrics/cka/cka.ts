/** The metric `cka`: similarity of the outputs of two seeds on the same mixed-up training samples. */
import type { ScalarMeasurement, Subject } from '#shared/domain/measurement';
import { logitsProgram } from '#main/engine/network-programs';
import { RandomStream } from '#main/engine/random';
import { tensor, type Tensor } from '#main/engine/tensor';
import { stackModels, type CellContext, type ModelWeights } from '../context';
import { divergedReason } from '../diverged';
import { modelPairs } from '../model-pairs';
import type { CkaSettings } from './definition';
import { linearCka, softmaxRows, type Representation } from './linear-cka';

/** Samples are mixed in batches of this size, with one lambda each. */
export const mixupBatch = 128;
const mixupAlpha = 16;

/**
 * Mixed samples x = lambda a + (1 - lambda) b, lambda ~ Beta(16, 16), one lambda per batch of 128; a are the first `count`
 * samples in random order, b the same batch in another order. Stream `mixup` of `seed`: the same for all cells and seeds.
 * @param x - [N, inputs]
 * @returns [count, inputs]
 * Source: Zhang et al. 2018 (mixup); Yang et al. 2021 for its use here
 */
export function mixSamples(x: Tensor, count: number, seed: number): Tensor {
  const stream = new RandomStream(seed, 'mixup');
  const inputs = x.shape[1] as number;
  const chosen = stream.permutation(count);
  const mixed = new Float32Array(count * inputs);
  for (let start = 0; start < count; start += mixupBatch) {
    const batch = chosen.subarray(start, Math.min(start + mixupBatch, count));
    const lambda = stream.symmetricBeta(mixupAlpha);
    const partner = stream.permutation(batch.length);
    batch.forEach((row, i) => {
      const other = batch[partner[i] as number] as number;
      for (let f = 0; f < inputs; f++) {
        mixed[(start + i) * inputs + f] =
          lambda * (x.data[row * inputs + f] as number) +
          (1 - lambda) * (x.data[other * inputs + f] as number);
      }
    });
  }
  return tensor([count, inputs], mixed);
}

/** A run's weights; null for one that diverged. */
interface CkaModel {
  readonly seed: number;
  readonly weights: ModelWeights | null;
}

/**
 * CKA of every unordered pair of models (of a problem: of their solutions at the training points, not mixed up), or of those across `split` (see `modelPairs`); a pair's numbers do not depend on the others.
 *
 * Error: jackknife over the mixing batches (each left out once): how much the value depends on the samples drawn.
 * @param models - two or more; pairs of a diverged run are null with a reason
 */
export async function measureCka(
  context: CellContext,
  models: readonly CkaModel[],
  options: { metric: CkaSettings; mixupSeed: number; split?: number },
): Promise<ScalarMeasurement[]> {
  const { metric, split } = options;
  const outputs = await representations(context, models, options);
  const isProblem = context.objective.score === 'relative-error';
  const what = isProblem ? '; the solutions there' : `, mixed up; ${metric.representation} outputs`;
  const samples = `first ${metric.samples} training samples${context.measuredOrder}${what}`;
  return modelPairs(outputs, split).map(([a, b]) => {
    const subject: Subject = { kind: 'pair', seeds: [a.seed, b.seed] };
    return { kind: 'scalar', name: 'cka', subject, samples, ...compareOutputs(a, b) };
  });
}

interface ModelOutputs {
  readonly seed: number;
  /** null for a diverged run. */
  readonly rows: Representation | null;
}

function compareOutputs(
  a: ModelOutputs,
  b: ModelOutputs,
): Pick<ScalarMeasurement, 'value' | 'reason' | 'error' | 'errorOver'> {
  if (!a.rows || !b.rows) {
    const diverged = [a, b].filter(({ rows }) => rows === null);
    return { value: null, reason: divergedReason(diverged.map(({ seed }) => seed)), error: null };
  }
  const cka = linearCka(a.rows, b.rows, mixupBatch);
  if (cka === null)
    return { value: null, reason: 'an output is the same for every sample', error: null };
  return {
    value: cka.value,
    error: cka.standardError,
    errorOver:
      cka.standardError === null
        ? 'no jackknife: it needs two mixing batches'
        : `jackknife over ${cka.batches} mixing batches`,
  };
}

/**
 * The outputs of each model on the mixed samples, of a problem on the samples as they are: one model a run, so that memory does not
 * grow with their number.
 */
async function representations(
  { executor, network, objective, measured, inputs, classes }: CellContext,
  models: readonly CkaModel[],
  { metric, mixupSeed }: { metric: CkaSettings; mixupSeed: number },
): Promise<ModelOutputs[]> {
  const { representation, samples } = metric;
  const isProblem = objective.score === 'relative-error';
  const key = `logits ${network.key} ${objective.key} samples=${samples}`;
  const program = await executor.program(key, () =>
    logitsProgram(network, 1, { samples, inputs, objective }),
  );
  const x = isProblem
    ? tensor([samples, inputs], measured.x.data.subarray(0, samples * inputs))
    : mixSamples(measured.x, samples, mixupSeed);
  const outputs: ModelOutputs[] = [];
  for (const { seed, weights } of models) {
    if (!weights) {
      outputs.push({ seed, rows: null });
      continue;
    }
    const result = await program.run({ ...stackModels([weights]), x });
    const data = Float64Array.from((result['logits'] as Tensor).data);
    const rows = { rows: samples, columns: classes, data };
    outputs.push({
      seed,
      rows: representation === 'softmax' && !isProblem ? softmaxRows(rows) : rows,
    });
  }
  return outputs;
}
