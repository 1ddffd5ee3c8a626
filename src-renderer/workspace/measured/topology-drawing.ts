/** Persistence diagram, barcode and merge tree of one subject, linked by the pairs that they show. Pure. */
import type { EChartsOption } from 'echarts';
import type { MetricDrawing, PairSeries } from '#shared/domain/metric-definition';
import { barcodeOption, barcodeRange } from '../../charts/barcode-chart';
import { lineColour, type ChartStyle } from '../../charts/chart-style';
import { pointsOption } from '../../charts/points-chart';
import { treeOption } from '../../charts/tree-chart';
import { logTitle } from './curve-drawing';
import type { DrawOptions } from './draw-options';
import { seriesIn, type DrawnSubject } from './drawn-subjects';
import { topologyPairsOf } from './topology-pairs';

type Drawing<K extends MetricDrawing['kind']> = Extract<MetricDrawing, { kind: K }>;

/** What a mouse points at in a chart. */
export interface ChartPlace {
  readonly seriesId?: string;
  readonly dataIndex: number;
}

function pointsIn({ series, x, y }: Drawing<'points'>, subject: DrawnSubject) {
  const columns = seriesIn(subject, series)?.columns ?? {};
  const heights = columns[y.column] ?? [];
  return (columns[x.column] ?? []).flatMap((value, row) => {
    const height = heights[row] ?? null;
    return value === null || height === null ? [] : [{ row, at: [value, height] as const }];
  });
}

/** The chart of points; null where no subject has one. */
export function pointsChart(
  drawing: Drawing<'points'>,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  { focused = null, alike = [] }: DrawOptions,
): EChartsOption | null {
  const groups = subjects.map((subject, i) => ({
    name: subject.subject,
    colour: lineColour(style, i),
    points: pointsIn(drawing, subject).map(({ at }) => at),
  }));
  if (groups.every(({ points }) => points.length === 0)) return null;
  const [first] = subjects;
  const vertices = first
    ? seriesIn(first, drawing.series)?.columns[drawing.pairs ? 'birthVertex' : '']
    : undefined;
  const position = first
    ? pointsIn(drawing, first).findIndex(({ row }) => vertices?.[row] === focused)
    : -1;
  return pointsOption(groups, {
    style,
    xName: drawing.x.title,
    yName: drawing.y.title,
    diagonal: drawing.diagonal ?? false,
    focused: position < 0 ? null : position,
    others: alike.flatMap((subject) => pointsIn(drawing, subject).map(({ at }) => at)),
  });
}

/** The barcode of a subject; null where there is no pair. */
export function barcodeChart(
  { pairs: series, value }: Drawing<'barcode'>,
  [subject]: readonly DrawnSubject[],
  style: ChartStyle,
  { focused = null, alike = [] }: DrawOptions,
): EChartsOption | null {
  const pairs = topologyPairsOf(subject, series);
  if (!pairs.some(({ death }) => death !== null)) return null;
  const position = pairs.findIndex(({ id }) => id === focused);
  const all = alike.flatMap((one) => topologyPairsOf(one, series));
  return barcodeOption(pairs, {
    style,
    valueName: value,
    focused: position < 0 ? null : position,
    ...(all.length === 0 ? {} : { range: barcodeRange(all) }),
  });
}

interface TreeRow {
  readonly node: number | null | undefined;
  readonly value: number;
  /** Position of the node above; null for a root. */
  readonly parent: number | null;
}

function treeRows(subject: DrawnSubject | undefined, series: string): readonly TreeRow[] {
  const columns = (subject ? seriesIn(subject, series) : null)?.columns;
  const parents = columns?.['parent'] ?? [];
  const drawn = (columns?.['value'] ?? []).flatMap((value, row) =>
    value === null ? [] : [{ value, node: columns?.['node']?.[row], parent: parents[row] }],
  );
  const positions = new Map(drawn.map(({ node }, position) => [node, position]));
  return drawn.map(({ parent, ...row }) => ({ ...row, parent: positions.get(parent) ?? null }));
}

/** The merge tree of a subject; null where it has less than two nodes. */
export function treeChart(
  { series, value, scale, pairs }: Drawing<'tree'>,
  [subject]: readonly DrawnSubject[],
  style: ChartStyle,
  { focused = null, alike = [] }: DrawOptions,
): EChartsOption | null {
  const nodes = treeRows(subject, series);
  if (nodes.length < 2) return null;
  const values = alike.flatMap((one) => treeRows(one, series).map((node) => node.value));
  const isLog = scale === 'log' && [...values, ...nodes.map((n) => n.value)].every((v) => v > 0);
  const pair = pairs && topologyPairsOf(subject, pairs).find(({ id }) => id === focused);
  const [least, most] = [values.reduce((a, b) => Math.min(a, b), Infinity), Math.max(...values)];
  return treeOption(nodes, {
    style,
    valueName: isLog ? logTitle(value) : value,
    isLog,
    branch: pair ? branchOf(nodes, pair) : [],
    ...(values.length === 0 ? {} : { range: [least, most] }),
  });
}

/** From the minimum of a pair up to its saddle, of the lowest minimum up to the root. */
function branchOf(
  nodes: readonly TreeRow[],
  { id, deathVertex }: { readonly id: number; readonly deathVertex: number | null },
): readonly number[] {
  const branch: number[] = [];
  let at: number | null = nodes.findIndex(({ node }) => node === id);
  while (at !== null && at >= 0) {
    branch.push(at);
    if (nodes[at]?.node === deathVertex) break;
    at = nodes[at]?.parent ?? null;
  }
  return branch;
}

/** The series that a drawing is linked by; null where it shows no pairs. Never throws. */
export function pairsOfDrawing(drawing: MetricDrawing): PairSeries | null {
  switch (drawing.kind) {
    case 'points':
    case 'field':
    case 'tree':
    case 'barcode':
      return drawing.pairs ?? null;
    default:
      return null;
  }
}

/**
 * The pair that a place in a linked drawing belongs to: a bar, a point, a mark on the field, a minimum or saddle of the tree (of a saddle
 * the most persistent pair). Null where it is none. Never throws.
 */
export function pairAt(
  drawing: MetricDrawing,
  [subject]: readonly DrawnSubject[],
  { seriesId, dataIndex }: ChartPlace,
): number | null {
  const series = pairsOfDrawing(drawing);
  if (!series) return null;
  const pairs = topologyPairsOf(subject, series);
  if (drawing.kind === 'points') {
    const row = subject && seriesId === 'points' ? pointsIn(drawing, subject)[dataIndex]?.row : -1;
    const column = subject && seriesIn(subject, drawing.series)?.columns['birthVertex'];
    return column?.[row ?? -1] ?? null;
  }
  if (drawing.kind === 'tree') {
    const node = seriesId === 'nodes' ? treeRows(subject, drawing.series)[dataIndex]?.node : null;
    if (node === null || node === undefined) return null;
    return pairs.find(({ id, deathVertex }) => id === node || deathVertex === node)?.id ?? null;
  }
  const isMark = seriesId === 'bars' || seriesId === 'minima' || seriesId === 'saddles';
  return isMark ? (pairs[dataIndex]?.id ?? null) : null;
}
