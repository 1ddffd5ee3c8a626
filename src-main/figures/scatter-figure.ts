/**
 * Connectivity against sharpness, one mark per cell: the plane that the phases are a caricature of. Barrier to the left,
 * sharp at the top; fill is test accuracy, of problems the relative error, shape is the phase, size is the load.
 */
import { colourAt, missingColour } from '#shared/domain/colour-maps';
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { phaseShapes, scatterPoints, type ScatterPanels } from '#shared/domain/diagram-scatter';
import { planeRegions } from '#shared/domain/scatter-regions';
import {
  bottomRoom,
  drawBottomTicks,
  drawBottomTitle,
  drawFrame,
  drawLeftTicks,
  drawLeftTitle,
  middleShift,
  numberTicks,
  paddedRange,
  type Frame,
} from './axes';
import { drawsLevels, shortTitle } from './caption';
import { barWidth, drawColourBar } from './colour-bar';
import { drawMark } from './marks';
import { titleRoom } from './page';
import { plotHeight, type Sheet } from './sheet';
import { element, line, text, textSize, type Drawing } from './svg';
import { textWidth } from './text-width';

/** Scalars that say how sharp a minimum is: the vertical axis of the paper's plane. */
const sharpnesses: readonly string[] = ['hessianTrace', 'hessianTopEigenvalue'];
const markRadius = { least: 1.4, most: 2.8 } as const;
const legendRow = 10;
const usualHeight = 160;
const radiusOf = (size: number) => markRadius.least + (markRadius.most - markRadius.least) * size;

interface ScatterLook {
  /** Error bars of one standard error. */
  readonly withErrors: boolean;
  readonly sheet: Sheet;
}

/** Draws the scatter at the width of a single column. */
export function drawScatter(
  diagram: Diagram,
  panels: ScatterPanels,
  { withErrors, sheet }: ScatterLook,
): Drawing {
  const width = sheet.single;
  const legend = shapeLegend(diagram, width);
  const below = bottomRoom + legend.rows * legendRow + 2;
  const height = plotHeight(sheet, { usual: usualHeight, around: titleRoom + below });
  const bar = barWidth(panels.score ?? { range: null });
  const frame: Frame = { x: 32, y: titleRoom, width: width - 32 - bar, height };
  const points = scatterPoints(diagram, panels).map((point) =>
    withErrors ? point : { ...point, xError: null, yError: null },
  );
  // Whole error bars: one that ends at the frame looks like a smaller error.
  const xRange = paddedRange(points.flatMap(({ x, xError }) => ends(x, xError)));
  const yRange = paddedRange(points.flatMap(({ y, yError }) => ends(y, yError)));
  const across = (x: number) => frame.x + share(x, xRange) * frame.width;
  const up = (y: number) => frame.y + (1 - share(y, yRange)) * frame.height;
  const inkOfErrors = { stroke: '#808080', 'stroke-width': 0.4 } as const;
  const plane = {
    x: panels.x.scalar.name === 'modeConnectivity' && drawsLevels(panels.x),
    y: sharpnesses.includes(panels.y.scalar.name) && drawsLevels(panels.y),
  };
  // Where hot and sharp lie is said where there is room for it.
  const title = (panel: DiagramPanel, direction: string | null, room: number) => {
    const short = shortTitle(panel);
    const long = direction === null ? short : `${short}; ${direction}`;
    return textWidth(long, textSize) <= room ? long : short;
  };
  return {
    width,
    height: titleRoom + frame.height + below,
    body: [
      ...shadeRegions(diagram, panels, frame, { across, up, xRange, yRange }),
      ...points.flatMap(({ x, y, xError, yError }) => [
        ...(xError === null
          ? []
          : [
              line(
                { x: across(x - xError), y: up(y) },
                { x: across(x + xError), y: up(y) },
                inkOfErrors,
              ),
            ]),
        ...(yError === null
          ? []
          : [
              line(
                { x: across(x), y: up(y - yError) },
                { x: across(x), y: up(y + yError) },
                inkOfErrors,
              ),
            ]),
      ]),
      ...points.map(({ x, y, t, size, cell: { phase } }) =>
        drawMark(phaseShapes[phase], { x: across(x), y: up(y) }, radiusOf(size), {
          fill: t === null ? missingColour : colourAt(panels.score?.colourMap ?? 'cividis', t),
          'fill-opacity': phase === 'undecided' ? 0 : 1,
          stroke: '#000000',
          'stroke-width': 0.4,
        }),
      ),
      drawFrame(frame),
      ...drawBottomTicks(frame, numberTicks(xRange, 6, { length: frame.width, direction: 'x' })),
      ...drawLeftTicks(frame, numberTicks(yRange, 6, { length: frame.height, direction: 'y' })),
      drawBottomTitle(
        frame,
        title(panels.x, plane.x ? 'barrier to the left' : null, frame.width + 2 * bar),
      ),
      drawLeftTitle(frame, title(panels.y, plane.y ? 'sharp at the top' : null, frame.height), 22),
      ...(panels.score
        ? [
            text(shortTitle(panels.score), { x: width - 2, y: frame.y - 4 }, { anchor: 'end' }),
            ...drawColourBar(panels.score, frame, 'bar-accuracy'),
          ]
        : []),
      ...legend.draw(titleRoom + frame.height + bottomRoom + legendRow / 2),
    ],
  };
}

