/**
 * How much the phases rest on where the thresholds are: cells per phase along one threshold, and which share of a grid of plausible
 * thresholds leaves a cell where it is. The rule is that of `phases.ts`, here on numbers alone, so that a grid of 40 by 40 cells is
 * labelled under hundreds of settings between two frames.
 */
import { estimateOf, isUntrained } from './cell-phase';
import {
  phaseNames,
  type Estimate,
  type Phase,
  type PhaseThresholds,
  type ThresholdName,
} from './phases';
import type { CellResult } from './results';

/** The three thresholds that decide now. */
export type Deciding = readonly [
  flat: 'trainLoss' | 'logTrace',
  poor: 'modeConnectivity',
  alike: 'cka',
];

/** Which thresholds decide: flatness by train loss or by log trace, connectivity, likeness. */
export function decidingThresholds({ flatBy }: Pick<PhaseThresholds, 'flatBy'>): Deciding {
  return [flatBy, 'modeConnectivity', 'cka'];
}

/** The deciding numbers of a cell; null in the place of a cell that no thresholds can decide (not trained, or without a number). */
type CellNumbers = Readonly<Record<ThresholdName, Estimate>> | null;

/** Below, at or above, or too close to tell (within one standard error, or no number). */
type Side = 'below' | 'above' | 'open';

function sideOf({ mean, se }: Estimate, threshold: number): Side {
  if (mean === null || !Number.isFinite(mean)) return 'open';
  if (se !== null && Math.abs(mean - threshold) <= se) return 'open';
  return mean < threshold ? 'below' : 'above';
}

function phaseOf(flat: Side, poor: Side, alike: Side): Phase {
  if (flat === 'open' || poor === 'open') return 'undecided';
  if (flat === 'above') return poor === 'below' ? 'I' : 'II';
  if (poor === 'below') return 'III';
  return alike === 'open' ? 'undecided' : alike === 'below' ? 'IV-A' : 'IV-B';
}

/** Cells never change: a new result is a new cell. */
const numbersOfCells = new WeakMap<CellResult, NonNullable<CellNumbers> | 'none'>();

function numbersOf(cell: CellResult | null): CellNumbers {
  if (cell === null) return null;
  const known = numbersOfCells.get(cell);
  if (known !== undefined) return known === 'none' ? null : known;
  const numbers = readNumbers(cell);
  numbersOfCells.set(cell, numbers ?? 'none');
  return numbers;
}

function readNumbers(cell: CellResult): CellNumbers {
  if (isUntrained(cell)) return null;
  const trace = estimateOf(cell.metrics['hessianTrace']);
  const { mean, se } = trace;
  const logTrace: Estimate =
    mean === null || mean <= 0
      ? { mean: null, se: null }
      : { mean: Math.log(mean), se: se === null ? null : se / mean };
  return {
    trainLoss: estimateOf(cell.metrics['trainLoss']),
    logTrace,
    modeConnectivity: estimateOf(cell.metrics['modeConnectivity']),
    cka: estimateOf(cell.metrics['cka']),
  };
}

/** How many cells each phase has. */
export type PhaseCountsAt = Readonly<Record<Phase, number>>;

function noCells(): Record<Phase, number> {
  return Object.fromEntries(phaseNames.map((phase) => [phase, 0])) as Record<Phase, number>;
}

/**
 * The number of cells of each phase at each value of one threshold, the others held where they are.
 *
 * Definition: at every value the label of each cell by the rule of `labelPhase`; cells that the results do not have are not counted, cells
 * that are not trained or lack a deciding number count as undecided. The counts of one value add up to the number of cells.
 * @param values - of the threshold, in its own unit, rising
 * Never throws. Cost: a few halvings of the values for each cell.
 */
export function phasesAlong(
  cells: readonly (CellResult | null)[],
  thresholds: PhaseThresholds,
  along: { readonly name: ThresholdName; readonly values: readonly number[] },
): readonly PhaseCountsAt[] {
  const { name, values } = along;
  const deciding = decidingThresholds(thresholds);
  /** What each phase gains, from one value on. */
  const gains = values.map(noCells);
  const gain = (at: number, phase: Phase, by: number) => {
    const here = gains[at];
    if (here) here[phase] += by;
  };
  for (const cell of cells) {
    if (cell === null) continue;
    const numbers = numbersOf(cell);
    const phaseWith = (side: Side): Phase => {
      if (numbers === null) return 'undecided';
      const [flat, poor, alike] = deciding.map((other) =>
        other === name ? side : sideOf(numbers[other], thresholds[other]),
      );
      return phaseOf(flat as Side, poor as Side, alike as Side);
    };
    // As the threshold rises the number is first above it, then too close to tell, then below.
    const sideAt = (value: number): Side => (numbers ? sideOf(numbers[name], value) : 'open');
    const open = firstWhere(values, (value) => sideAt(value) !== 'above');
    const below = firstWhere(values, (value) => sideAt(value) === 'below');
    gain(0, phaseWith(sideAt(values[0] ?? 0)), 1);
    for (const [at, side] of [
      [open, 'open'],
      [below, 'below'],
    ] as const) {
      if (at === 0 || at >= values.length) continue;
      if (side === 'open' && open === below) continue;
      gain(at, phaseWith(sideAt(values[at - 1] as number)), -1);
      gain(at, phaseWith(side), 1);
    }
  }
  const counts = noCells();
  return gains.map((gained) => {
    for (const phase of phaseNames) counts[phase] += gained[phase];
    return { ...counts };
  });
}

