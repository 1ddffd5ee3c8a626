/** A merge tree: minima at the bottom, saddles where basins meet, the height of a node its value. */
import type { EChartsOption } from 'echarts';
import { axisLook, baseOption, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber } from './number-format';

export interface TreeNode {
  readonly value: number;
  /** Position of the parent in the list; null for a root. */
  readonly parent: number | null;
}

/** Places from left to right, 0..leaves - 1: leaves side by side, a parent over the middle of its children. Never throws. */
export function treePlaces(nodes: readonly TreeNode[]): readonly number[] {
  const children = nodes.map((): number[] => []);
  const roots: number[] = [];
  for (const [i, { parent }] of nodes.entries())
    (parent === null ? roots : (children[parent] ?? roots)).push(i);
  // The deepest basin first, so that it stands on the left.
  const lowest = nodes.map(({ value }) => value);
  const order: number[] = [];
  const waiting = [...roots];
  while (waiting.length > 0) {
    const node = waiting.pop() as number;
    order.push(node);
    waiting.push(...(children[node] ?? []));
  }
  for (const node of order.toReversed())
    for (const child of children[node] ?? [])
      lowest[node] = Math.min(lowest[node] as number, lowest[child] as number);
  const places = nodes.map(() => 0);
  let leaves = 0;
  const open: { node: number; entered: boolean }[] = roots.toReversed().map((node) => ({
    node,
    entered: false,
  }));
  while (open.length > 0) {
    const top = open.at(-1) as { node: number; entered: boolean };
    const own = children[top.node] as number[];
    if (!top.entered && own.length > 0) {
      top.entered = true;
      own.sort((a, b) => (lowest[a] as number) - (lowest[b] as number));
      for (const node of own.toReversed()) open.push({ node, entered: false });
      continue;
    }
    open.pop();
    const below = own.map((child) => places[child] as number);
    places[top.node] =
      own.length === 0 ? leaves++ : ((below[0] as number) + (below.at(-1) as number)) / 2;
  }
  return places;
}

export interface TreeOptions {
  readonly style: ChartStyle;
  readonly valueName: string;
  /** For values above 0: basins far below the root can be told apart. */
  readonly isLog?: boolean;
  /** Positions of nodes, each the parent of the one before, whose edges stand out; empty for none. */
  readonly branch?: readonly number[];
  /** Ends of the value axis; by default those of the nodes. */
  readonly range?: readonly [number, number];
}

/** The chart of a merge tree: each edge goes up from the child, then across to the parent. */
export function treeOption(
  nodes: readonly TreeNode[],
  { style, valueName, isLog = false, branch = [], range }: TreeOptions,
): EChartsOption {
  const look = axisLook(style, { gridLines: true });
  const places = treePlaces(nodes);
  const edgeOf = (i: number) => {
    const { value = 0, parent = null } = nodes[i] ?? {};
    const above = parent === null ? undefined : nodes[parent];
    if (!above) return [];
    const [from, to] = [places[i] ?? 0, places[parent ?? 0] ?? 0];
    return [
      [from, value],
      [from, above.value],
      [to, above.value],
      ['-', '-'],
    ];
  };
  const edges = nodes.flatMap((_, i) => edgeOf(i));
  const isOnBranch = new Set(branch);
  const colour = style.lines[0] ?? style.ink;
  return {
    ...baseOption(style),
    grid: { left: 64, right: 16, top: 12, bottom: 20 },
    tooltip: {
      ...tooltipOption(style),
      trigger: 'item',
      renderMode: 'richText',
      formatter: (params) => {
        const one = Array.isArray(params) ? params[0] : params;
        if (one?.seriesId !== 'nodes') return '';
        return `${valueName} ${formatNumber(nodes[one.dataIndex]?.value ?? null, 4)}`;
      },
    },
    xAxis: { type: 'value', show: false, min: -0.5, max: Math.max(0, ...places) + 0.5 },
    yAxis: {
      ...look,
      type: isLog ? 'log' : 'value',
      scale: true,
      ...(range ? { min: range[0], max: range[1] } : {}),
      axisLine: { ...look.axisLine, onZero: false },
      name: valueName,
      nameLocation: 'middle',
      nameGap: 46,
      axisLabel: { ...look.axisLabel, formatter: (v: number) => formatNumber(v, 3) },
    },
    series: [
      {
        id: 'edges',
        type: 'line',
        silent: true,
        showSymbol: false,
        data: edges,
        lineStyle: { color: colour, width: 1.5 },
      },
      {
        id: 'branch',
        type: 'line',
        silent: true,
        showSymbol: false,
        // The last node is the saddle itself: what is above it belongs to others.
        data: branch.slice(0, -1).flatMap(edgeOf),
        lineStyle: { color: style.ink, width: 3 },
      },
      {
        id: 'nodes',
        type: 'scatter',
        symbolSize: 5,
        itemStyle: { color: colour },
        data: nodes.map(({ value }, i) =>
          isOnBranch.has(i)
            ? { value: [places[i] ?? 0, value], symbolSize: 9, itemStyle: { color: style.ink } }
            : [places[i] ?? 0, value],
        ),
      },
    ],
  };
}
