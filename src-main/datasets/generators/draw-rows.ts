/** Rows drawn one after another from a data set's streams: the first samples are the same whatever the counts. */
import { RandomStream } from '#main/engine/random';
import type { Rows } from '../dataset';

/** Stream indices of the two parts: a longer training part leaves the test part as it is. */
const parts = { train: 0, test: 1 } as const;

/** @param draw - fills one row and returns its label; `place` counts within the part */
export function drawRows(
  settings: { readonly trainCount: number; readonly testCount: number; readonly dataSeed: number },
  inputs: number,
  draw: (row: Float32Array, stream: RandomStream, place: number) => number,
): Rows {
  const { trainCount, testCount, dataSeed } = settings;
  const rows = {
    inputs: new Float32Array((trainCount + testCount) * inputs),
    labels: new Int32Array(trainCount + testCount),
  };
  const fill = (part: number, first: number, count: number) => {
    const stream = new RandomStream(dataSeed, 'data-samples', part);
    for (let i = 0; i < count; i++) {
      const row = rows.inputs.subarray((first + i) * inputs, (first + i + 1) * inputs);
      rows.labels[first + i] = draw(row, stream, i);
    }
  };
  fill(parts.train, 0, trainCount);
  fill(parts.test, trainCount, testCount);
  return rows;
}
