/** Scalars along an axis, a line with error bars for each value of the other axis; one plot for each scalar and direction. */
import { colourAt } from '#shared/domain/colour-maps';
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramAxis } from '#shared/domain/diagram-axis';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { interpolationPlace, sliceAxis, sliceLines } from '#shared/domain/diagram-slices';
import type { FigureLines } from '#shared/domain/figure-settings';
import {
  errorPanel,
  partnerOf,
  selectedLines,
  sliceDirections,
  type SliceDirection,
} from '#shared/domain/slice-choice';
import {
  bottomRoom,
  drawBottomTicks,
  drawBottomTitle,
  drawFrame,
  drawLeftTicks,
  gridTicks,
  middleShift,
  numberTicks,
  paddedRange,
  type Frame,
} from './axes';
import { lowerFirst, shortTitle } from './caption';
import { drawMark, markShapes, type MarkShape } from './marks';
import { titleRoom } from './page';
import { plotHeight, type Sheet } from './sheet';
import { line, polyline, text, textSize, type Drawing } from './svg';
import { textWidth } from './text-width';

/** Most of the map: its lightest end would vanish on white. */
const lightestShare = 0.9;
const usualPlotHeight = 150;
/** Narrower plots stand below each other. */
const leastPlotWidth = 170;
const gapBetweenPlots = 8;

/** Draws a plot for each panel and direction: a single one at the width of a single column, several two in a row at that of a double one. */
export function drawSlices(
  diagram: Diagram,
  panels: readonly DiagramPanel[],
  { lines = {}, sheet }: { readonly lines?: FigureLines | undefined; readonly sheet: Sheet },
): Drawing {
  const plots = panels.flatMap((panel) =>
    sliceDirections(directionOf(diagram, lines)).map((along) => {
      const partner = partnerIn(diagram, panel, lines);
      return { diagram, along, lines, panels: partner ? [panel, partner] : [panel] };
    }),
  );
  const hasRoomForTwo = sheet.double >= 2 * leastPlotWidth + gapBetweenPlots;
  const columns = plots.length > 1 && hasRoomForTwo ? 2 : 1;
  const total = plots.length === 1 ? sheet.single : sheet.double;
  const width = (total - (columns - 1) * gapBetweenPlots) / columns;
  const rows = Math.ceil(plots.length / columns);
  const around = titleRoom + bottomRoom;
  const height = plotHeight(sheet, { usual: usualPlotHeight, around: rows * around, plots: rows });
  const step = around + height;
  return {
    width: total,
    height: step * rows,
    body: plots.flatMap((plot, i) =>
      drawPlot(plot, {
        left: (i % columns) * (width + gapBetweenPlots),
        top: Math.floor(i / columns) * step,
        width,
        height,
        letter: plots.length === 1 ? '' : sheet.letter(i),
      }),
    ),
  };
}

/** What the marks of the lines mean: training, the interpolation threshold, and which lines are left out. */
export function describeLines(diagram: Diagram, lines: FigureLines): readonly string[] {
  const shown = (panel: DiagramPanel) => (lines.asError === true ? errorPanel(panel) : panel);
  const partners = diagram.panels.flatMap((panel) => partnerIn(diagram, panel, lines) ?? []);
  const directions = sliceDirections(directionOf(diagram, lines));
  const hasThreshold = directions.some((along) =>
    diagram.panels.some((panel) =>
      drawnLines({ diagram, along, lines, panels: [panel] }).some(
        ({ interpolation }) => interpolation !== null,
      ),
    ),
  );
  return [
    ...(partners.length === 0
      ? []
      : [`Dashed: ${partners.map((panel) => lowerFirst(shown(panel).scalar.title)).join(', ')}.`]),
    ...(hasThreshold ? ['Dotted: the first cell whose train error is 0 in every run.'] : []),
    ...(lines.cells ? ['Only the lines through the selected cells are drawn.'] : []),
  ];
}

/** Along the only axis where there is one only. */
function directionOf(diagram: Diagram, lines: FigureLines): SliceDirection {
  if (diagram.y.values.length === 0) return 'x';
  if (diagram.x.values.length === 0) return 'y';
  return lines.along ?? 'x';
}

function partnerIn(diagram: Diagram, panel: DiagramPanel, lines: FigureLines) {
  const name = lines.training === true ? partnerOf(panel.scalar.name) : null;
  return diagram.panels.find(({ scalar, range }) => scalar.name === name && range !== null);
}

interface Plot {
  readonly diagram: Diagram;
  readonly along: 'x' | 'y';
  readonly lines: FigureLines;
  /** The number, and the same one over the training samples where it is drawn too. */
  readonly panels: readonly DiagramPanel[];
}

interface PlotPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Bold letter before the title; empty for a figure of one plot. */
  readonly letter: string;
}

