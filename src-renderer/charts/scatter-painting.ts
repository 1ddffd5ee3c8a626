/** The marks of a scatter on a canvas: shape by phase, colour by score, size by load, error bars where asked for. */
import { colourAt } from '#shared/domain/colour-maps';
import { phaseShapes } from '#shared/domain/diagram-scatter';
import type { ChartStyle } from './chart-style';
import { placeIn, radiusOf, type ScatterFrame, type ScatterPoint } from './scatter-layout';

type Shape = (typeof phaseShapes)[keyof typeof phaseShapes];

/** Corners of a shape around 0, 0 in units of the radius, y downwards; null for a circle. */
export function cornersOf(shape: Shape): readonly (readonly [number, number])[] | null {
  switch (shape) {
    case 'circle':
      return null;
    case 'square':
      return [
        [-0.89, -0.89],
        [0.89, -0.89],
        [0.89, 0.89],
        [-0.89, 0.89],
      ];
    case 'triangle':
      return around(3, 1.2);
    case 'diamond':
      return around(4, 1.2);
    case 'pentagon':
      return around(5, 1.1);
    default:
      return shape satisfies never;
  }
}

/** A regular polygon with a corner at the top. */
function around(corners: number, radius: number): readonly (readonly [number, number])[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)] as const;
  });
}

/** An undecided cell is an empty mark, as in the figure. */
function fillOf({ phase, t }: ScatterPoint, style: Pick<ChartStyle, 'missing'>): string | null {
  if (phase === 'undecided') return null;
  return t === null ? style.missing : colourAt('cividis', t);
}

/** Paints the points in their order onto a canvas whose unit is a pixel of the box. */
export function paintScatter(
  context: CanvasRenderingContext2D,
  points: readonly ScatterPoint[],
  look: {
    readonly frame: ScatterFrame;
    readonly style: Pick<ChartStyle, 'missing' | 'ink' | 'inkSoft'>;
    readonly withErrors: boolean;
  },
): void {
  const { frame, style } = look;
  if (look.withErrors) {
    context.beginPath();
    for (const { x, y, xError, yError } of points) {
      const bar = (from: readonly [number, number], to: readonly [number, number]) => {
        context.moveTo(...placeIn(frame, ...from));
        context.lineTo(...placeIn(frame, ...to));
      };
      if (xError !== null) bar([x - xError, y], [x + xError, y]);
      if (yError !== null) bar([x, y - yError], [x, y + yError]);
    }
    context.strokeStyle = style.inkSoft;
    context.lineWidth = 1;
    context.stroke();
  }
  context.strokeStyle = style.ink;
  context.lineWidth = 0.75;
  for (const point of points) {
    const [x, y] = placeIn(frame, point.x, point.y);
    const radius = radiusOf(point.size);
    context.beginPath();
    const corners = cornersOf(phaseShapes[point.phase]);
    if (corners === null) context.arc(x, y, radius, 0, 2 * Math.PI);
    for (const [dx, dy] of corners ?? []) context.lineTo(x + radius * dx, y + radius * dy);
    context.closePath();
    const fill = fillOf(point, style);
    if (fill !== null) {
      context.fillStyle = fill;
      context.fill();
    }
    context.stroke();
  }
}
