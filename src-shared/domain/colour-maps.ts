/** The colours of data, the same on the screen and in an exported figure. Interface colours are elsewhere. */
import { interpolateCividis, interpolateViridis } from 'd3-scale-chromatic';
import type { Phase } from './phases';

export const colourMapNames = ['cividis', 'viridis', 'diverging'] as const;
export type ColourMap = (typeof colourMapNames)[number];

/** Maps of values that run from little to much; those around 0 have the diverging one. */
export const sequentialMaps = ['cividis', 'viridis'] as const satisfies readonly ColourMap[];
export type SequentialMap = (typeof sequentialMaps)[number];

/** Cells without a value; never a colour of a map. */
export const missingColour = '#d9d9d9';

/**
 * One fixed hue per phase, from the palette of Okabe and Ito (2008), which stays apart under protanopia,
 * deuteranopia and tritanopia (checked in tests/unit/domain/colour-maps.test.ts). Warm is sharp, purple and blue are
 * flat; the two parts of phase IV are two blues. The name is always written beside the colour.
 */
export const phaseColours: Readonly<Record<Phase, string>> = {
  /** Vermilion: sharp and poorly connected. */
  I: '#d55e00',
  /** Orange: sharp and well connected. */
  II: '#e69f00',
  /** Reddish purple: flat and poorly connected. */
  III: '#cc79a7',
  /** Sky blue: flat, well connected, models differ. */
  'IV-A': '#56b4e9',
  /** Blue: flat, well connected, models alike. */
  'IV-B': '#0072b2',
  /** Grey: a deciding number is missing or too close to its threshold. */
  undecided: '#b0b0b0',
};

/** Blue over white to red, ColorBrewer's RdBu (Brewer and Harrower 2003) reversed, its middle made pure white. */
const divergingStops = [
  '#053061',
  '#2166ac',
  '#4393c3',
  '#92c5de',
  '#d1e5f0',
  '#ffffff',
  '#fddbc7',
  '#f4a582',
  '#d6604d',
  '#b2182b',
  '#67001f',
] as const;

/**
 * The colour at position `t` of a map, as `#rrggbb`.
 *
 * Cividis (Nunez et al. 2018) and viridis run from dark to light; diverging from blue over white (exactly at 0.5) to red.
 * @param t - in 0..1, clamped; NaN gives `missingColour`
 */
export function colourAt(map: ColourMap, t: number): string {
  if (Number.isNaN(t)) return missingColour;
  const position = Math.min(1, Math.max(0, t));
  switch (map) {
    case 'cividis':
      return toHex(interpolateCividis(position));
    case 'viridis':
      return toHex(interpolateViridis(position));
    case 'diverging':
      return alongStops(position);
    default:
      return map satisfies never;
  }
}

/** Black or white, whichever contrasts more with a `#rrggbb` background (WCAG 2 contrast ratio). */
export function contrastText(background: string): '#000000' | '#ffffff' {
  const luminance = relativeLuminance(background);
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

/** WCAG 2 relative luminance of a `#rrggbb` colour, 0 (black) to 1 (white). */
export function relativeLuminance(colour: string): number {
  const [r, g, b] = channels(colour).map((c) => {
    const v = c / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function alongStops(t: number): string {
  const position = t * (divergingStops.length - 1);
  const low = Math.min(Math.floor(position), divergingStops.length - 2);
  const from = channels(divergingStops[low] as string);
  const to = channels(divergingStops[low + 1] as string);
  return hexOf(from.map((c, i) => c + ((to[i] as number) - c) * (position - low)));
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

/** d3 gives `rgb(r, g, b)` for some maps and `#rrggbb` for others. */
function toHex(colour: string): string {
  if (colour.startsWith('#')) return colour;
  return hexOf((colour.match(/\d+/g) ?? []).map(Number));
}

function hexOf(rgb: readonly number[]): string {
  return `#${rgb.map((c) => Math.round(c).toString(16).padStart(2, '0')).join('')}`;
}