interface Scales {
  readonly across: (x: number) => number;
  readonly up: (y: number) => number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
}

/** The poorly connected side is shaded where connectivity is drawn to the right; a dashed line wherever a number that is drawn parts the phases. */
function shadeRegions(
  diagram: Diagram,
  { x, y }: ScatterPanels,
  frame: Frame,
  { across, up, xRange, yRange }: Scales,
): string[] {
  const dashed = { stroke: '#606060', 'stroke-width': 0.5, 'stroke-dasharray': '2 1.5' } as const;
  const right = frame.x + frame.width;
  const bottom = frame.y + frame.height;
  const regions = planeRegions(x, y, diagram.thresholds);
  const edges = (name: 'x' | 'y', [low, high]: readonly [number, number]) =>
    [...new Set(regions.map((region) => region[name][1]))].filter(
      (at) => Number.isFinite(at) && at > low && at < high,
    );
  const shaded =
    x.scalar.name === 'modeConnectivity' && drawsLevels(x) && drawsLevels(y)
      ? Math.min(diagram.thresholds.modeConnectivity, xRange[1])
      : -Infinity;
  return [
    ...(shaded > xRange[0]
      ? [element('rect', { ...frame, width: across(shaded) - frame.x, fill: '#efefef' })]
      : []),
    ...edges('x', xRange).map((at) =>
      line({ x: across(at), y: frame.y }, { x: across(at), y: bottom }, dashed),
    ),
    ...edges('y', yRange).map((at) =>
      line({ x: frame.x, y: up(at) }, { x: right, y: up(at) }, dashed),
    ),
  ];
}

/** The shapes that occur and what size means, in as many rows as the width asks. */
function shapeLegend(
  diagram: Diagram,
  width: number,
): { readonly rows: number; readonly draw: (top: number) => string[] } {
  const shapes = Object.entries(phaseShapes).filter(([phase]) =>
    diagram.cells.some((cell) => cell.phase === phase),
  );
  const sizes = `larger mark: larger ${diagram.x.title.toLowerCase()}`;
  const words = [
    ...shapes.map(([phase, shape]) => ({ word: phase, shape, room: 14 })),
    ...(diagram.x.title === '' ? [] : [{ word: sizes, shape: null, room: 4 }]),
  ];
  let x = 6;
  let row = 0;
  const placed = words.map(({ word, shape, room }) => {
    const taken = room + textWidth(word, textSize);
    if (x > 6 && x + taken > width) {
      x = 6;
      row += 1;
    }
    const at = { x, row };
    x += taken;
    return { word, shape, at };
  });
  return {
    rows: row + 1,
    draw: (top) =>
      placed.flatMap(({ word, shape, at }) => {
        const y = top + at.row * legendRow;
        const baseline = y + middleShift * textSize;
        if (shape === null) return [text(word, { x: at.x, y: baseline })];
        const mark = drawMark(shape, { x: at.x, y }, 2.4, {
          fill: word === 'undecided' ? '#ffffff' : '#b0b0b0',
          stroke: '#000000',
          'stroke-width': 0.4,
        });
        return [mark, text(word, { x: at.x + 5, y: baseline })];
      }),
  };
}

function share(value: number, [low, high]: readonly [number, number]): number {
  return (value - low) / (high - low);
}

/** Where an error bar begins and ends; the value itself where it has none. */
function ends(value: number, error: number | null): number[] {
  return error === null ? [value] : [value - error, value + error];
}
