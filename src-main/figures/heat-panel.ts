/** One panel of a diagram: its cells in colour, axes, colour bar and, where asked for, the phases. */
import { colourAt, missingColour } from '#shared/domain/colour-maps';
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel, PanelCell } from '#shared/domain/diagram-panel';
import {
  drawBottomTicks,
  drawBottomTitle,
  drawFrame,
  drawLeftTicks,
  drawLeftTitle,
  gridTicks,
  printedTitle,
  type Frame,
} from './axes';
import { describeUndecided } from './caption';
import { drawColourBar } from './colour-bar';
import { element, group, line, polyline, text, textSize, type PagePoint } from './svg';
import { textWidth } from './text-width';

export interface HeatPanelOptions {
  readonly diagram: Diagram;
  readonly panel: DiagramPanel;
  readonly frame: Frame;
  /** Printed above, at the left. */
  readonly title: string;
  /** Bold letter before the title; empty for a figure of one panel. */
  readonly letter: string;
  /** Tick labels and axis title below, at the left; shared axes are labelled once. */
  readonly labels: Readonly<Record<'bottom' | 'left', 'none' | 'ticks' | 'title'>>;
  /** Draw boundaries and names of the phases and hatch undecided cells. */
  readonly phases: boolean;
}

const phaseTextSize = 8;

/** Draws a panel. Cells without a value are grey, diverged ones crossed out. */
export function drawHeatPanel(options: HeatPanelOptions): string[] {
  const { diagram, panel, frame, title, letter, labels, phases } = options;
  const boxes = diagram.cells.map(({ column, row }) => cellBox(diagram, frame, column, row));
  const titleAt = { x: frame.x, y: frame.y - 4 };
  const letterWidth = letter === '' ? 0 : textWidth(letter, textSize) + 4;
  const bottom = gridTicks(diagram.x, frame.width, 'x');
  const left = gridTicks(diagram.y, frame.height, 'y');
  const bare = (ticks: typeof left) => ticks.map(({ at }) => ({ at }));
  return [
    ...(letter === '' ? [] : [text(letter, titleAt, { bold: true })]),
    text(title, { x: titleAt.x + letterWidth, y: titleAt.y }),
    group(
      { 'shape-rendering': 'crispEdges' },
      panel.cells.flatMap((cell, i) => fillCell(cell, panel, boxes[i] as Frame, frame)),
    ),
    ...(phases ? drawPhases(diagram, frame, boxes) : []),
    drawFrame(frame),
    ...drawBottomTicks(frame, labels.bottom === 'none' ? bare(bottom) : bottom),
    ...drawLeftTicks(frame, labels.left === 'none' ? bare(left) : left),
    ...(labels.bottom === 'title' && diagram.x.title !== ''
      ? [drawBottomTitle(frame, printedTitle(diagram.x))]
      : []),
    ...(labels.left === 'title' && diagram.y.title !== ''
      ? [drawLeftTitle(frame, printedTitle(diagram.y), leftTitleOffset(diagram))]
      : []),
    ...drawColourBar(panel, frame, `bar-${panel.scalar.name}`),
  ];
}

/** Room that tick labels (and the title) of the vertical axis take left of a plot. */
export function leftRoom(diagram: Diagram, withTitle: boolean): number {
  const ticks = Math.max(0, ...diagram.y.labels.map((label) => textWidth(label, textSize)));
  return ticks + 6 + (withTitle && diagram.y.title !== '' ? textSize + 3 : 0);
}

/** What the marks of a heat panel mean, for the signs that occur in it. */
export function signLegend(diagram: Diagram, panels: readonly DiagramPanel[]): string {
  const has = (state: PanelCell['state']) =>
    panels.some((panel) => panel.cells.some((cell) => cell.state === state));
  const isLogarithmless = panels.some(
    ({ cells, scale }) => scale === 'log' && cells.some((c) => c.n !== 0 && c.value === null),
  );
  return [
    ...(diagram.undecidedCount > 0 ? [`Hatched: undecided (${describeUndecided(diagram)}).`] : []),
    ...(has('missing')
      ? [`Grey: no value${isLogarithmless ? ', or none above 0 to take the logarithm of' : ''}.`]
      : []),
    ...(has('diverged') ? ['Crossed out: training diverged.'] : []),
  ].join(' ');
}

function leftTitleOffset(diagram: Diagram): number {
  return leftRoom(diagram, false) + 2.5;
}

