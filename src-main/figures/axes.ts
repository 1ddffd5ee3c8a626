/** Frames, ticks and their labels, for grid axes (one tick a value) and for continuous ones. */
import { scaleLinear } from 'd3-scale';
import { tickIndices, type DiagramAxis } from '#shared/domain/diagram-axis';
import { element, line, text, textSize } from './svg';
import { textWidth } from './text-width';

/** The plot area on the page, in points from the top left. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A tick: its place along the axis (0 left or bottom, 1 right or top) and its label; none for a minor tick. */
export interface Tick {
  readonly at: number;
  readonly label?: string;
}

const ink = '#000000';
const hairline = { stroke: ink, 'stroke-width': 0.5 } as const;
const tickLength = 2.5;
/** Baseline below the middle of digits, as a share of the font size. */
export const middleShift = 0.36;

/** Room that tick labels and a title take below a plot. */
export const bottomRoom = 24;

export function drawFrame(frame: Frame): string {
  return element('rect', { ...frame, fill: 'none', ...hairline });
}

/** Ticks at the values of a grid axis; labels as dense as fits into `length` points. */
export function gridTicks(axis: DiagramAxis, length: number, direction: 'x' | 'y'): Tick[] {
  const widest = Math.max(0, ...axis.labels.map((label) => textWidth(label, textSize)));
  const gap = (direction === 'x' ? widest + 4 : textSize + 2.5) / length;
  const labelled = new Set(tickIndices(axis, gap));
  return axis.values.map((_, i) => {
    const at = axis.positions[i] as number;
    return labelled.has(i) ? { at, label: axis.labels[i] as string } : { at };
  });
}

/** Ranges whose ticks fit beside a plot when they are written out; others are written as 2e5. */
const plainNumbers = { from: 1e-3, below: 1e5 } as const;

function withExponent(value: number): string {
  if (value === 0) return '0';
  return Number(value.toPrecision(3)).toExponential().replace('e+', 'e').replaceAll('-', '\u2212');
}

/** Where number ticks stand: their labels must not lie on each other. */
export interface TickRoom {
  readonly length: number;
  readonly direction: 'x' | 'y';
}

/** About `count` round ticks over a range of numbers, fewer where the labels would have no room. */
export function numberTicks(
  range: readonly [number, number],
  count: number,
  room?: TickRoom,
): Tick[] {
  const ticks = roundTicks(range, count);
  if (room === undefined || count <= 1 || haveRoom(ticks, room)) return ticks;
  return numberTicks(range, count - 1, room);
}

function haveRoom(ticks: readonly Tick[], { length, direction }: TickRoom): boolean {
  const widest = Math.max(0, ...ticks.map(({ label = '' }) => textWidth(label, textSize)));
  const needed = direction === 'x' ? widest + 4 : textSize + 0.5;
  return ticks.every(({ at }, i) => i === 0 || (at - (ticks[i - 1] as Tick).at) * length >= needed);
}

function roundTicks([low, high]: readonly [number, number], count: number): Tick[] {
  if (low === high) return [{ at: 0.5, label: formatNumber(low) }];
  const scale = scaleLinear([low, high], [0, 1]);
  const most = Math.max(Math.abs(low), Math.abs(high));
  const isPlain = most < plainNumbers.below && most >= plainNumbers.from;
  const format = isPlain ? scale.tickFormat(count) : withExponent;
  return scale.ticks(count).map((value) => ({ at: scale(value), label: format(value) }));
}

/** A range widened so that marks at its ends stay inside the frame. */
export function paddedRange(values: readonly number[], share = 0.06): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const pad = (high - low || Math.abs(high) || 1) * share;
  return [low - pad, high + pad];
}

export function drawBottomTicks(frame: Frame, ticks: readonly Tick[]): string[] {
  const y = frame.y + frame.height;
  return ticks.flatMap(({ at, label }) => {
    const x = frame.x + at * frame.width;
    const mark = line({ x, y }, { x, y: y + (label === undefined ? 1.5 : tickLength) }, hairline);
    return label === undefined
      ? [mark]
      : [mark, text(label, { x, y: y + tickLength + textSize }, { anchor: 'middle' })];
  });
}

export function drawLeftTicks(frame: Frame, ticks: readonly Tick[]): string[] {
  return ticks.flatMap(({ at, label }) => {
    const y = frame.y + (1 - at) * frame.height;
    const end = frame.x - (label === undefined ? 1.5 : tickLength);
    const mark = line({ x: frame.x, y }, { x: end, y }, hairline);
    const place = { x: frame.x - tickLength - 1.5, y: y + middleShift * textSize };
    return label === undefined ? [mark] : [mark, text(label, place, { anchor: 'end' })];
  });
}

export function drawBottomTitle(frame: Frame, title: string): string {
  const y = frame.y + frame.height + bottomRoom - 4;
  return text(title, { x: frame.x + frame.width / 2, y }, { anchor: 'middle' });
}

/** @param offset - distance of the title's baseline from the plot, in points */
export function drawLeftTitle(frame: Frame, title: string, offset: number): string {
  const at = { x: frame.x - offset, y: frame.y + frame.height / 2 };
  return text(title, at, { anchor: 'middle', rotate: -90 });
}

/** A number for a label: three significant digits, a true minus sign. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '\u2212');
}

/** Axis title as printed; says where hot is for a temperature-like axis. */
export function printedTitle(axis: DiagramAxis): string {
  return axis.role === 'temperature' ? `${axis.title} (hot at the top)` : axis.title;
}
