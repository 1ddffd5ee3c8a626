/**
 * Which hidden units of a network may change places without a change of what it computes. The features of a sample are followed from
 * layer to layer; every tensor says which of its axes counts which units, and where two paths meet (a sum with a shortcut) their units
 * change places together.
 */
import type { Shape } from '../tensor';

/** Hidden units while they are followed; changed as more is known of them. */
export interface Units {
  readonly size: number;
  /** Blocks of neighbours that change places as wholes, each inside of itself too: groups of a norm. 1: all units are free. */
  blocks: number;
  /** Outputs, and what meets units in a given order: they keep theirs. */
  isFixed: boolean;
  /** Other units that these turned out to be. */
  joined: Units | null;
}

/** The last axis of a sample. */
export interface Features {
  /** null: their order is given, as that of inputs. */
  readonly units: Units | null;
  /** Features of one unit, where an image was made a row. Otherwise 1. */
  readonly places: number;
  /** Order in such a row: by `place`, feature = place * size + unit; by `unit`, feature = unit * places + place. */
  readonly order: 'place' | 'unit';
}

/** A tensor seen with the extents `view`, whose axes count units; null: an axis that keeps its order. */
export interface TensorUnits {
  readonly view: Shape;
  readonly axes: readonly (Units | null)[];
}

/** What a layer does to units. */
export interface Followed {
  readonly features: Features;
  /** One entry for each parameter and statistic of the layer. */
  readonly parameters: readonly TensorUnits[];
  readonly statistics: readonly TensorUnits[];
}

/** Units that may all change places. */
export function freeUnits(size: number): Units {
  return { size, blocks: 1, isFixed: false, joined: null };
}

export function featuresOf(units: Units | null): Features {
  return { units, places: 1, order: 'place' };
}

/** The axes of so many features that lie in the order of a row: extents, and the units that each counts. */
export function axesOfFeatures(count: number, { units, places, order }: Features): TensorUnits {
  return order === 'place'
    ? { view: [places, count / places], axes: [null, units] }
    : { view: [count / places, places], axes: [units, null] };
}

/** What all units that were joined with these are told by. */
function rootOf(units: Units): Units {
  return units.joined ? rootOf(units.joined) : units;
}

/** From now on these units keep their order. */
export function fixUnits(units: Units | null): void {
  if (units) rootOf(units).isFixed = true;
}

/** From now on these units change places as `blocks` of neighbours, and inside of each. */
export function divideUnits(units: Units | null, blocks: number): void {
  if (units === null) return;
  const root = rootOf(units);
  if (blocks === 1 || blocks === root.size) return;
  if (root.blocks !== 1 && root.blocks !== blocks) root.isFixed = true;
  root.blocks = blocks;
}

/** The features of a sum: from now on both change places together. */
export function joinFeatures(a: Features, b: Features): Features {
  if (a.units === null || b.units === null || a.places !== b.places || a.order !== b.order) {
    fixUnits(a.units);
    fixUnits(b.units);
    return a;
  }
  const [one, other] = [rootOf(a.units), rootOf(b.units)];
  if (one === other) return a;
  other.joined = one;
  if (other.isFixed) one.isFixed = true;
  divideUnits(one, other.blocks);
  return a;
}

/** Units that change places together. */
export interface UnitGroup {
  readonly size: number;
  /** As of `Units`. */
  readonly blocks: number;
}

/** A tensor of the flat vector, seen with the extents `view`; of each axis the index of the group that it counts, or null. */
export interface TensorSymmetry {
  readonly view: Shape;
  readonly groups: readonly (number | null)[];
}

/** The permutations that leave what a network computes as it is: one of each group, applied to all tensors that it appears in. */
export interface UnitSymmetry {
  readonly groups: readonly UnitGroup[];
  /** In the flat order of theta. */
  readonly parameters: readonly TensorSymmetry[];
  readonly statistics: readonly TensorSymmetry[];
}

/**
 * The symmetry of a network whose layers were followed from its inputs to its outputs, which both keep their order.
 * Groups are in the order in which theta first names them. Checked in tests/laws/weight-matching.test.ts. Never throws.
 */
export function symmetryOf({ features, parameters, statistics }: Followed): UnitSymmetry {
  fixUnits(features.units);
  const found: Units[] = [];
  const groupOf = (units: Units | null): number | null => {
    const root = units && rootOf(units);
    if (root === null || root.isFixed) return null;
    if (!found.includes(root)) found.push(root);
    return found.indexOf(root);
  };
  const toGroups = ({ view, axes }: TensorUnits): TensorSymmetry => ({
    view,
    groups: axes.map(groupOf),
  });
  const symmetry = {
    parameters: parameters.map(toGroups),
    statistics: statistics.map(toGroups),
  };
  return { groups: found.map(({ size, blocks }) => ({ size, blocks })), ...symmetry };
}