function drawPlot(plot: Plot, { left, top, width, height, letter }: PlotPlace): string[] {
  const axis = sliceAxis(plot.diagram, plot.along);
  const other = axis === plot.diagram.y ? plot.diagram.x : plot.diagram.y;
  const lines = drawnLines(plot);
  const legend = lines.filter(({ isDashed }) => !isDashed);
  const legendWidth =
    16 +
    Math.max(textWidth(other.title, textSize), ...lines.map((l) => textWidth(l.label, textSize)));
  const frame: Frame = {
    x: left + 30,
    y: top + titleRoom,
    width: width - 30 - (legend.length > 1 ? legendWidth + 6 : 6),
    height,
  };
  const drawn = lines.flatMap((l) => l.points);
  const range = paddedRange(
    drawn.flatMap(({ value, error }) => [value - (error ?? 0), value + (error ?? 0)]),
  );
  const place = ({ x, value }: { x: number; value: number }) => ({
    x: frame.x + x * frame.width,
    y: frame.y + (1 - (value - range[0]) / (range[1] - range[0])) * frame.height,
  });
  const letterWidth = letter === '' ? 0 : textWidth(letter, textSize) + 4;
  const shown = plot.lines.asError === true ? plot.panels.map(errorPanel) : plot.panels;
  return [
    ...(letter === '' ? [] : [text(letter, { x: frame.x, y: frame.y - 4 }, { bold: true })]),
    text(shortTitle(shown[0] as DiagramPanel), { x: frame.x + letterWidth, y: frame.y - 4 }),
    ...lines.flatMap((l) => drawLine(l, place, frame)),
    drawFrame(frame),
    ...drawBottomTicks(frame, gridTicks(axis, frame.width, 'x')),
    ...drawLeftTicks(frame, numberTicks(range, 6, { length: frame.height, direction: 'y' })),
    drawBottomTitle(frame, axis.title),
    ...(legend.length > 1 ? drawLegend(other, legend, frame) : []),
  ];
}

interface DrawnPoint {
  readonly x: number;
  readonly value: number;
  readonly error: number | null;
}

interface DrawnLine {
  readonly label: string;
  readonly colour: string;
  readonly mark: MarkShape;
  /** Of the training samples. */
  readonly isDashed: boolean;
  /** Shift to the right in points, so that error bars of different lines do not cover each other. */
  readonly dodge: number;
  /** Where train error reaches 0, along the axis. */
  readonly interpolation: number | null;
  readonly points: readonly DrawnPoint[];
}

type Place = (point: { x: number; value: number }) => { x: number; y: number };

function drawLine(drawn: DrawnLine, place: Place, frame: Frame): string[] {
  const { points, colour, mark, isDashed, dodge, interpolation } = drawn;
  const at = (point: { x: number; value: number }) => {
    const { x, y } = place(point);
    return { x: x + dodge, y };
  };
  const dashes = isDashed ? { 'stroke-dasharray': '3 2' } : {};
  const threshold = frame.x + (interpolation ?? 0) * frame.width;
  return [
    ...(interpolation === null || isDashed
      ? []
      : [
          line(
            { x: threshold, y: frame.y },
            { x: threshold, y: frame.y + frame.height },
            { stroke: colour, 'stroke-width': 0.8, 'stroke-dasharray': '0.8 1.6' },
          ),
        ]),
    ...points.flatMap((point) => {
      if (point.error === null) return [];
      const high = at({ x: point.x, value: point.value + point.error });
      const low = at({ x: point.x, value: point.value - point.error });
      return [line(low, high, { stroke: colour, 'stroke-width': 0.6 })];
    }),
    polyline(points.map(at), { stroke: colour, 'stroke-width': 0.9, ...dashes }),
    ...points.map((point) =>
      drawMark(
        mark,
        at(point),
        1.9,
        isDashed ? { fill: '#ffffff', stroke: colour, 'stroke-width': 0.6 } : { fill: colour },
      ),
    ),
  ];
}

/** All shifts together stay within this many points. */
const dodgeSpan = 6;

function drawnLines({ diagram, along, lines, panels }: Plot): DrawnLine[] {
  const positions = positionsOf(diagram, lines.cells);
  const only = selectedLines(diagram, positions, along);
  const axis = sliceAxis(diagram, along);
  return panels.flatMap((original, nth) => {
    const panel = lines.asError === true ? errorPanel(original) : original;
    const rows = sliceLines(diagram, panel, { along, ...(only ? { only } : {}) });
    const dodgeStep = Math.min(1.2, dodgeSpan / rows.length);
    return rows.map((row, i) => ({
      label: row.label,
      colour: colourAt('viridis', rows.length === 1 ? 0.3 : lightestShare * row.share),
      mark: markShapes[i % markShapes.length] as MarkShape,
      isDashed: nth > 0,
      dodge: dodgeStep * (i - (rows.length - 1) / 2),
      interpolation: interpolationPlace(diagram, axis, row),
      points: row.points.flatMap(({ x, cell: { value, error } }) =>
        value === null ? [] : [{ x, value, error }],
      ),
    }));
  });
}

/** Places in the diagram of cells of the results; those that are not on the drawn slice have none. */
function positionsOf(diagram: Diagram, cells: readonly number[] = []): readonly number[] {
  const wanted = new Set(cells);
  return diagram.cells.flatMap(({ result }, position) =>
    result !== null && wanted.has(result.index) ? [position] : [],
  );
}

function drawLegend(axis: DiagramAxis, lines: readonly DrawnLine[], frame: Frame): string[] {
  const x = frame.x + frame.width + 8;
  const step = Math.min(10, (frame.height - 12) / lines.length);
  // Labels that would lie on each other are left out; marks and colours go on.
  const every = Math.ceil((textSize + 0.5) / step);
  return [
    text(axis.title, { x: x - 2, y: frame.y + textSize - 1 }),
    ...lines.flatMap(({ label, colour, mark }, i) => {
      const y = frame.y + 14 + i * step;
      return [
        line({ x: x - 2, y }, { x: x + 8, y }, { stroke: colour, 'stroke-width': 0.9 }),
        drawMark(mark, { x: x + 3, y }, 1.9, { fill: colour }),
        ...(i % every === 0 ? [text(label, { x: x + 11, y: y + middleShift * textSize })] : []),
      ];
    }),
  ];
}
