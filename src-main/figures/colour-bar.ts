/** The colour bar beside a panel, with round ticks. */
import { colourAt, type ColourMap } from '#shared/domain/colour-maps';
import { drawFrame, middleShift, numberTicks, type Frame } from './axes';
import { element, line, text, textSize } from './svg';
import { textWidth } from './text-width';

/** Gap between plot and bar, the bar itself, from there to its labels, and the least room for these, in points. */
const barRoom = { gap: 3, width: 5, toLabels: 2.5, labels: 20 } as const;

/** Ticks of a bar beside a low and beside a high plot. */
const tickCounts = { low: 4, high: 6 } as const;

interface ColourScale {
  readonly colourMap: ColourMap;
  readonly reversed: boolean;
  readonly range: readonly [number, number] | null;
}

/** Colours between two stops are interpolated in RGB: 32 stops follow the maps within a rounding step. */
const stops = 32;

/**
 * Room in points that the bar and its labels take at the right of a plot of any height: neighbours like 0.0045 and
 * 0.0040 are told apart only by labels that are shown whole.
 */
export function barWidth(scale: Pick<ColourScale, 'range'>): number {
  const ticks =
    scale.range === null
      ? []
      : [tickCounts.low, tickCounts.high].flatMap((count) =>
          numberTicks(scale.range as readonly [number, number], count),
        );
  const widest = Math.max(0, ...ticks.map(({ label }) => textWidth(label ?? '', textSize)));
  return barRoom.gap + barRoom.width + Math.max(barRoom.labels, barRoom.toLabels + widest + 1);
}

/** Draws a vertical bar at the right of a plot. @param id - unique within the page */
export function drawColourBar(scale: ColourScale, plot: Frame, id: string): string[] {
  if (scale.range === null) return [];
  const frame: Frame = {
    x: plot.x + plot.width + barRoom.gap,
    y: plot.y,
    width: barRoom.width,
    height: plot.height,
  };
  const gradient = element(
    'linearGradient',
    { id, x1: 0, y1: 1, x2: 0, y2: 0 },
    ...Array.from({ length: stops + 1 }, (_, i) => {
      const share = i / stops;
      const colour = colourAt(scale.colourMap, scale.reversed ? 1 - share : share);
      return element('stop', { offset: String(share), 'stop-color': colour });
    }),
  );
  const right = frame.x + frame.width;
  const count = plot.height > 100 ? tickCounts.high : tickCounts.low;
  const ticks = numberTicks(scale.range, count, {
    length: frame.height,
    direction: 'y',
  }).flatMap(({ at, label }) => {
    const y = frame.y + (1 - at) * frame.height;
    return [
      line({ x: right, y }, { x: right + 1.5, y }, { stroke: '#000000', 'stroke-width': 0.5 }),
      text(label ?? '', { x: right + barRoom.toLabels, y: y + middleShift * textSize }),
    ];
  });
  return [
    element('defs', {}, gradient),
    element('rect', { ...frame, fill: `url(#${id})` }),
    drawFrame(frame),
    ...ticks,
  ];
}
