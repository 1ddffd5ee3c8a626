/** One Gaussian cloud per class. */
import type { GeneratedDatasetSpecOf } from '#shared/domain/dataset-spec';
import { RandomStream } from '#main/engine/random';
import type { Rows } from '../dataset';
import { drawRows } from './draw-rows';

/**
 * Standard normal clouds around class centres, the classes in turn.
 *
 * Definition: centre = `separation` times a uniform direction (stream `data-teacher`); two centres are about
 * sqrt(2) `separation` standard deviations apart where there are many dimensions.
 */
export function gaussianMixture(spec: GeneratedDatasetSpecOf<'gaussian-mixture'>): Rows {
  const { classCount, dimensions, separation, dataSeed } = spec;
  const centres = Array.from({ length: classCount }, (_, label) => {
    const stream = new RandomStream(dataSeed, 'data-teacher', label);
    const direction = Float64Array.from({ length: dimensions }, () => stream.normal());
    const norm = Math.sqrt(direction.reduce((sum, v) => sum + v * v, 0));
    return direction.map((v) => (separation * v) / norm);
  });
  return drawRows(spec, dimensions, (row, stream, place) => {
    const label = place % classCount;
    const centre = centres[label] as Float64Array;
    for (let i = 0; i < dimensions; i++) row[i] = (centre[i] as number) + stream.normal();
    return label;
  });
}
