/** One axis of a diagram: where each value sits, in units of the plot (0 left or bottom, 1 right or top). */
import type { CellsResult } from './results';
import type { AxisRole, Scalar } from './spec';

export interface DiagramAxis {
  /** Path in the spec; empty for the axis that a spec with fewer axes does not have. */
  readonly path: string;
  readonly role: AxisRole;
  /** `Width`, `Batch size`; empty for an absent axis. */
  readonly title: string;
  readonly scale: 'log' | 'linear' | 'category';
  /** The values fall from bottom to top (batch size: a small batch is hot, and hot is at the top). */
  readonly inverted: boolean;
  /** In order of position, so from left to right or bottom to top; empty for an absent axis. */
  readonly values: readonly Scalar[];
  /** Each value as printed. */
  readonly labels: readonly string[];
  /** Centre of each column or row in 0..1, rising; `[0.5]` for an absent axis. */
  readonly positions: readonly number[];
  /** Borders between columns or rows in 0..1, rising, one more than positions; the first is 0 and the last 1. */
  readonly edges: readonly number[];
}

type ResultAxis = CellsResult['axes'][number];

export const axisScales = ['log', 'linear', 'category'] as const;

/** What a reader has set of an axis, in place of what its values suggest. */
export interface AxisLook {
  /** `category` puts the values at even steps; a scale that the values do not have is left out. */
  readonly scale?: DiagramAxis['scale'];
  /** The other way round than by default. */
  readonly flipped?: boolean;
}

/** The scales that values can be drawn on, the one by default first: no logarithm of 0, no number line for words. Never throws. */
export function scalesOf(values: readonly Scalar[]): readonly DiagramAxis['scale'][] {
  const numbers = numbersOf(values);
  if (numbers === null) return ['category'];
  const isPositive = numbers.every((v) => v > 0);
  const usual = scaleOf(numbers);
  const all = axisScales.filter((scale) => scale !== 'log' || isPositive);
  return [usual, ...all.filter((scale) => scale !== usual)];
}

/** The values, rising; null where some are not numbers. */
function numbersOf(values: readonly Scalar[]): number[] | null {
  const numbers = values.filter((v) => typeof v === 'number' && Number.isFinite(v));
  return numbers.length === values.length ? (numbers as number[]).sort((a, b) => a - b) : null;
}

/** The axis that a one-axis or zero-axis spec does not have: a single column or row without ticks. */
export const absentAxis: DiagramAxis = {
  path: '',
  role: 'none',
  title: '',
  scale: 'category',
  inverted: false,
  values: [],
  labels: [],
  positions: [0.5],
  edges: [0, 1],
};

/**
 * Lays out the values of an axis.
 *
 * Definition: logarithmic when all values are numbers above 0 whose logarithms are at least as evenly spaced as the
 * values over a factor of 3 or more, or that span a factor of 100. Values with a 0 or below that a number line would
 * crowd (0, 0.0001, ..., 0.05: one step more than 8 times another) stand at even steps; else linear; values that are not
 * all numbers become even categories in the given order. Borders are midpoints in that scale, the outer ones as far out
 * as the inner.
 * @param direction - `vertical` axes of batch size are inverted: a small batch is hot and hot is at the top
 * @param look - what the reader has set instead
 */
export function layOutAxis(
  axis: ResultAxis,
  direction: 'horizontal' | 'vertical',
  look: AxisLook = {},
): DiagramAxis {
  const isCold = direction === 'vertical' && isColdWhenLarge(axis.path);
  const inverted = isCold !== (look.flipped ?? false);
  const sorted: Scalar[] = numbersOf(axis.values) ?? [...axis.values];
  const possible = scalesOf(axis.values);
  const scale = possible.find((name) => name === look.scale) ?? possible[0] ?? 'category';
  const scaled = sorted.map((value, i) => {
    if (scale === 'category') return i;
    return scale === 'log' ? Math.log(value as number) : (value as number);
  });
  const { positions, edges } = unitLayout(scaled);
  const flip = (xs: readonly number[]) => xs.map((x) => 1 - x).reverse();
  const values = inverted ? [...sorted].reverse() : sorted;
  return {
    path: axis.path,
    role: axis.role,
    title: axisTitle(axis.path),
    scale,
    inverted,
    values,
    labels: values.map(formatScalar),
    positions: inverted ? flip(positions) : positions,
    edges: inverted ? flip(edges) : edges,
  };
}

