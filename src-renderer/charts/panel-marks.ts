/** What is written on a panel: ticks, names of axes, lines between phases and the names of their regions. In pixels of the plot, y from the top. */
import { phaseColours } from '#shared/domain/colour-maps';
import type { Diagram } from '#shared/domain/diagram';
import { tickIndices, type DiagramAxis } from '#shared/domain/diagram-axis';
import type { PhaseBoundary, PhaseRegion } from '#shared/domain/diagram-regions';
import { chartFont } from './chart-style';
import { cellBox, type PanelGrid } from './panel-geometry';

export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

export interface PanelTick {
  /** Along the axis. */
  readonly at: number;
  /** Empty for a tick that has no room for its label. */
  readonly label: string;
}

/** Ticks of both axes; labels stay apart. */
export function panelTicks(
  { x, y }: PanelGrid,
  plot: PlotSize,
): { readonly x: readonly PanelTick[]; readonly y: readonly PanelTick[] } {
  const widest = Math.max(1, ...x.labels.map((label) => label.length));
  const ticks = (axis: DiagramAxis, gap: number, place: (u: number) => number) => {
    const labelled = new Set(tickIndices(axis, gap));
    return axis.values.map((_, i) => ({
      at: place(axis.positions[i] ?? 0),
      label: labelled.has(i) ? (axis.labels[i] ?? '') : '',
    }));
  };
  return {
    x: ticks(x, (8 + 7 * widest) / Math.max(1, plot.width), (u) => u * plot.width),
    y: ticks(y, 15 / Math.max(1, plot.height), (u) => (1 - u) * plot.height),
  };
}

/** `Width · load`, `Batch size · temperature`. */
export function axisName(axis: DiagramAxis): string {
  if (axis.title === '') return '';
  if (axis.role === 'none') return axis.title;
  if (axis.role === 'load') return `${axis.title} · load`;
  return `${axis.title} · temperature`;
}

/** The lines of one kind as an SVG path. */
export function boundaryPath(
  boundaries: readonly PhaseBoundary[],
  kind: PhaseBoundary['kind'],
  { width, height }: PlotSize,
): string {
  return boundaries
    .filter((boundary) => boundary.kind === kind)
    .map(({ points }) =>
      points
        .map(
          ([x, y], i) =>
            `${i === 0 ? 'M' : 'L'}${Math.round(x * width)} ${Math.round((1 - y) * height)}`,
        )
        .join(''),
    )
    .join('');
}

/** A name on the plot, or beside it with a leader to its region. */
export interface RegionName {
  readonly text: string;
  /** Its middle. */
  readonly x: number;
  readonly y: number;
  readonly fontSize: number;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
  /** From the region to the name; null where the name stands in its region. */
  readonly leader: { readonly x: number; readonly y: number } | null;
}

/** Names beside the plot: more lines than this would hide what they point at. */
const mostLeaders = 8;
const leaderHeight = 18;
/** A name covers at most this much of its place, so that the colours around it are seen. */
const shareOfPlace = 0.9;

/**
 * The names of the regions: each in its largest place, as large as that allows; those of regions too small for the smallest type stand to
 * the right of the plot with a leader, the largest first, as many as have room. Undecided regions have no name.
 */
export function regionNames(
  regions: readonly PhaseRegion[],
  plot: PlotSize,
  { hasGutter }: { readonly hasGutter: boolean },
): readonly RegionName[] {
  const named = regions.filter(({ phase }) => phase !== 'undecided');
  const drafts = named.map((region) => ({ region, size: sizeOf(region, plot) }));
  const inside = drafts.flatMap(({ region, size }) =>
    size === null
      ? []
      : [
          {
            ...boxOf(region, size),
            x: region.label[0] * plot.width,
            y: (1 - region.label[1]) * plot.height,
            leader: null,
          },
        ],
  );
  if (!hasGutter) return inside;
  const most = Math.min(mostLeaders, Math.floor(plot.height / leaderHeight));
  const beside = drafts
    .flatMap(({ region, size }) => (size === null ? [region] : []))
    .sort((a, b) => b.cells.length - a.cells.length)
    .slice(0, most)
    .sort((a, b) => b.label[1] - a.label[1]);
  const places = spread(
    beside.map(({ label }) => (1 - label[1]) * plot.height),
    plot.height,
  );
  return [
    ...inside,
    ...beside.map((region, i) => {
      const box = boxOf(region, chartFont.small);
      return {
        ...box,
        x: plot.width + 10 + box.width / 2,
        y: places[i] ?? 0,
        leader: { x: region.label[0] * plot.width, y: (1 - region.label[1]) * plot.height },
      };
    }),
  ];
}

/** Marks of undecided cells: a question mark each where cells have room for it, else one for each region that has. */
export function undecidedMarks(
  grid: PanelGrid,
  { cells, regions }: Pick<Diagram, 'cells' | 'regions'>,
  { width, height }: PlotSize,
): readonly (readonly [x: number, y: number])[] {
  const hasRoom = (box: { readonly width: number; readonly height: number }) =>
    box.width * width >= 20 && box.height * height >= 20;
  const marks: (readonly [number, number])[] = [];
  const bare = new Set<number>();
  for (const [position, { phase, result }] of cells.entries()) {
    if (phase !== 'undecided' || result === null) continue;
    const box = cellBox(grid, position);
    const x = Math.round((box.x + box.width / 2) * width);
    const y = Math.round((box.y + box.height / 2) * height);
    if (hasRoom(box)) marks.push([x, y]);
    else bare.add(position);
  }
  for (const { phase, room, label, cells: members } of regions) {
    if (phase !== 'undecided' || !hasRoom(room) || !members.every((cell) => bare.has(cell)))
      continue;
    marks.push([Math.round(label[0] * width), Math.round((1 - label[1]) * height)]);
  }
  return marks;
}

function boxOf({ phase }: PhaseRegion, fontSize: number) {
  return {
    text: phase,
    fontSize,
    width: Math.round(0.62 * fontSize * phase.length + 12),
    height: fontSize + 6,
    colour: phaseColours[phase],
  };
}

/** The largest of the chart's sizes that fits the region's place; null where even the smallest does not. */
function sizeOf(region: PhaseRegion, plot: PlotSize): number | null {
  const width = region.room.width * plot.width * shareOfPlace;
  const height = region.room.height * plot.height * shareOfPlace;
  const fits = (size: number) => {
    const box = boxOf(region, size);
    return box.width <= width && box.height <= height;
  };
  return [chartFont.title, chartFont.name, chartFont.small].find(fits) ?? null;
}

/** Places as near to those wanted (rising) as a distance between them allows, inside 0..height. */
function spread(wanted: readonly number[], height: number): readonly number[] {
  const half = leaderHeight / 2;
  const places: number[] = [];
  for (const at of wanted)
    places.push(Math.max(at, (places.at(-1) ?? half - leaderHeight) + leaderHeight));
  let limit = height - half;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i] as number, limit);
    limit = (places[i] as number) - leaderHeight;
  }
  return places;
}
