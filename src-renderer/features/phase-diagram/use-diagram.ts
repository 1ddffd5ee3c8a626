/** The state of the Phase diagram screen: the diagram of the current results with the view's settings, what is hovered and selected. */
import { computed, shallowRef, watchEffect } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import {
  buildDiagram,
  diagramStatistics,
  measuredPanels,
  measuredScalars,
  type DiagramStatistic,
} from '#shared/domain/diagram';
import { queryText, useViewSetting } from '../../workspace/address';
import { useCurrentExperiment } from '../../workspace/current-experiment';
import { useSelection } from '../../workspace/selection';
import { useThresholds } from '../../workspace/thresholds';

/** Where the pointer is: a cell of the diagram, on which panel, and the page coordinates for the tooltip. */
export interface HoveredCell {
  readonly position: number;
  /** Name of the panel's scalar. */
  readonly scalar: string;
  readonly pageX: number;
  readonly pageY: number;
}

/** Everything that the views of the diagram share. */
export function useDiagram() {
  const route = useRoute();
  const router = useRouter();
  const current = useCurrentExperiment();
  const thresholds = useThresholds();
  const selection = useSelection();

  const statistic = useViewSetting<DiagramStatistic>('statistic', 'mean', (text) =>
    diagramStatistics.find((s) => s === text),
  );
  /** The scalar that is shown large, sliced, scattered: any that is measured; empty for the view's own. */
  const number = useViewSetting<string>('metric', '', (t) => t);
  watchEffect(() => {
    if (number.value !== '') current.want([number.value]);
  });
  const numbers = computed(() => (current.results ? measuredScalars(current.results) : []));
  const isMeasured = computed(() => numbers.value.some(({ name }) => name === number.value));
  /** Which axis has the slider: the one that is neither x nor y. */
  const slicedPath = computed(() =>
    current.results === null ? undefined : buildDiagram(current.results).slices[0]?.path,
  );
  // Plain numbers and texts in between: a click changes the address, but not these, so nothing is laid out again.
  const slicePosition = computed(() => {
    const position = Number(queryText(route.query, 'slice') ?? '0');
    return Number.isInteger(position) ? position : 0;
  });
  const diagram = computed(() => {
    if (current.results === null) return null;
    const path = slicedPath.value;
    const panels = measuredPanels(current.results);
    const isExtra = isMeasured.value && !panels.includes(number.value);
    return buildDiagram(current.results, {
      statistic: statistic.value,
      thresholds: thresholds.thresholds,
      metrics: isExtra ? [...panels, number.value] : panels,
      slice: path === undefined ? {} : { [path]: slicePosition.value },
    });
  });
  const hovered = shallowRef<HoveredCell | null>(null);
  const selectedPositions = computed<readonly number[]>(() => {
    const cells = diagram.value?.cells ?? [];
    return selection.cells.value.flatMap((index) => {
      const position = cells.findIndex((c) => c.result?.index === index);
      return position < 0 ? [] : [position];
    });
  });
  const cellIndex = (position: number) => diagram.value?.cells[position]?.result?.index ?? null;

  return {
    diagram,
    statistic: computed(() => statistic.value),
    numbers,
    /** Null where none is chosen, or one that is not measured here. */
    number: computed(() => (isMeasured.value ? number.value : null)),
    showNumber: (name: string) => {
      number.value = name;
    },
    hovered: computed(() => hovered.value),
    hover: (cell: HoveredCell | null) => {
      hovered.value = cell;
    },
    showStatistic: (name: DiagramStatistic) => {
      statistic.value = name;
    },
    selectedPositions,
    /** Holds the axis that is neither x nor y at a value of its own. */
    showSlice: (position: number) => {
      const query = { ...route.query, slice: position === 0 ? undefined : String(position) };
      void router.replace({ query });
    },
    select: (position: number, extend = false) => {
      const index = cellIndex(position);
      if (index !== null) selection.select(index, extend);
    },
    clear: selection.clear,
    open: (position: number) => {
      const index = cellIndex(position);
      if (index !== null) selection.open(index);
    },
  };
}

export type DiagramState = ReturnType<typeof useDiagram>;
