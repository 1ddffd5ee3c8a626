/** The state of the Phase diagram screen: the diagram of the current results with the view's settings, what is hovered and selected. */
import { computed, shallowRef, watchEffect } from 'vue';
import { useRoute } from 'vue-router';
import {
  labelDiagram,
  measuredPanels,
  measuredScalars,
  panelsOf,
  placeCells,
} from '#shared/domain/diagram';
import type { FixedRange } from '#shared/domain/diagram-panel';
import { diagramStatistics, type DiagramStatistic } from '#shared/domain/diagram-statistic';
import { cellsBetween } from '../../charts/panel-geometry';
import { queryText, useViewSettings } from '../../workspace/address';
import { useCurrentExperiment } from '../../workspace/current-experiment';
import { useSelection } from '../../workspace/selection';
import { useThresholds } from '../../workspace/thresholds';
import {
  formatRanges,
  parseGridLook,
  parsePanels,
  parseRanges,
  parseShared,
  type LookSetting,
} from './look';

/** Where the pointer is: a cell of the diagram, and where to write about which panel; null where the view writes its own. */
export interface HoveredCell {
  readonly position: number;
  readonly note: {
    /** Name of the panel's scalar. */
    readonly scalar: string;
    readonly pageX: number;
    readonly pageY: number;
  } | null;
}

/** What the scatter and the slices draw, whichever panels are shown. */
const panelsOfViews = [
  'modeConnectivity',
  'hessianTopEigenvalue',
  'hessianTrace',
  'testAccuracy',
  'testRelativeError',
  'trainAccuracy',
  'trainLoss',
  'trainRelativeError',
];

