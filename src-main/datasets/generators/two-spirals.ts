/** Two interleaved spirals in the plane. */
import type { GeneratedDatasetSpecOf } from '#shared/domain/dataset-spec';
import type { Rows } from '../dataset';
import { drawRows } from './draw-rows';

/**
 * Points on two Archimedean spirals of `turns` turns that differ by half a turn, the classes in turn.
 *
 * Definition: r = sqrt(u) with u uniform, angle = 2 pi turns r + pi class, point = r (cos, sin) + `noise` times standard
 * normal numbers.
 * Source: Lang and Witbrock, "Learning to tell two spirals apart", 1988.
 */
export function twoSpirals(spec: GeneratedDatasetSpecOf<'two-spirals'>): Rows {
  const { turns, noise } = spec;
  return drawRows(spec, 2, (row, stream, place) => {
    const label = place % 2;
    const radius = Math.sqrt(stream.uniform());
    const angle = 2 * Math.PI * turns * radius + Math.PI * label;
    row[0] = radius * Math.cos(angle) + noise * stream.normal();
    row[1] = radius * Math.sin(angle) + noise * stream.normal();
    return label;
  });
}
