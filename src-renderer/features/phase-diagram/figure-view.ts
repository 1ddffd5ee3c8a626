/** The settings of this screen that show what a figure draws: the way back from `figureOf`. Pure. */
import type { AxisLook } from '#shared/domain/diagram-axis';
import type { Diagram } from '#shared/domain/diagram';
import type { FigureSettings } from '#shared/domain/figure-settings';
import { formatCells } from '../../workspace/address';
import { formatRanges, formatShared, lookSettings, scaleName, type LookSetting } from './look';

/** Texts of the address; null takes a setting away. */
export type FigureView = Readonly<Record<LookSetting | 'cells', string | null>>;

/**
 * The address that shows a figure, with nothing of what was set before.
 *
 * @param slices - the axes of the experiment that are not drawn
 */
export function viewOfFigure(
  settings: FigureSettings,
  { slices }: Pick<Diagram, 'slices'>,
): FigureView {
  const none = Object.fromEntries(lookSettings.map((name) => [name, null])) as Record<
    LookSetting,
    null
  >;
  const { statistic = 'mean', look = {}, ranges = {}, shared = {}, held = {} } = settings;
  const flips = (['x', 'y'] as const).filter((name) => look[name]?.flipped === true).join('');
  return {
    ...none,
    cells: null,
    ...viewOfKind(settings),
    statistic: statistic === 'mean' ? null : statistic,
    xscale: scaleText(look.x),
    yscale: scaleText(look.y),
    flip: textOrNone(flips),
    swap: look.swapped === true ? '1' : null,
    ranges: textOrNone(formatRanges(ranges)),
    share: textOrNone(formatShared(shared)),
    slice: sliceText(slices[0], held),
  };
}

function viewOfKind(settings: FigureSettings): Partial<FigureView> {
  const { kind, metric = null, across = null, panels, lines = {}, errorBars = true } = settings;
  const shown = panels ? panels.join(',') : null;
  switch (kind) {
    case 'phase-diagram':
      return { panels: shown, metric: panels?.[0] ?? null };
    case 'heatmap':
      return { metric, panels: metric };
    case 'connectivity-sharpness':
      return { view: 'scatter', metric, across, bars: errorBars ? null : 'off' };
    case 'slice':
      return {
        view: 'slices',
        metric,
        panels: shown,
        along: lines.along ?? 'x',
        lines: lines.cells ? null : 'all',
        cells: lines.cells ? formatCells(lines.cells) : null,
        training: lines.training === true ? 'on' : null,
        errors: lines.asError === true ? 'on' : null,
      };
    default:
      return kind satisfies never;
  }
}

function scaleText(look: AxisLook | undefined): string | null {
  return textOrNone(scaleName(look?.scale));
}

/** The screen holds one axis, by the position of its value. */
function sliceText(
  slice: Diagram['slices'][number] | undefined,
  held: NonNullable<FigureSettings['held']>,
): string | null {
  const value = slice ? held[slice.path] : undefined;
  const position = slice && value !== undefined ? slice.values.indexOf(value) : -1;
  return position > 0 ? String(position) : null;
}

function textOrNone(text: string): string | null {
  return text === '' ? null : text;
}