/** Everything that the views of the diagram share. */
export function useDiagram() {
  const route = useRoute();
  const change = useViewSettings();
  const current = useCurrentExperiment();
  const thresholds = useThresholds();
  const selection = useSelection();

  // Plain texts in between: a click changes the address, but not these, so nothing is laid out again.
  const text = (name: LookSetting) => computed(() => queryText(route.query, name) ?? '');
  const statisticText = text('statistic');
  const statistic = computed<DiagramStatistic>(
    () => diagramStatistics.find((s) => s === statisticText.value) ?? 'mean',
  );
  const number = text('metric');
  const numbers = computed(() => (current.results ? measuredScalars(current.results) : []));
  const names = computed(() => numbers.value.map(({ name }) => name));
  /** A scalar of the address that is measured here; null for none. */
  const measured = (name: string) => (names.value.includes(name) ? name : null);
  const [xscale, yscale, flip, swap] = [text('xscale'), text('yscale'), text('flip'), text('swap')];
  const gridLook = computed(() =>
    parseGridLook({
      xscale: xscale.value,
      yscale: yscale.value,
      flip: flip.value,
      swap: swap.value,
    }),
  );
  const [panelsText, rangesText, shareText] = [text('panels'), text('ranges'), text('share')];
  const ranges = computed(() => parseRanges(rangesText.value));
  const shared = computed(() => parseShared(shareText.value));
  const sliceText = text('slice');
  const slice = computed(() => {
    const position = Number(sliceText.value);
    const path = current.results === null ? undefined : slicedPath.value;
    return path === undefined || !Number.isInteger(position) ? {} : { [path]: position };
  });
  /** Which axis has the slider: the one that is neither x nor y. */
  const slicedPath = computed(() =>
    current.results === null ? undefined : placeCells(current.results).slices[0]?.path,
  );

  /** The panels that are shown, in their order: those chosen, else the paper's. */
  const defaultNames = computed(() => (current.results ? measuredPanels(current.results) : []));
  const panelNames = computed(
    () => parsePanels(panelsText.value, names.value) ?? defaultNames.value,
  );
  const acrossText = text('across');
  watchEffect(() => {
    const extra = [number.value, acrossText.value].flatMap((name) => measured(name) ?? []);
    current.want([...panelNames.value, ...extra, ...panelsOfViews]);
  });
  const grid = computed(() =>
    current.results === null
      ? null
      : placeCells(current.results, { slice: slice.value, look: gridLook.value }),
  );
  const panels = computed(() => {
    if (grid.value === null) return [];
    const extra = [number.value, acrossText.value, ...panelsOfViews];
    const { all } = grid.value;
    const names = [...panelNames.value, ...extra.flatMap((name) => measured(name) ?? [])];
    // What was only just asked for is not there yet: it is not drawn as if it were missing.
    const wanted = new Set(names.filter((name) => all.some(({ metrics }) => name in metrics)));
    const options = { statistic: statistic.value, ranges: ranges.value, shared: shared.value };
    return panelsOf(grid.value, [...wanted], options);
  });
  const diagram = computed(() =>
    grid.value === null ? null : labelDiagram(grid.value, panels.value, thresholds.thresholds),
  );

  /** With the panels that are shown, and the one that is large, and no others. */
  const shownDiagram = computed(() => {
    if (diagram.value === null) return null;
    const isShown = (name: string) => panelNames.value.includes(name) || name === number.value;
    const shown = diagram.value.panels.filter(({ scalar }) => isShown(scalar.name));
    return { ...diagram.value, panels: shown };
  });

  const hovered = shallowRef<HoveredCell | null>(null);
  /** While a rectangle is drawn: what it would select. */
  const brushed = shallowRef<readonly number[] | null>(null);
  const positions = computed(
    () =>
      new Map(
        (grid.value?.results ?? []).flatMap((result, position) =>
          result === null ? [] : [[result.index, position] as const],
        ),
      ),
  );
  const selectedPositions = computed<readonly number[]>(() =>
    selection.cells.value.flatMap((index) => positions.value.get(index) ?? []),
  );
  const indexOf = (position: number) => grid.value?.results[position]?.index ?? null;
  const indicesOf = (chosen: readonly number[]) => chosen.flatMap((p) => indexOf(p) ?? []);
  /** From where Shift and an arrow stretch the selection, and to where. */
  let anchor: { from: number; to: number } | null = null;

  return {
    diagram,
    shownDiagram,
    statistic,
    numbers,
    measured,
    /** Null where none is chosen, or one that is not measured here. */
    number: computed(() => measured(number.value)),
    across: computed(() => measured(acrossText.value)),
    panelNames,
    defaultNames,
    ranges,
    shared,
    look: gridLook,
    /** Changes settings of the address; null takes one away. */
    change: (part: Partial<Record<LookSetting, string | null>>) => {
      change(part);
    },
    showNumber: (name: string) => {
      change({ metric: name });
    },
    showPanels: (chosen: readonly string[]) => {
      const isDefault = chosen.join(',') === defaultNames.value.join(',');
      change({ panels: isDefault ? null : chosen.join(',') });
    },
    /** Fixes the ends of a panel's colour range; null leaves it to the data. */
    showRange: (name: string, range: FixedRange | null) => {
      const { [name]: _old, ...others } = ranges.value;
      const next = formatRanges(range === null ? others : { ...others, [name]: range });
      change({ ranges: next === '' ? null : next });
    },
    showStatistic: (name: DiagramStatistic) => {
      change({ statistic: name === 'mean' ? null : name });
    },
    /** Holds the axis that is neither x nor y at a value of its own. */
    showSlice: (position: number) => {
      change({ slice: position === 0 ? null : String(position) });
    },
    hovered: computed(() => hovered.value),
    hover: (cell: HoveredCell | null) => {
      hovered.value = cell;
    },
    /** What is selected, or what the rectangle that is being drawn would select. */
    selectedPositions: computed(() => brushed.value ?? selectedPositions.value),
    /** Indices of the selected cells that are on the grid. */
    selectedCells: computed(() => indicesOf(selectedPositions.value)),
    brush: (chosen: readonly number[] | null) => {
      brushed.value = chosen;
    },
    select: (position: number, extend = false) => {
      const index = indexOf(position);
      anchor = null;
      if (index !== null) selection.select(index, extend);
    },
    selectAll: (chosen: readonly number[], extend = false) => {
      anchor = null;
      selection.selectAll(indicesOf(chosen), extend);
    },
    /** Selects the rectangle from the first selected cell to one step further than before. */
    stretch: (step: (from: number) => number) => {
      const from = selectedPositions.value[0];
      if (grid.value === null || from === undefined) return;
      if (anchor?.from !== from) anchor = { from, to: from };
      anchor = { from, to: step(anchor.to) };
      selection.selectAll(indicesOf(cellsBetween(grid.value, from, anchor.to)));
    },
    clear: selection.clear,
    open: (position: number) => {
      const index = indexOf(position);
      if (index !== null) selection.open(index);
    },
  };
}

export type DiagramState = ReturnType<typeof useDiagram>;
