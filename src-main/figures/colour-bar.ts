/** The colour bar beside a panel, with round ticks. */
import { colourAt, type ColourMap } from '#shared/domain/colour-maps';
import { drawFrame, middleShift, numberTicks, type Frame } from './axes';
import { element, line, text, textSize } from './svg';

/** Gap between plot and bar, the bar itself, and its labels, in points. */
export const barRoom = { gap: 3, width: 5, labels: 20 } as const;

interface ColourScale {
  readonly colourMap: ColourMap;
  readonly reversed: boolean;
  readonly range: readonly [number, number] | null;
}

/** Colours between two stops are interpolated in RGB: 32 stops follow the maps within a rounding step. */
const stops = 32;

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
  const ticks = numberTicks(scale.range, plot.height > 100 ? 6 : 4).flatMap(({ at, label }) => {
    const y = frame.y + (1 - at) * frame.height;
    return [
      line({ x: right, y }, { x: right + 1.5, y }, { stroke: '#000000', 'stroke-width': 0.5 }),
      text(label ?? '', { x: right + 2.5, y: y + middleShift * textSize }),
    ];
  });
  return [
    element('defs', {}, gradient),
    element('rect', { ...frame, fill: `url(#${id})` }),
    drawFrame(frame),
    ...ticks,
  ];
}
