/** Colour maps as CSS. */
import { colourAt } from '#shared/domain/colour-maps';
import type { DiagramPanel } from '#shared/domain/diagram-panel';

const stops = 24;

/** The gradient from the panel's smallest value (left) to its largest. */
export function gradientOf(panel: Pick<DiagramPanel, 'colourMap' | 'reversed'>): string {
  const colours = Array.from({ length: stops + 1 }, (_, i) => {
    const u = i / stops;
    return colourAt(panel.colourMap, panel.reversed ? 1 - u : u);
  });
  return `linear-gradient(to right, ${colours.join(', ')})`;
}
