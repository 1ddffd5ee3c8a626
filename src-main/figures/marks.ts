/** Marks of points: shapes tell apart what colour alone must not. */
import { element, type Attributes, type PagePoint } from './svg';

export const markShapes = ['circle', 'square', 'triangle', 'diamond', 'pentagon'] as const;
export type MarkShape = (typeof markShapes)[number];

/** A mark of about equal area for every shape. */
export function drawMark(
  shape: MarkShape,
  { x, y }: PagePoint,
  radius: number,
  attributes: Attributes,
): string {
  const polygon = (corners: readonly (readonly [number, number])[]) =>
    element('polygon', {
      points: corners
        .map(([dx, dy]) => `${(x + dx * radius).toFixed(2)},${(y + dy * radius).toFixed(2)}`)
        .join(' '),
      ...attributes,
    });
  switch (shape) {
    case 'circle':
      return element('circle', { cx: x, cy: y, r: radius, ...attributes });
    case 'square':
      return polygon([
        [-0.89, -0.89],
        [0.89, -0.89],
        [0.89, 0.89],
        [-0.89, 0.89],
      ]);
    case 'triangle':
      return polygon([
        [0, -1.35],
        [1.17, 0.68],
        [-1.17, 0.68],
      ]);
    case 'pentagon':
      return polygon([
        [0, -1.2],
        [1.14, -0.37],
        [0.71, 0.97],
        [-0.71, 0.97],
        [-1.14, -0.37],
      ]);
    case 'diamond':
      return polygon([
        [0, -1.25],
        [1.25, 0],
        [0, 1.25],
        [-1.25, 0],
      ]);
    default:
      return shape satisfies never;
  }
}
