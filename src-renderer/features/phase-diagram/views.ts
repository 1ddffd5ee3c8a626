/** The views of the phase diagram and which of them suit a grid. */
import type { Diagram } from '#shared/domain/diagram';
import type { FigureKind } from './use-export';

export type DiagramView = 'panels' | 'scatter' | 'slices' | 'correlations' | 'table';

export interface DiagramViewEntry {
  readonly name: DiagramView;
  readonly title: string;
  readonly help: string;
}

const entries: Readonly<Record<DiagramView, DiagramViewEntry>> = {
  panels: { name: 'panels', title: 'Panels', help: 'Every metric over the grid, with the phases.' },
  scatter: {
    name: 'scatter',
    title: 'Scatter',
    help: 'Connectivity against sharpness, a point per cell.',
  },
  slices: { name: 'slices', title: 'Slices', help: 'A metric along the load with error bars.' },
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
  const { panels, scatter, slices, correlations, table } = entries;
  if (hasX && hasY) return [panels, scatter, slices, correlations, table];
  if (hasX || hasY) return [slices, scatter, correlations, table];
  return [entries.table];
}

/** The figure that shows what a view shows; of text, what it is the text of. */
export function figureKind(view: DiagramView): FigureKind {
  switch (view) {
    case 'scatter':
      return 'connectivity-sharpness';
    case 'slices':
      return 'slice';
    case 'panels':
    case 'correlations':
    case 'table':
      return 'phase-diagram';
    default:
      return view satisfies never;
  }
}

/** The sharpness that the scatter shows. */
export const scatterSharpness = 'hessianTopEigenvalue';

/**
 * The scalar of that figure, so that it shows the same numbers; null where the kind has none.
 *
 * @param score - what the slices show at first
 */
export function figureMetric(
  view: DiagramView,
  sliced: string | null,
  score: string,
): string | null {
  if (view === 'slices') return sliced ?? score;
  return view === 'scatter' ? scatterSharpness : null;
}
