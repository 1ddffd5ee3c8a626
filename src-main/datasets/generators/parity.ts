/** The parity of a few bits among many. */
import type { GeneratedDatasetSpecOf } from '#shared/domain/dataset-spec';
import { RandomStream } from '#main/engine/random';
import type { Rows } from '../dataset';
import { drawRows } from './draw-rows';

/**
 * Uniform bits as +1 and -1; the label is 1 where an odd number of the relevant bits is -1. Which `relevantBits` of them
 * count is drawn once (stream `data-teacher`).
 */
export function parity(spec: GeneratedDatasetSpecOf<'parity'>): Rows {
  const { bits, relevantBits, dataSeed } = spec;
  const relevant = new RandomStream(dataSeed, 'data-teacher')
    .permutation(bits)
    .subarray(0, relevantBits);
  return drawRows(spec, bits, (row, stream) => {
    for (let i = 0; i < bits; i++) row[i] = stream.sign();
    return relevant.reduce((odd, i) => odd ^ Number((row[i] as number) < 0), 0);
  });
}
