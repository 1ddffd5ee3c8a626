/** Pixels of the even grid: where each square, label and title goes in a box of a given width. */
import type { DiagramAxis } from '#shared/domain/diagram-axis';
import type { GridLayout } from './grid-layout';
import { neighbourOf, type Direction } from './panel-geometry';

export interface PlacedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export interface GridFrame {
  readonly width: number;
  readonly height: number;
  /** Side of a square. */
  readonly side: number;
  /** From the top row down. */
  readonly rows: readonly {
    readonly row: number;
    readonly cells: readonly {
      readonly position: number;
      readonly x: number;
      readonly y: number;
    }[];
  }[];
  readonly xLabels: readonly PlacedText[];
  readonly yLabels: readonly PlacedText[];
  readonly xTitle: PlacedText | null;
  readonly yTitle: PlacedText | null;
}

/** Smallest side of a square: below it the grid scrolls sideways. */
const smallest = 6;

/** Room for the labels of rows: that of the longest names a row can have, `zero-training-error` and `gelu-tanh`. */
const largestLabel = 136;

/** Lays the grid out in `boxWidth` pixels with squares of at most `largest`. */
export function gridFrame(layout: GridLayout, boxWidth: number, largest: number): GridFrame {
  const { x, y } = layout;
  const columns = x.positions.length;
  const rows = y.positions.length;
  const hasY = y.values.length > 0;
  const hasX = x.values.length > 0;
  const widest = Math.max(1, ...y.labels.map((l) => l.length));
  const left = hasY ? 20 + 8 + Math.min(largestLabel, 7 * widest) : 4;
  const top = 4;
  const bottom = hasX ? 40 : 4;
  const pitch = Math.max(
    smallest + 1,
    Math.min(largest, Math.floor((boxWidth - left - 4) / columns)),
  );
  const gap = pitch >= 16 ? 4 : pitch >= 10 ? 2 : 1;
  const side = pitch - gap;
  const plotWidth = columns * pitch;
  const plotHeight = rows * pitch;
  const placed = y.positions
    .map((_, row) => ({
      row,
      cells: x.positions.map((_, column) => ({
        position: row * columns + column,
        x: left + column * pitch,
        y: top + (rows - 1 - row) * pitch,
      })),
    }))
    .reverse();
  return {
    width: Math.max(left + plotWidth + 4, 40),
    height: top + plotHeight + bottom,
    side,
    rows: placed,
    xLabels: spacedLabels(x, pitch, (l) => 7 * l + 6).map(({ i, text }) => ({
      text,
      x: left + i * pitch + side / 2,
      y: top + plotHeight + 12,
    })),
    yLabels: spacedLabels(y, pitch, () => 14).map(({ i, text }) => ({
      text,
      x: left - 8,
      y: top + (rows - 1 - i) * pitch + side / 2,
    })),
    xTitle: hasX
      ? { text: x.title, x: Math.max(left + plotWidth / 2, 32), y: top + plotHeight + 32 }
      : null,
    yTitle: hasY ? { text: y.title, x: 12, y: top + plotHeight / 2 } : null,
  };
}

/** Every label, or every second, fourth, ... so that they do not touch. */
function spacedLabels(axis: DiagramAxis, pitch: number, room: (length: number) => number) {
  const widest = Math.max(0, ...axis.labels.map((l) => l.length));
  let step = 1;
  while (step * pitch < room(widest) && step < axis.labels.length) step *= 2;
  return axis.labels.flatMap((text, i) => (i % step === 0 ? [{ i, text }] : []));
}

/** The cell beside `from` in a plane of the grid; null for an empty grid. */
export function moveInGrid(
  layout: GridLayout,
  cells: readonly number[],
  from: number | null,
  to: Direction,
): number | null {
  const position = from === null ? null : cells.indexOf(from);
  const start = position === null || position < 0 ? null : position;
  return cells[neighbourOf(layout, start, to)] ?? null;
}