function cellBox(diagram: Diagram, frame: Frame, column: number, row: number): Frame {
  const edge = (edges: readonly number[], i: number) => edges[i] as number;
  const left = frame.x + edge(diagram.x.edges, column) * frame.width;
  const right = frame.x + edge(diagram.x.edges, column + 1) * frame.width;
  const top = frame.y + (1 - edge(diagram.y.edges, row + 1)) * frame.height;
  const bottom = frame.y + (1 - edge(diagram.y.edges, row)) * frame.height;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * Each cell reaches a little under the ones drawn after it, above and to the right: viewers smooth edges, and two edges
 * that only meet let the page shine through as a hairline.
 */
const seam = 0.3;

function fillCell(cell: PanelCell, panel: DiagramPanel, box: Frame, frame: Frame): string[] {
  const fill = cell.t === null ? missingColour : colourAt(panel.colourMap, cell.t);
  const top = Math.max(frame.y, box.y - seam);
  const width = Math.min(frame.x + frame.width, box.x + box.width + seam) - box.x;
  const rect = element('rect', {
    x: box.x,
    y: top,
    width,
    height: box.y + box.height - top,
    fill,
  });
  if (cell.state !== 'diverged') return [rect];
  const right = box.x + box.width;
  const bottom = box.y + box.height;
  const stroke = { stroke: '#404040', 'stroke-width': 0.5 };
  return [
    rect,
    line({ x: box.x, y: box.y }, { x: right, y: bottom }, stroke),
    line({ x: box.x, y: bottom }, { x: right, y: box.y }, stroke),
  ];
}

function drawPhases(diagram: Diagram, frame: Frame, boxes: readonly Frame[]): string[] {
  const place = ([x, y]: readonly [number, number]): PagePoint => ({
    x: frame.x + x * frame.width,
    y: frame.y + (1 - y) * frame.height,
  });
  const hatched = diagram.cells.flatMap((cell, i) =>
    cell.phase === 'undecided' ? hatch(boxes[i] as Frame) : [],
  );
  const lines = diagram.boundaries.map(({ kind, points }) => ({ kind, points: points.map(place) }));
  const joins = { 'stroke-linejoin': 'round', 'stroke-linecap': 'round' } as const;
  return [
    group({ stroke: '#000000', 'stroke-width': 0.4 }, hatched),
    // White under black: seen on the dark and on the light end of every map.
    group(
      { stroke: '#ffffff', 'stroke-width': 2.2, ...joins },
      lines.filter(({ kind }) => kind === 'decided').map(({ points }) => polyline(points, {})),
    ),
    group(
      { stroke: '#000000', ...joins },
      lines.map(({ kind, points }) =>
        polyline(points, { 'stroke-width': kind === 'decided' ? 1.1 : 0.5 }),
      ),
    ),
    ...drawNames(diagram, frame, place),
  ];
}

/** Parallel lines that go on across neighbouring cells. */
function hatch(box: Frame): string[] {
  const spacing = 2.6;
  const right = box.x + box.width;
  const bottom = box.y + box.height;
  const lines: string[] = [];
  for (let k = Math.ceil((box.x + box.y) / spacing); k * spacing < right + bottom; k++) {
    const sum = k * spacing;
    const start = Math.max(box.x, sum - bottom);
    const end = Math.min(right, sum - box.y);
    lines.push(line({ x: start, y: sum - start }, { x: end, y: sum - end }, {}));
  }
  return lines;
}

/** Names of the regions, the largest first; a name that would lie on another, or a small repeat, is left out. */
function drawNames(
  diagram: Diagram,
  frame: Frame,
  place: (point: readonly [number, number]) => PagePoint,
): string[] {
  const named = new Set<string>();
  const taken: Frame[] = [];
  const regions = diagram.regions
    .filter((region) => region.phase !== 'undecided')
    .sort((a, b) => b.cells.length - a.cells.length);
  return regions.flatMap((region) => {
    const width = textWidth(region.phase, phaseTextSize) * 1.08 + 4;
    const height = phaseTextSize + 3;
    const fits =
      region.room.width * frame.width >= width && region.room.height * frame.height >= height;
    if (!fits && named.has(region.phase)) return [];
    const at = place(region.label);
    const box: Frame = {
      x: clamp(at.x - width / 2, frame.x + 1, frame.x + frame.width - width - 1),
      y: clamp(at.y - height / 2, frame.y + 1, frame.y + frame.height - height - 1),
      width,
      height,
    };
    if (taken.some((other) => overlap(box, other))) return [];
    taken.push(box);
    named.add(region.phase);
    const middle = { x: box.x + width / 2, y: box.y + height / 2 + 0.36 * phaseTextSize };
    return [
      element('rect', { ...box, rx: 1.5, fill: '#ffffff', 'fill-opacity': 0.85 }),
      text(region.phase, middle, { size: phaseTextSize, bold: true, anchor: 'middle' }),
    ];
  });
}

function overlap(a: Frame, b: Frame): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
