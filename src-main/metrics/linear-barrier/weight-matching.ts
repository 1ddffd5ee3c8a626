/** Permutation alignment by weight matching: the hidden units of one model are put in the order that is nearest to another's. */
import { RandomStream } from '#main/engine/random';
import { sizeOf } from '#main/engine/tensor';
import type { TensorSymmetry, UnitSymmetry } from '#main/engine/networks/unit-symmetry';
import { compareWeights } from '../compare-weights';
import { assignBlocks, totalScore } from './linear-assignment';
import { permuteWeights, sourcePlaces, type UnitPermutations } from './permute-weights';

export interface MatchingOptions {
  /** Groups of units one after another as theta names them, or in an order drawn for each sweep. */
  readonly order: 'fixed' | 'random';
  /** Sweeps at most; the descent ends by itself, as every change shortens the distance. */
  readonly mostSweeps?: number;
}

export interface Matching {
  /** Of each group: unit i of the aligned model is unit p[i] of the second. */
  readonly permutations: UnitPermutations;
  /** The second model with its units in that order, [P]. */
  readonly aligned: Float32Array;
  /** ||first - second||_2 after each sweep; the last sweep changed nothing. */
  readonly distanceBySweep: readonly number[];
}

/**
 * The second model with its hidden units permuted towards the first, by coordinate descent on ||first - second||_2.
 *
 * One group of units at a time takes the permutation with the largest inner product of all weights that count its units, the other
 * groups as they are: an exact linear assignment. From the identity; ends after a sweep without change. A permutation is taken only
 * where it is better than the one before, beyond rounding, so that the descent ends.
 * @param first - theta, [P], finite
 * @param second - theta, [P], finite; not modified
 * Limits: a local optimum; another order may end elsewhere. The same on every machine.
 * Source: Ainsworth, Hayase and Srinivasa 2023, algorithm 1; checked in tests/reference/matching.test.ts. Never throws.
 */
export function matchUnits(
  { groups, parameters }: UnitSymmetry,
  [first, second]: readonly [Float32Array, Float32Array],
  { order, mostSweeps = 100 }: MatchingOptions,
): Matching {
  const permutations: Int32Array[] = groups.map(({ size }) =>
    Int32Array.from({ length: size }, (_, i) => i),
  );
  const uses = usesOfGroups(groups.length, parameters);
  const distanceBySweep: number[] = [];
  const inOrder = Int32Array.from(groups, (_, i) => i);
  let aligned = second;
  let isChanged = groups.length > 0;
  for (let sweep = 0; isChanged && sweep < mostSweeps; sweep++) {
    isChanged = false;
    const visited =
      order === 'fixed'
        ? inOrder
        : new RandomStream(0, 'alignment-order', sweep).permutation(groups.length);
    for (const group of visited) {
      const { size, blocks } = groups[group] as (typeof groups)[0];
      const scores = new Float64Array(size * size);
      for (const use of uses[group] as readonly TensorUse[])
        addScores(scores, { first, second }, { ...use, permutations });
      const before = permutations[group] as Int32Array;
      const best = assignBlocks(scores, size, blocks);
      if (!isBetter(scores, best, before)) continue;
      permutations[group] = best;
      isChanged = true;
    }
    aligned = permuteWeights(parameters, permutations, second);
    distanceBySweep.push(compareWeights(first, aligned).distance);
  }
  return { permutations, aligned, distanceBySweep };
}

/** Part of the total by which a permutation must be better than the one before: rounding of the sums. */
const rounding = 1e-12;

function isBetter(scores: Float64Array, best: Int32Array, before: Int32Array): boolean {
  const gain = totalScore(scores, best) - totalScore(scores, before);
  const scale = scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
  return gain > rounding * scale * best.length;
}

/** An axis of a tensor that counts the units of a group. */
interface TensorUse {
  readonly tensor: TensorSymmetry;
  /** Where the tensor begins in theta. */
  readonly start: number;
  readonly axis: number;
}

function usesOfGroups(count: number, tensors: readonly TensorSymmetry[]): TensorUse[][] {
  const uses: TensorUse[][] = Array.from({ length: count }, () => []);
  let start = 0;
  for (const tensor of tensors) {
    tensor.groups.forEach((group, axis) => {
      if (group !== null) uses[group]?.push({ tensor, start, axis });
    });
    start += sizeOf(tensor.view);
  }
  return uses;
}

/** scores[i, j] += inner product of what unit i of the first and unit j of the second have in a tensor, all other axes permuted. */
function addScores(
  scores: Float64Array,
  { first, second }: { first: Float32Array; second: Float32Array },
  { tensor, start, axis, permutations }: TensorUse & { permutations: UnitPermutations },
): void {
  const units = tensor.view[axis] as number;
  const asIs = sourcePlaces(tensor, () => null);
  const moved = sourcePlaces(tensor, (group, at) =>
    at === axis ? null : (permutations[group] ?? null),
  );
  const a = rowsOf(first, { places: asIs, start, tensor, axis });
  const b = rowsOf(second, { places: moved, start, tensor, axis });
  const size = a.length / units;
  for (let i = 0; i < units; i++)
    for (let j = 0; j < units; j++) {
      const at = i * units + j;
      scores[at] = (scores[at] as number) + innerProduct(a, b, { i: i * size, j: j * size, size });
    }
}

/** The elements of a tensor at `places` with the axis first: one row for each of its units. */
function rowsOf(
  vector: Float32Array,
  {
    places,
    start,
    tensor: { view },
    axis,
  }: { places: Int32Array; start: number; tensor: TensorSymmetry; axis: number },
): Float64Array {
  const units = view[axis] as number;
  const inner = sizeOf(view.slice(axis + 1));
  const size = places.length / units;
  const rows = new Float64Array(places.length);
  places.forEach((place, k) => {
    const unit = Math.floor(k / inner) % units;
    const outer = Math.floor(k / (inner * units));
    rows[unit * size + outer * inner + (k % inner)] = vector[start + place] as number;
  });
  return rows;
}

function innerProduct(
  a: Float64Array,
  b: Float64Array,
  { i, j, size }: { i: number; j: number; size: number },
): number {
  let total = 0;
  for (let k = 0; k < size; k++) total += (a[i + k] as number) * (b[j + k] as number);
  return total;
}
