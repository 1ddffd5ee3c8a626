/** Where the points of a scatter lie, which one is near the pointer and which are in a rectangle. Pure. */
import { scaleLinear } from 'd3-scale';
import type { Phase } from '#shared/domain/phases';
import type { PlaneRegion } from '#shared/domain/scatter-regions';

export interface ScatterPoint {
  /** Position in the diagram's cells. */
  readonly position: number;
  readonly x: number;
  readonly xError: number | null;
  readonly y: number;
  readonly yError: number | null;
  /** Position on the colour map, 0..1; null where the score is missing. */
  readonly t: number | null;
  /** 0..1: how large among the loads. */
  readonly size: number;
  readonly phase: Phase;
}

export type Ends = readonly [low: number, high: number];

/** The plot in pixels of its box, and the values at its borders. */
export interface ScatterFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: Ends;
  readonly y: Ends;
}

/** Pixels around the plot. */
const margins = { left: 64, right: 16, top: 8, bottom: 48 };

/** The frame of points in a box: whole error bars where they are drawn, the levels inside, and a little air. */
export function scatterFrame(
  points: readonly ScatterPoint[],
  box: { readonly width: number; readonly height: number },
  options: {
    readonly xLevels: readonly number[];
    readonly yLevels: readonly number[];
    readonly withErrors: boolean;
  },
): ScatterFrame {
  const { withErrors, xLevels, yLevels } = options;
  const ends = (value: number, error: number | null) => {
    const reach = withErrors ? (error ?? 0) : 0;
    return [value - reach, value + reach];
  };
  return {
    left: margins.left,
    top: margins.top,
    width: Math.max(0, box.width - margins.left - margins.right),
    height: Math.max(0, box.height - margins.top - margins.bottom),
    x: paddedEnds([...xLevels, ...points.flatMap((p) => ends(p.x, p.xError))]),
    y: paddedEnds([...yLevels, ...points.flatMap((p) => ends(p.y, p.yError))]),
  };
}

/** The range of values with a twentieth of it at either end, ending at round numbers; half a unit around a single value. */
export function paddedEnds(values: readonly number[]): Ends {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return [0, 1];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const air = (high - low) / 20 || 0.5;
  const [from, to] = [low - air, high + air];
  const step = 10 ** Math.floor(Math.log10(to - from)) / 2;
  const round = (value: number) => Number(value.toPrecision(12));
  return [round(step * Math.floor(from / step)), round(step * Math.ceil(to / step))];
}

/** Pixels of a value in the box. */
export function placeIn(frame: ScatterFrame, x: number, y: number): readonly [number, number] {
  const share = (value: number, [low, high]: Ends) => (value - low) / (high - low);
  return [
    frame.left + share(x, frame.x) * frame.width,
    frame.top + (1 - share(y, frame.y)) * frame.height,
  ];
}

/** Round values along an axis, about one per so many pixels. */
export function roundTicks(ends: Ends, pixels: number, perTick: number): readonly number[] {
  return scaleLinear(ends, [0, pixels]).ticks(Math.max(2, Math.floor(pixels / perTick)));
}

/** Pixels of the radius of a mark by its size of 0..1. */
export const radiusOf = (size: number) => 4 + 7 * size;

/** How near the pointer must be to a mark beyond its own radius, in pixels. */
const reachOfPointer = 12;

/** The point nearest to a place in the box, if one is near; of two equally near ones the one drawn last, which lies on top. */
export function nearestPoint(
  points: readonly ScatterPoint[],
  frame: ScatterFrame,
  at: readonly [number, number],
): ScatterPoint | null {
  let best: ScatterPoint | null = null;
  let least = Infinity;
  for (const point of points) {
    const [x, y] = placeIn(frame, point.x, point.y);
    const distance = Math.hypot(x - at[0], y - at[1]);
    const isNear = distance <= radiusOf(point.size) + reachOfPointer;
    if (isNear && distance <= least) [best, least] = [point, distance];
  }
  return best;
}

/** The points whose middle lies in the rectangle between two places of the box. */
export function pointsWithin(
  points: readonly ScatterPoint[],
  frame: ScatterFrame,
  [[x1, y1], [x2, y2]]: readonly [readonly [number, number], readonly [number, number]],
): readonly ScatterPoint[] {
  const between = (value: number, a: number, b: number) =>
    value >= Math.min(a, b) && value <= Math.max(a, b);
  return points.filter((point) => {
    const [x, y] = placeIn(frame, point.x, point.y);
    return between(x, x1, x2) && between(y, y1, y2);
  });
}

export interface RegionBox {
  readonly text: string;
  readonly phase: Phase;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The regions of the phases in pixels of the box, those outside the frame left out; names where they have room. */
export function regionBoxes(
  regions: readonly PlaneRegion[],
  frame: ScatterFrame,
): readonly RegionBox[] {
  if (regions.length < 2) return [];
  const clamp = (value: number, [low, high]: Ends) => Math.min(high, Math.max(low, value));
  return regions.flatMap(({ phases, x, y }) => {
    const [left, top] = placeIn(frame, clamp(x[0], frame.x), clamp(y[1], frame.y));
    const [right, bottom] = placeIn(frame, clamp(x[1], frame.x), clamp(y[0], frame.y));
    // Of several phases the one that stands for the side: the best of the flat and the connected, the worst of the others.
    const phase = phases.includes('IV-B') ? 'IV-B' : phases[0];
    const [width, height] = [right - left, bottom - top];
    if (phase === undefined || width < 1 || height < 1) return [];
    const name = phases.join(', ').replace('IV-A, IV-B', 'IV');
    const text = name.length * 8 + 12 <= width && height >= 20 ? name : '';
    return [{ text, phase, x: left, y: top, width, height }];
  });
}
