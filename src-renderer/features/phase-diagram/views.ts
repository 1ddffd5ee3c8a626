/** The views of the phase diagram and which of them suit a grid. */
import { paperPanels, type Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import type { PhaseThresholds } from '#shared/domain/phases';
import type { FigureKind } from './use-export';

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

/** The kind and the scalar of the figure that shows the same numbers as a view; of text, the phase diagram. */
export function figureOf(
  view: DiagramView,
  diagram: Pick<Diagram, 'panels'>,
  chosen: string | null,
): { readonly kind: FigureKind; readonly metric: string | null } {
  const kind = figureKind(view);
  const metric = shownPanel(view, diagram, chosen)?.scalar.name ?? null;
  if (kind !== 'phase-diagram') return { kind, metric };
  const isExtra = view === 'panels' && metric !== null && !paperPanels.some((p) => p === metric);
  return isExtra ? { kind: 'heatmap', metric } : { kind, metric: null };
}
