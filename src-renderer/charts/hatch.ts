/** Diagonal lines that fill a rectangle: the mark of a cell without a number. */

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LineSegment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/**
 * Lines at 45 degrees, `gap` pixels apart along x, clipped to the rectangle; neighbouring rectangles continue each
 * other's lines because they lie on a common lattice.
 * @param direction - `rising` runs from bottom left to top right
 */
export function hatchLines(
  rect: Rect,
  gap: number,
  direction: 'rising' | 'falling' = 'rising',
): LineSegment[] {
  const { x, y, width, height } = rect;
  if (!(width > 0) || !(height > 0)) return [];
  const lines: LineSegment[] = [];
  // A rising line is x + y = c, a falling one x - y = c.
  const sign = direction === 'rising' ? 1 : -1;
  const corners = [
    x + sign * y,
    x + sign * (y + height),
    x + width + sign * y,
    x + width + sign * (y + height),
  ];
  const first = Math.ceil(Math.min(...corners) / gap) * gap;
  const last = Math.max(...corners);
  for (let c = first; c < last; c += gap) {
    const yAt = (px: number) => sign * (c - px);
    const xAt = (py: number) => c - sign * py;
    const x1 = Math.max(x, Math.min(xAt(y), xAt(y + height)));
    const x2 = Math.min(x + width, Math.max(xAt(y), xAt(y + height)));
    if (x2 - x1 > 1e-6) lines.push({ x1, y1: yAt(x1), x2, y2: yAt(x2) });
  }
  return lines;
}