/**
 * Which values to label so that labels stay `gap` apart: all if they fit, else the round ones (powers of two and ten),
 * else all, in both cases thinned to every k-th; values at even steps are thinned evenly. @returns rising positions into `axis.values`
 */
export function tickIndices(axis: DiagramAxis, gap: number): number[] {
  const all = axis.values.map((_, i) => i);
  const fits = (ticks: readonly number[]) =>
    ticks.slice(1).every((tick, i) => at(tick) - at(ticks[i] as number) >= gap);
  const at = (i: number) => axis.positions[i] as number;
  if (fits(all)) return all;
  const round = all.filter((i) => isRound(axis.values[i] as Scalar));
  const candidates = round.length >= 2 && axis.scale !== 'category' ? round : all;
  for (let step = 1; step < candidates.length; step++) {
    const ticks = candidates.filter((_, i) => i % step === 0);
    if (fits(ticks)) return ticks;
  }
  return candidates.slice(0, 1);
}

const titles: Readonly<Record<string, string>> = {
  'dataset.beta': 'Convection beta',
  'dataset.fraction': 'Fraction of the data',
  'dataset.frequency': 'Half waves',
  'dataset.name': 'Data set',
  'dataset.points': 'Collocation points',
  'dataset.rho': 'Reaction rho',
  'model.skip': 'Skip connections',
  'optimizer.beta1': 'Beta 1',
  'optimizer.beta2': 'Beta 2',
  'optimizer.longest': 'Longest step',
  'optimizer.name': 'Method',
  'optimizer.noise': 'Langevin noise',
  'optimizer.rho': 'SAM radius',
  'optimizer.schedule.epochs': 'Warm-up epochs',
  'optimizer.schedule.every': 'Epochs between steps',
  'optimizer.schedule.factor': 'Factor of a step',
  'optimizer.schedule.name': 'Schedule',
  'training.stop.below': 'Train loss to stop at',
  'training.stop.name': 'Stop rule',
  'training.stop.patience': 'Patience in epochs',
  'training.weights': 'Weights that count',
};

/** `training.batchSize` and `batch_size` become `Batch size`. */
export function axisTitle(path: string): string {
  const known = titles[path];
  if (known !== undefined) return known;
  const words = (path.split('.').at(-1) ?? path)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value as printed on an axis: at most 6 significant digits. */
export function formatScalar(value: Scalar): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);
}

/** Batch size is the temperature-like setting that cools as it grows; learning rate and weight decay heat. */
function isColdWhenLarge(path: string): boolean {
  return /batch[ _-]?size$|(^|[._])batch$/i.test(path);
}

/** A row or column narrower than this part of another cannot be read. */
const mostUneven = 8;

function scaleOf(sorted: readonly number[]): DiagramAxis['scale'] {
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return 'linear';
  if (first <= 0) return unevenness(sorted) > mostUneven ? 'category' : 'linear';
  const ratio = last / first;
  if (ratio >= 100) return 'log';
  const even = unevenness(sorted.map(Math.log)) <= unevenness(sorted) + 1e-9;
  return ratio >= 3 && even ? 'log' : 'linear';
}

/** Largest step over the smallest; 1 for even steps. */
function unevenness(sorted: readonly number[]): number {
  const steps = sorted.slice(1).map((x, i) => x - (sorted[i] as number));
  return steps.length === 0 ? 1 : Math.max(...steps) / Math.min(...steps);
}

function unitLayout(sorted: readonly number[]): { positions: number[]; edges: number[] } {
  const n = sorted.length;
  if (n === 0) return { positions: [0.5], edges: [0, 1] };
  if (n === 1) return { positions: [0.5], edges: [0, 1] };
  const at = (i: number) => sorted[i] as number;
  const low = at(0) - (at(1) - at(0)) / 2;
  const high = at(n - 1) + (at(n - 1) - at(n - 2)) / 2;
  const unit = (x: number) => (x - low) / (high - low);
  const inner = sorted.slice(1).map((x, i) => unit((x + at(i)) / 2));
  return { positions: sorted.map(unit), edges: [0, ...inner, 1] };
}

function isRound(value: Scalar): boolean {
  if (typeof value !== 'number' || value <= 0) return false;
  return [Math.log2(value), Math.log10(value)].some((x) => Math.abs(x - Math.round(x)) < 1e-9);
}
