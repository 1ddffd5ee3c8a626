/** Weights with hidden units that changed places. */
import { sizeOf } from '#main/engine/tensor';
import type { TensorSymmetry } from '#main/engine/networks/unit-symmetry';

/** Of each group, which unit comes to each place: unit i of the result is unit p[i]. */
export type UnitPermutations = readonly Int32Array[];

/**
 * The flat vector whose hidden units changed places: what the network computes stays as it is.
 * @param tensors - the tensors of the vector, in order
 * @param vector - theta or the statistics; not modified
 * Checked in tests/reference/matching.test.ts. Never throws.
 */
export function permuteWeights(
  tensors: readonly TensorSymmetry[],
  permutations: UnitPermutations,
  vector: Float32Array,
): Float32Array {
  const result = new Float32Array(vector.length);
  let start = 0;
  for (const tensor of tensors) {
    const places = sourcePlaces(tensor, (group) => permutations[group] ?? null);
    places.forEach((place, i) => (result[start + i] = vector[start + place] as number));
    start += places.length;
  }
  return result;
}

/**
 * Where in a tensor each element of the permuted one lies, [size].
 * @param permutationOf - of a group; null: as it is
 */
export function sourcePlaces(
  { view, groups }: TensorSymmetry,
  permutationOf: (group: number, axis: number) => Int32Array | null,
): Int32Array {
  let places = Int32Array.of(0);
  view.forEach((extent, axis) => {
    const stride = sizeOf(view.slice(axis + 1));
    const group = groups[axis] ?? null;
    const permutation = group === null ? null : permutationOf(group, axis);
    const next = new Int32Array(places.length * extent);
    places.forEach((place, outer) => {
      for (let i = 0; i < extent; i++)
        next[outer * extent + i] = place + stride * (permutation?.[i] ?? i);
    });
    places = next;
  });
  return places;
}
