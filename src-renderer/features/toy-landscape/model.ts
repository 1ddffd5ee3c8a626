/** The toy landscape as curves, marks and sentences: pure functions of the sliders and of one pair of walkers. */
import { layOutAxis } from '#shared/domain/diagram-axis';
import type { PhaseGrid } from '#shared/domain/diagram-regions';
import type { Phase } from '#shared/domain/phases';
import {
  toyLoss,
  withoutNoise,
  type ToyLandscape,
} from '#shared/domain/toy-landscape/effective-loss';
import { stationaryPoints } from '#shared/domain/toy-landscape/stationary-points';
import type { ToyCell } from '#shared/domain/toy-landscape/toy-diagram';
import {
  defaultToyThresholds,
  toyVerdict,
  type ToyPair,
} from '#shared/domain/toy-landscape/toy-pair';
import {
  toyLastPosition,
  toyLoads,
  toyPairs,
  toyPositionOf,
  toyTemperatures,
  type ToyScale,
} from '#shared/domain/toy-landscape/toy-sweep';
import { formatNumber } from '../../charts/number-format';

export type Point = readonly [x: number, y: number];

/** How far the drawing reaches from the middle of the bowl: the whole of it, with the walkers' starts at 3, or its ground. */
export const toyReaches = { bowl: 3.6, ground: 1.2 } as const;
export type ToyReach = keyof typeof toyReaches;

/** Points along a curve: some twenty a ripple. */
const curvePoints = 1001;

/** The bare and the effective loss over the drawn part of the line, and the largest value of either. */
export function toyCurves(
  landscape: ToyLandscape,
  reach: number,
): {
  readonly bare: readonly Point[];
  readonly effective: readonly Point[];
  readonly most: number;
} {
  const xs = Array.from(
    { length: curvePoints },
    (_, i) => reach * ((2 * i) / (curvePoints - 1) - 1),
  );
  const still = withoutNoise(landscape);
  const bare = xs.map((x) => [x, toyLoss(still, x)] as const);
  const effective = xs.map((x) => [x, toyLoss(landscape, x)] as const);
  const most = [...bare, ...effective].reduce((a, [, y]) => Math.max(a, y), 0);
  return { bare, effective, most };
}

/** The highest point of the effective loss between the minima that the walkers reached; null where they are one. */
export function toyTop(landscape: ToyLandscape, { minima }: Pick<ToyPair, 'minima'>): Point | null {
  const [from, to] = [Math.min(...minima), Math.max(...minima)];
  const between = stationaryPoints(landscape).maxima.filter((x) => from < x && x < to);
  const tops = between.map((x) => [x, toyLoss(landscape, x)] as const);
  return tops.reduce<Point | null>((best, top) => (!best || top[1] > best[1] ? top : best), null);
}

/** At most `most` positions of a trajectory, evenly in time, its first and its last among those up to `share` of it. */
export function traceOf(positions: Float64Array, share: number, most = 600): readonly Point[] {
  const last = Math.round(share * (positions.length - 1));
  const count = Math.max(2, Math.min(most, last + 1));
  return Array.from({ length: count }, (_, i) => {
    const at = Math.round((i / (count - 1)) * last);
    return [positions[at] ?? 0, at / (positions.length - 1)] as const;
  });
}

/** Where a walker is after a share of its time, 0..1. */
export function walkerAt(positions: Float64Array, share: number): number {
  return positions[Math.round(share * (positions.length - 1))] ?? 0;
}

/** One of the numbers that decide the phase. */
export interface ToyFact {
  readonly title: string;
  readonly value: string;
  /** `flat: below 0.3`. */
  readonly verdict: string;
}

/** The three numbers against their thresholds, in the order in which they decide. */
export function toyFacts(pair: ToyPair): readonly ToyFact[] {
  const { loss, barrier, distance } = defaultToyThresholds;
  const verdict = toyVerdict(pair);
  return [
    {
      title: 'Loss at the minima',
      value: formatNumber(pair.loss),
      verdict: verdict.isSharp ? `sharp: ${loss} or more` : `flat: below ${loss}`,
    },
    {
      title: 'Barrier between them',
      value: formatNumber(pair.barrier),
      verdict: verdict.isPoorlyConnected ? `poor: above ${barrier}` : `well: up to ${barrier}`,
    },
    {
      title: 'Distance of the ends',
      value: formatNumber(pair.distance),
      verdict: verdict.areAlike ? `alike: up to ${distance}` : `differ: above ${distance}`,
    },
  ];
}

/** Why the pair is in its phase, in a sentence. Only flat and well connected pairs are asked whether they are alike. */
export function toyReason(pair: ToyPair): string {
  const verdict = toyVerdict(pair);
  const loss = verdict.isSharp ? 'large (sharp)' : 'small (flat)';
  const sharp = `The effective loss at the minima below their ends is ${loss}`;
  const connected = verdict.isPoorlyConnected
    ? 'a barrier parts these minima'
    : 'no barrier worth the name parts these minima';
  if (verdict.isSharp || verdict.isPoorlyConnected) return `${sharp}, and ${connected}.`;
  const alike = verdict.areAlike ? 'the ends are close together' : 'the ends are far apart';
  return `${sharp}, ${connected}, and ${alike}.`;
}

/** What the landscape shows, for those who cannot see it. */
export function landscapeSummary(landscape: ToyLandscape, pair: ToyPair): string {
  const { minima } = stationaryPoints(landscape);
  const count = minima.length === 1 ? 'one minimum' : `${minima.length} minima`;
  const [a, b] = pair.ends.map((x) => formatNumber(x));
  return `Loss over one weight: the bare landscape has ripples of height ${formatNumber(landscape.ruggedness)}, the effective one has ${count}. Two walkers from −3 and 3 end at ${a} and ${b}: phase ${pair.phase}.`;
}

/** A cell of the sweep in words. */
export function sweepCellText({ load, temperature, phase, agreement }: ToyCell): string {
  const votes = Math.round(agreement * toyPairs);
  return `Load ${formatNumber(load)}, temperature ${formatNumber(temperature)}: ${phase}, ${votes} of ${toyPairs} pairs.`;
}

const sweepAxis = (path: string, values: readonly number[]) =>
  ({ path, role: 'none', values }) as const;
const x = layOutAxis(sweepAxis('load', toyLoads), 'horizontal');
const y = layOutAxis(sweepAxis('temperature', toyTemperatures), 'vertical');

/** Where a value lies along an axis of the sweep, 0..1: cells have theirs in the middle. */
export function placeInSweep(scale: ToyScale, value: number): number {
  const cells = toyLoads.length;
  return ((toyPositionOf(scale, value) / toyLastPosition) * (cells - 1) + 0.5) / cells;
}

/** The powers of ten on an axis of the sweep, with their places. */
export function sweepTicks(
  scale: ToyScale,
): readonly { readonly text: string; readonly at: number }[] {
  const [from, to] = [Math.log10(scale.least), Math.log10(scale.most)];
  return Array.from({ length: Math.round(to - from) + 1 }, (_, i) => {
    const text = String(Number((scale.least * 10 ** i).toPrecision(3)));
    return { text, at: placeInSweep(scale, Number(text)) };
  });
}

/** The sweep as a grid of phases, hot at the top; cells that are not computed yet are undecided. */
export function sweepGrid(cells: readonly (ToyCell | null)[]): PhaseGrid {
  const phases: readonly Phase[] = cells.map((cell) => cell?.phase ?? 'undecided');
  return { x, y, phases };
}
