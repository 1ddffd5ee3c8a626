/** How the diagram looks, as the address has it: which panels, how the axes lie, which colour ranges. Pure: texts in, settings out, and back. */
import type { AxisLook, DiagramAxis } from '#shared/domain/diagram-axis';
import type { FixedRange, SharedRanges } from '#shared/domain/diagram-panel';
import type { GridLook } from '#shared/domain/diagram';

/** Names in the address of all that a saved view keeps, besides the thresholds. */
export const lookSettings = [
  'view',
  'metric',
  'across',
  'statistic',
  'slice',
  'panels',
  'xscale',
  'yscale',
  'flip',
  'swap',
  'share',
  'ranges',
  'along',
  'lines',
  'training',
  'errors',
  'bars',
  'correlation',
  'order',
  'spread',
] as const;
export type LookSetting = (typeof lookSettings)[number];

/** `trainLoss,cka`: the panels chosen, those that are measured, each once; null where none is named. */
export function parsePanels(text: string, measured: readonly string[]): readonly string[] | null {
  const names = [...new Set(text.split(','))].filter((name) => measured.includes(name));
  return names.length === 0 ? null : names;
}

const scaleNames: Readonly<Record<string, DiagramAxis['scale']>> = {
  log: 'log',
  linear: 'linear',
  position: 'category',
};

/** Name in the address of a scale; empty for the one by default. */
export function scaleName(scale: DiagramAxis['scale'] | undefined): string {
  return Object.entries(scaleNames).find(([, own]) => own === scale)?.[0] ?? '';
}

/** How the axes lie, from the address's `xscale`, `yscale`, `flip` (`x`, `y`, `xy`) and `swap`. */
export function parseGridLook(texts: {
  readonly xscale: string;
  readonly yscale: string;
  readonly flip: string;
  readonly swap: string;
}): GridLook {
  const axis = (scale: string, name: 'x' | 'y'): AxisLook => {
    const known = scaleNames[scale];
    return { ...(known ? { scale: known } : {}), flipped: texts.flip.includes(name) };
  };
  return {
    x: axis(texts.xscale, 'x'),
    y: axis(texts.yscale, 'y'),
    swapped: texts.swap === '1',
  };
}

/** `units,slices`. */
export function parseShared(text: string): SharedRanges {
  const names = text.split(',');
  return { units: names.includes('units'), slices: names.includes('slices') };
}

/** The address's text of shared ranges; empty for none. */
export function formatShared({ units, slices }: SharedRanges): string {
  return [...(units === true ? ['units'] : []), ...(slices === true ? ['slices'] : [])].join(',');
}

export type FixedRanges = Readonly<Record<string, FixedRange>>;

/** `testAccuracy:0.5:1,trainLoss::2`: fixed ends by scalar; what is no number, or in the wrong order, is left out. */
export function parseRanges(text: string): FixedRanges {
  const ranges: Record<string, FixedRange> = {};
  for (const part of text.split(',')) {
    const [, name = '', low = '', high = ''] = /^(\w+):([^:]*):([^:]*)$/.exec(part) ?? [];
    const end = (typed: string) => {
      const value = typed === '' ? NaN : Number(typed);
      return Number.isFinite(value) ? value : null;
    };
    const range: FixedRange = [end(low), end(high)];
    const isOpen = range[0] === null && range[1] === null;
    const isReversed = range[0] !== null && range[1] !== null && range[0] >= range[1];
    if (name !== '' && !isOpen && !isReversed) ranges[name] = range;
  }
  return ranges;
}

/** The address's text of fixed ranges. */
export function formatRanges(ranges: FixedRanges): string {
  return Object.entries(ranges)
    .map(([name, [low, high]]) => `${name}:${low ?? ''}:${high ?? ''}`)
    .join(',');
}

/** A list with one entry moved by some places; the same list at its ends. */
export function moved(names: readonly string[], name: string, by: number): readonly string[] {
  const from = names.indexOf(name);
  const to = from + by;
  if (from < 0 || to < 0 || to >= names.length) return names;
  const rest = names.filter((other) => other !== name);
  return [...rest.slice(0, to), name, ...rest.slice(to)];
}
