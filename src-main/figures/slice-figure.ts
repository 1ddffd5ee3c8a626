/** One scalar along the horizontal axis, a line with error bars for each value of the other axis. */
import { colourAt } from '#shared/domain/colour-maps';
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { sliceAxis, sliceLines } from '#shared/domain/diagram-slices';
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
import { shortTitle } from './caption';
import { drawMark, markShapes, type MarkShape } from './marks';
import { columnWidth, titleRoom } from './page';
import { line, polyline, text, textSize, type Drawing } from './svg';
import { textWidth } from './text-width';

/** Most of the map: its lightest end would vanish on white. */
const lightestShare = 0.9;

/** Draws the lines at the width of a single column; error bars are one standard error. */
export function drawSlice(diagram: Diagram, panel: DiagramPanel): Drawing {
  const width = columnWidth.single;
  const lines = linesOf(diagram, panel);
  const legendWidth =
    16 +
    Math.max(
      textWidth(diagram.y.title, textSize),
      ...lines.map((l) => textWidth(l.label, textSize)),
    );
  const frame: Frame = {
    x: 30,
    y: titleRoom,
    width: width - 30 - (lines.length > 1 ? legendWidth + 6 : 6),
    height: 150,
  };
  const drawn = lines.flatMap((l) => l.points);
  const range = paddedRange(
    drawn.flatMap(({ value, error }) => [value - (error ?? 0), value + (error ?? 0)]),
  );
  const place = ({ x, value }: { x: number; value: number }) => ({
    x: frame.x + x * frame.width,
    y: frame.y + (1 - (value - range[0]) / (range[1] - range[0])) * frame.height,
  });
  const bodies = lines.flatMap(({ points, colour, mark, dodge }) => {
    const at = (point: { x: number; value: number }) => {
      const { x, y } = place(point);
      return { x: x + dodge, y };
    };
    return [
      ...points.flatMap((point) => {
        if (point.error === null) return [];
        const high = at({ x: point.x, value: point.value + point.error });
        const low = at({ x: point.x, value: point.value - point.error });
        return [line(low, high, { stroke: colour, 'stroke-width': 0.6 })];
      }),
      polyline(points.map(at), { stroke: colour, 'stroke-width': 0.9 }),
      ...points.map((point) => drawMark(mark, at(point), 1.9, { fill: colour })),
    ];
  });
  return {
    width,
    height: titleRoom + frame.height + bottomRoom,
    body: [
      text(shortTitle(panel), { x: frame.x, y: frame.y - 4 }),
      ...bodies,
      drawFrame(frame),
      ...drawBottomTicks(frame, gridTicks(sliceAxis(diagram), frame.width, 'x')),
      ...drawLeftTicks(frame, numberTicks(range, 6)),
      drawBottomTitle(frame, sliceAxis(diagram).title),
      ...(lines.length > 1 ? drawLegend(diagram, lines, frame) : []),
    ],
  };
}

interface DrawnLine {
  readonly label: string;
  readonly colour: string;
  readonly mark: MarkShape;
  /** Shift to the right in points, so that error bars of different lines do not cover each other. */
  readonly dodge: number;
  readonly points: readonly { x: number; value: number; error: number | null }[];
}

/** All shifts together stay within this many points. */
const dodgeSpan = 6;

function linesOf(diagram: Diagram, panel: DiagramPanel): DrawnLine[] {
  const lines = sliceLines(diagram, panel);
  const dodgeStep = Math.min(1.2, dodgeSpan / lines.length);
  return lines.map(({ label, share, points }, i) => ({
    label,
    colour: colourAt('viridis', lines.length === 1 ? 0.3 : lightestShare * share),
    mark: markShapes[i % markShapes.length] as MarkShape,
    dodge: dodgeStep * (i - (lines.length - 1) / 2),
    points: points.flatMap(({ x, cell: { value, error } }) =>
      value === null ? [] : [{ x, value, error }],
    ),
  }));
}

function drawLegend(diagram: Diagram, lines: readonly DrawnLine[], frame: Frame): string[] {
  const x = frame.x + frame.width + 8;
  const step = Math.min(10, (frame.height - 12) / lines.length);
  return [
    text(diagram.y.title, { x: x - 2, y: frame.y + textSize - 1 }),
    ...lines.flatMap(({ label, colour, mark }, i) => {
      const y = frame.y + 14 + i * step;
      return [
        line({ x: x - 2, y }, { x: x + 8, y }, { stroke: colour, 'stroke-width': 0.9 }),
        drawMark(mark, { x: x + 3, y }, 1.9, { fill: colour }),
        text(label, { x: x + 11, y: y + middleShift * textSize }),
      ];
    }),
  ];
}