/** The first position of rising values from which something holds; their number where it never does. By halving. */
function firstWhere(values: readonly number[], holds: (value: number) => boolean): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(values[middle] as number)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** How far plausible thresholds lie from those that are set: half the range on either side. */
export interface PlausibleRange {
  /** Flatness by train loss: from the threshold divided by this to the threshold times this. */
  readonly lossFactor: number;
  /** Where losses may be 0 and below (energies): this much on either side instead. */
  readonly energy: number;
  readonly logTrace: number;
  /** Percentage points. */
  readonly modeConnectivity: number;
  readonly cka: number;
}

/** What a reader of the paper might have drawn instead: twice or half the loss, one point of error, a tenth of CKA. */
export const plausibleRange: PlausibleRange = {
  lossFactor: 2,
  energy: 0.05,
  logTrace: 1,
  modeConnectivity: 1,
  cka: 0.1,
};

/** A range half or twice as wide, say. */
export function widened(range: PlausibleRange, by: number): PlausibleRange {
  return {
    lossFactor: range.lossFactor ** by,
    energy: range.energy * by,
    logTrace: range.logTrace * by,
    modeConnectivity: range.modeConnectivity * by,
    cka: range.cka * by,
  };
}

/** Values of each threshold on the grid of plausible thresholds: an odd number, so that the middle one is the one that is set. */
export const plausibleSteps = 9;

/**
 * The plausible values of one threshold, rising, `plausibleSteps` of them, the middle one as it is set.
 *
 * Definition: even steps from T - r to T + r; of a loss above 0 even steps of the logarithm from T / f to T f. CKA stays within 0..1 by
 * clamping. Never throws.
 */
export function plausibleValues(
  name: ThresholdName,
  thresholds: PhaseThresholds,
  range: PlausibleRange = plausibleRange,
): readonly number[] {
  const at = thresholds[name];
  const half = (plausibleSteps - 1) / 2;
  const isLoss = name === 'trainLoss' && at > 0;
  const reach = name === 'trainLoss' ? range.energy : range[name];
  return Array.from({ length: plausibleSteps }, (_, i) => {
    const u = (i - half) / half;
    if (u === 0) return at;
    if (isLoss) return at * range.lossFactor ** u;
    const value = at + u * reach;
    return name === 'cka' ? Math.min(1, Math.max(0, value)) : value;
  });
}

/** How firmly a cell has its phase. */
export interface CellRobustness {
  /** With the thresholds that are set. */
  readonly phase: Phase;
  /** Share of the plausible settings that give the same phase, 0..1; null where the cell is undecided, so that there is none to keep. */
  readonly share: number | null;
  /** Share of the settings that give each phase; they add up to 1. */
  readonly shares: PhaseCountsAt;
  /** The thresholds that a deciding number lies within one standard error of. */
  readonly close: readonly ThresholdName[];
  /** No threshold can decide it: there is no such cell, it is not trained, or a number is missing. */
  readonly isWithoutNumbers: boolean;
}

/**
 * For each cell the share of plausible settings of the three deciding thresholds that give it the phase it has.
 *
 * Definition: the settings are all combinations of `plausibleValues` of the three thresholds, `plausibleSteps`^3 = 729; each counts the
 * same. A setting that leaves the cell undecided does not agree with a phase. Computed by counting the sides of each number instead of
 * walking all settings: the three numbers are compared independently.
 * Never throws. Limits: the ranges are what somebody might choose, not a distribution: a share is no probability.
 */
export function phaseRobustness(
  cells: readonly (CellResult | null)[],
  thresholds: PhaseThresholds,
  range: PlausibleRange = plausibleRange,
): readonly CellRobustness[] {
  const deciding = decidingThresholds(thresholds);
  const values = deciding.map((name) => plausibleValues(name, thresholds, range));
  return cells.map((cell) => {
    const numbers = numbersOf(cell);
    if (numbers === null) return withoutNumbers;
    const [flat, poor, alike] = deciding.map((name, i) =>
      countSides(numbers[name], values[i] ?? []),
    ) as [SideShares, SideShares, SideShares];
    const well = flat.below * poor.above;
    const shares = {
      I: flat.above * poor.below,
      II: flat.above * poor.above,
      III: flat.below * poor.below,
      'IV-A': well * alike.below,
      'IV-B': well * alike.above,
    };
    const decided = Object.values(shares).reduce((a, b) => a + b, 0);
    const now = deciding.map((name) => sideOf(numbers[name], thresholds[name]));
    const phase = phaseOf(now[0] as Side, now[1] as Side, now[2] as Side);
    const asksAlike = now[0] === 'below' && now[1] === 'above';
    const asked = asksAlike ? deciding : deciding.slice(0, 2);
    return {
      phase,
      share: phase === 'undecided' ? null : shares[phase],
      shares: { ...shares, undecided: Math.max(0, 1 - decided) },
      close: asked.filter(
        (name) => numbers[name].mean !== null && sideOf(numbers[name], thresholds[name]) === 'open',
      ),
      isWithoutNumbers: asked.some((name) => numbers[name].mean === null),
    };
  });
}

const withoutNumbers: CellRobustness = {
  phase: 'undecided',
  share: null,
  shares: { ...noCells(), undecided: 1 },
  close: [],
  isWithoutNumbers: true,
};

type SideShares = Readonly<Record<Side, number>>;

function countSides(number: Estimate, thresholds: readonly number[]): SideShares {
  const shares = { below: 0, above: 0, open: 0 };
  for (const threshold of thresholds) shares[sideOf(number, threshold)] += 1 / thresholds.length;
  return shares;
}
