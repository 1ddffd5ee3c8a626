/** Where the panels of a phase diagram stand: beside the large one, or below it where the page is narrow. */
import { bottomRoom, type Frame } from './axes';
import { titleRoom } from './page';
import { leastPlotHeight, type Sheet } from './sheet';

/** What the panels need, in units of the drawing. */
export interface PanelNeeds {
  /** Panels besides the large one; at least one. */
  readonly count: number;
  /** Left of the large plot: ticks and the title of the axis. */
  readonly left: number;
  /** Left of the first small plot: ticks alone. */
  readonly ticks: number;
  readonly largeBar: number;
  /** One width for all small plots, so one room for all their bars. */
  readonly bar: number;
  /** The widest title of a small plot, its letter included. */
  readonly title: number;
}

export interface PanelLayout {
  readonly height: number;
  readonly columns: number;
  readonly large: Frame;
  readonly small: readonly Frame[];
  /** From one small plot to the next. */
  readonly pitch: number;
}

/** Small panels stand in two rows, in more where a row would have more than this many. */
const mostColumns = 4;
/** The large plot is this many times as wide as a small one. */
const enlargement = 2.5;
const largestPlot = 260;
const gapBetweenPanels = 5;
const between = titleRoom + 4;
/** Narrower plots say too little. */
const leastPlotWidth = 36;
/** Small plots below a large one stay lower than wide. */
const highestBelow = 72;
/** Share of a fixed height that the large plot takes above small ones. */
const shareAbove = 0.42;

/**
 * The first arrangement whose titles have room: beside each other with as few rows as may be, then below each other with as many
 * columns as may be. Where none has room it is the last one: one column. Null where a fixed height is too low for every one.
 */
export function layOutPanels(needs: PanelNeeds, sheet: Sheet): PanelLayout | null {
  const { count } = needs;
  const usualRows = Math.max(2, Math.ceil(count / mostColumns));
  const rows = Array.from({ length: Math.max(1, count - usualRows + 1) }, (_, i) => usualRows + i);
  const columns = Array.from({ length: Math.min(mostColumns, count) }, (_, i) => i + 1).reverse();
  const layouts = [
    ...rows.map((r) => ({ isBelow: false, layout: beside(needs, sheet, r) })),
    ...columns.map((c) => ({ isBelow: true, layout: below(needs, sheet, c) })),
  ].filter(({ layout }) => isHighEnough(layout));
  const fits = layouts.find(({ layout: { small, pitch } }) => {
    const width = small[0]?.width ?? 0;
    return width >= leastPlotWidth && pitch - gapBetweenPanels >= needs.title;
  });
  return (
    (fits ?? layouts.filter(({ isBelow }) => isBelow).at(-1) ?? layouts.at(-1))?.layout ?? null
  );
}

function isHighEnough({ large, small }: PanelLayout): boolean {
  return [large, ...small].every(({ height }) => height >= leastPlotHeight);
}

function beside(needs: PanelNeeds, sheet: Sheet, rows: number): PanelLayout {
  const { count, left, largeBar, bar } = needs;
  const columns = Math.ceil(count / rows);
  const smallLeft = needs.ticks + 4;
  const free =
    sheet.double - left - largeBar - smallLeft - columns * bar - (columns - 1) * gapBetweenPanels;
  const largeWidth = Math.min((free * enlargement) / (enlargement + columns), largestPlot);
  const smallWidth = (free - largeWidth) / columns;
  const square = rows * smallWidth + (rows - 1) * between;
  const own = rows === 2 ? Math.min(largeWidth, 2 * smallWidth + 30) : square;
  const height = sheet.height === null ? own : sheet.height - titleRoom - bottomRoom;
  const smallHeight = (height - (rows - 1) * between) / rows;
  const largeHeight = sheet.height === null ? Math.min(largeWidth, height) : height;
  const pitch = smallWidth + bar + gapBetweenPanels;
  return {
    height: titleRoom + height + bottomRoom,
    columns,
    pitch,
    large: { x: left, y: titleRoom, width: largeWidth, height: largeHeight },
    small: Array.from({ length: count }, (_, i) => ({
      x: left + largeWidth + largeBar + smallLeft + (i % columns) * pitch,
      y: titleRoom + Math.floor(i / columns) * (smallHeight + between),
      width: smallWidth,
      height: smallHeight,
    })),
  };
}

function below(needs: PanelNeeds, sheet: Sheet, columns: number): PanelLayout {
  const { count, left, ticks, largeBar, bar } = needs;
  const rows = Math.ceil(count / columns);
  const largeWidth = Math.min(sheet.double - left - largeBar, largestPlot);
  const smallWidth =
    (sheet.double - ticks - 2 - columns * bar - (columns - 1) * gapBetweenPanels) / columns;
  const around = 2 * (titleRoom + bottomRoom) + (rows - 1) * between;
  const plots = (sheet.height ?? Infinity) - around;
  const largeHeight = sheet.height === null ? largeWidth : plots * shareAbove;
  const smallHeight =
    sheet.height === null ? Math.min(smallWidth, highestBelow) : (plots * (1 - shareAbove)) / rows;
  const top = titleRoom + largeHeight + bottomRoom + titleRoom;
  const pitch = smallWidth + bar + gapBetweenPanels;
  return {
    height: around + largeHeight + rows * smallHeight,
    columns,
    pitch,
    large: { x: left, y: titleRoom, width: largeWidth, height: largeHeight },
    small: Array.from({ length: count }, (_, i) => ({
      x: ticks + 2 + (i % columns) * pitch,
      y: top + Math.floor(i / columns) * (smallHeight + between),
      width: smallWidth,
      height: smallHeight,
    })),
  };
}
