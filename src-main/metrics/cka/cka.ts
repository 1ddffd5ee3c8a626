/** The metric `cka`: similarity of the outputs of two seeds on the same mixed-up training samples. */
import type { ScalarMeasurement } from '#shared/domain/measurement';
import type { MetricSpecOf } from '#shared/domain/spec';
import { logitsProgram } from '#main/engine/network-programs';
import { RandomStream } from '#main/engine/random';
import { tensor, type Tensor } from '#main/engine/tensor';
import { stackModels, type CellContext, type ModelWeights } from '../context';
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

/**
 * CKA of every unordered pair of models.
 *
 * Error: jackknife over the mixing batches (each left out once): how much the value depends on the samples drawn.
 * @param models - two or more, weights or null for a diverged run, whose pairs are null with a reason
 */
export async function measureCka(
  context: CellContext,
  models: readonly { readonly seed: number; readonly weights: ModelWeights | null }[],
  options: { metric: MetricSpecOf<'cka'>; mixupSeed: number },
): Promise<ScalarMeasurement[]> {
  const { metric, mixupSeed } = options;
  const outputs = await representations(context, models, { metric, mixupSeed });
  const samples = `first ${metric.samples} training samples${context.measuredOrder}, mixed up; ${metric.representation} outputs`;
  const results: ScalarMeasurement[] = [];
  for (let i = 0; i < models.length; i++) {
    for (let j = i + 1; j < models.length; j++) {
      const [a, b] = [models[i], models[j]] as [(typeof models)[number], (typeof models)[number]];
      const base = {
        kind: 'scalar',
        name: 'cka',
        subject: { kind: 'pair', seeds: [a.seed, b.seed] },
        samples,
      } as const;
      const [x, y] = [outputs[i], outputs[j]];
      if (!x || !y) {
        const seed = x ? b.seed : a.seed;
        results.push({
          ...base,
          value: null,
          reason: `the run with seed ${seed} diverged`,
          error: null,
        });
        continue;
      }
      const cka = linearCka(x, y, mixupBatch);
      if (cka === null)
        results.push({
          ...base,
          value: null,
          reason: 'an output is the same for every sample',
          error: null,
        });
      else
        results.push({
          ...base,
          value: cka.value,
          error: cka.standardError,
          errorOver: `jackknife over ${cka.batches} mixing batches`,
        });
    }
  }
  return results;
}

async function representations(
  { executor, network, measured, inputs, classes }: CellContext,
  models: readonly { readonly weights: ModelWeights | null }[],
  { metric, mixupSeed }: { metric: MetricSpecOf<'cka'>; mixupSeed: number },
): Promise<(Representation | null)[]> {
  const sound = models.flatMap((m) => (m.weights ? [m.weights] : []));
  if (sound.length === 0) return models.map(() => null);
  const key = `logits ${network.key} models=${sound.length} samples=${metric.samples}`;
  const program = await executor.program(key, () =>
    logitsProgram(network, sound.length, { samples: metric.samples, inputs }),
  );
  const result = await program.run({
    ...stackModels(sound),
    x: mixSamples(measured.x, metric.samples, mixupSeed),
  });
  const logits = (result['logits'] as Tensor).data;
  const size = metric.samples * classes;
  let next = 0;
  return models.map((m) => {
    if (!m.weights) return null;
    const rows: Representation = {
      rows: metric.samples,
      columns: classes,
      data: new Float64Array(logits.subarray(next * size, ++next * size)),
    };
    return metric.representation === 'softmax' ? softmaxRows(rows) : rows;
  });
}
