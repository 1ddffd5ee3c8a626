/** The views of the phase diagram and which of them suit a grid. */
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import type { FigureKind, FigureLines, FigureSettings } from '#shared/domain/figure-settings';
import type { PhaseThresholds } from '#shared/domain/phases';

export type DiagramView =
  'panels' | 'scatter' | 'slices' | 'sensitivity' | 'correlations' | 'table';

export interface DiagramViewEntry {
  readonly name: DiagramView;
  readonly title: string;
  readonly help: string;
}

const entries: Readonly<Record<DiagramView, DiagramViewEntry>> = {
  panels: {
    name: 'panels',
    title: 'Panels',
    help: 'The numbers of the phases over the grid, and any other one large.',
  },
  scatter: {
    name: 'scatter',
    title: 'Scatter',
    help: 'Connectivity against sharpness or any other number, a point per cell.',
  },
  slices: { name: 'slices', title: 'Slices', help: 'A metric along the load with error bars.' },
  sensitivity: {
    name: 'sensitivity',
    title: 'Sensitivity',
    help: 'How the phases change when the thresholds move, and which cells keep theirs.',
  },
  correlations: {
    name: 'correlations',
    title: 'Correlations',
    help: 'Which metrics go with the score, over all cells and within rows and columns.',
  },
  table: { name: 'table', title: 'Table', help: 'The same numbers as text.' },
};

/** Two axes and more: all views; one axis: lines; none: the table. The first is the default. */
export function viewsFor(diagram: Pick<Diagram, 'x' | 'y'>): readonly DiagramViewEntry[] {
  const hasX = diagram.x.values.length > 0;
  const hasY = diagram.y.values.length > 0;
  const { panels, scatter, slices, sensitivity, correlations, table } = entries;
  if (hasX && hasY) return [panels, scatter, slices, sensitivity, correlations, table];
  if (hasX || hasY) return [slices, scatter, sensitivity, correlations, table];
  return [entries.table];
}

function figureKind(view: DiagramView): FigureKind {
  switch (view) {
    case 'scatter':
      return 'connectivity-sharpness';
    case 'slices':
      return 'slice';
    case 'panels':
    case 'sensitivity':
    case 'correlations':
    case 'table':
      return 'phase-diagram';
    default:
      return view satisfies never;
  }
}

/** The sharpness that the scatter shows at first: the one that decides flatness where it is a sharpness. */
function scatterSharpness(thresholds: PhaseThresholds | undefined): string {
  return thresholds?.flatBy === 'logTrace' ? 'hessianTrace' : 'hessianTopEigenvalue';
}

/** The panel that a view shows first: the chosen number, else the scatter's sharpness or the score. Undefined without one. */
export function shownPanel(
  view: DiagramView,
  diagram: Pick<Diagram, 'panels'> & Partial<Pick<Diagram, 'thresholds'>>,
  chosen: string | null,
): DiagramPanel | undefined {
  const named = (name: string | null) => diagram.panels.find(({ scalar }) => scalar.name === name);
  if (view !== 'scatter') return named(chosen) ?? diagram.panels[0];
  return named(chosen) ?? named(scatterSharpness(diagram.thresholds));
}

/** What the screen shows, as far as the exported figure needs to know. */
export interface ShownState {
  readonly diagram: Pick<Diagram, 'panels' | 'slices'> & Partial<Pick<Diagram, 'thresholds'>>;
  /** The number chosen, and the one that the scatter draws to the right; null for those at first. */
  readonly number: string | null;
  readonly across: string | null;
  /** The panels shown, in their order. */
  readonly panelNames: readonly string[];
  readonly lines: FigureLines;
  readonly withErrorBars: boolean;
  /** Whether the slices view draws every panel, as with one axis, and not one number. */
  readonly drawsEveryPanel: boolean;
}

/** The figure that shows what a view shows; of text, the phase diagram. Ranges, look and statistic are the screen's and not named here. */
export function figureOf(view: DiagramView, state: ShownState): FigureSettings {
  const { diagram, number, across, panelNames, lines, withErrorBars, drawsEveryPanel } = state;
  const kind = figureKind(view);
  const metric = shownPanel(view, diagram, number)?.scalar.name;
  const about = { kind, ...heldOf(diagram) };
  const first = metric === undefined ? [] : [metric];
  const panels = [...new Set([...first, ...panelNames])];
  switch (kind) {
    case 'phase-diagram':
    case 'heatmap':
      return panels.length === 0 ? about : { ...about, panels };
    case 'connectivity-sharpness':
      return {
        ...about,
        ...(metric === undefined ? {} : { metric }),
        ...(across === null ? {} : { across }),
        ...(withErrorBars ? {} : { errorBars: false }),
      };
    case 'slice':
      if (drawsEveryPanel) return { ...about, panels: panelNames };
      return { ...about, ...(metric === undefined ? {} : { metric }), lines };
    default:
      return kind satisfies never;
  }
}

/** The values at which the axes that are not drawn are held. */
function heldOf({ slices }: Pick<Diagram, 'slices'>): Pick<FigureSettings, 'held'> {
  const held = slices.flatMap(({ path, values, position }) => {
    const value = values[position];
    return value === undefined ? [] : [[path, value] as const];
  });
  return held.length === 0 ? {} : { held: Object.fromEntries(held) };
}
