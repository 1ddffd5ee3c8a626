/** Pure text and numbers of the Phase diagram screen. */
import { phaseNames, type Phase } from '#shared/domain/phases';
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel, PanelCell } from '#shared/domain/diagram-panel';
import { isMainScore } from '#shared/domain/problem-scalars';
import { scatterPoints, type ScatterPanels } from '#shared/domain/diagram-scatter';
import { counted, formatNumber, formatWithError } from '../../charts/number-format';
import type { ScatterPoint } from '../../charts/scatter-layout';
import { shownPanel } from './views';

/** How many cells each phase has, in the phases' order; phases without a cell included. */
export function phaseCounts(diagram: Diagram): readonly { phase: Phase; count: number }[] {
  return phaseNames.map((phase) => ({
    phase,
    count: diagram.cells.filter((cell) => cell.phase === phase).length,
  }));
}

/** The diagram in a sentence, for those who cannot see it. */
export function diagramSummary(diagram: Diagram): string {
  const counts = phaseCounts(diagram)
    .filter(({ count }) => count > 0)
    .map(
      ({ phase, count }) => `${count} ${phase === 'undecided' ? 'undecided' : `in phase ${phase}`}`,
    );
  const axes = [diagram.x.title, diagram.y.title].filter(Boolean).join(' by ');
  return `${counted(diagram.cells.length, 'cell')}${axes === '' ? '' : `, ${axes}`}: ${counts.join(', ')}.`;
}

/** A panel in a sentence. */
export function panelSummary(panel: DiagramPanel): string {
  const values = panel.cells.flatMap((c) =>
    c.state === 'present' && c.value !== null ? [c.value] : [],
  );
  const range =
    values.length === 0
      ? 'no values'
      : `from ${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}`;
  return `${panel.title}: ${values.length} of ${counted(panel.cells.length, 'cell')} with a value, ${range}.`;
}

/** `0.912 ± 0.004 nats`: a drawn value with its standard error. */
export function panelValueText(panel: DiagramPanel, cell: PanelCell): string {
  if (cell.state === 'diverged') return 'diverged';
  if (cell.value === null) return 'no value';
  const unit = panel.unit === '' ? '' : ` ${panel.unit}`;
  return `${formatWithError(cell.value, cell.error)}${unit}`;
}

/** Numbers of the tooltip: `sd 0.012, quartiles 0.91 and 0.93, n 3 seeds`; of imported means `n unknown`. */
export function spreadText({ sd, quartiles, n, over }: PanelCell): string {
  if (n === 0) return '';
  if (n === null) return `sd ${sd === null ? 'unknown' : formatNumber(sd)}, n unknown`;
  const between =
    quartiles && n > 1 ? ` quartiles ${quartiles.map((q) => formatNumber(q)).join(' and ')},` : '';
  return `sd ${formatNumber(sd)},${between} n ${n} ${over ?? ''}`.trimEnd();
}

/** How many cells some panel hatches: diverged ones, and others that lack a number. */
export function hatchedCells(diagram: Diagram): {
  readonly missing: number;
  readonly diverged: number;
} {
  const states = diagram.cells.map((_, i) => diagram.panels.map((panel) => panel.cells[i]?.state));
  return {
    missing: states.filter((of) => of.includes('missing')).length,
    diverged: states.filter((of) => of.includes('diverged')).length,
  };
}

/** `Mode connectivity (percentage points)`. */
export function titleWithUnit(panel: DiagramPanel | undefined): string {
  if (!panel) return '';
  return panel.unit === '' ? panel.title : `${panel.title} (${panel.unit})`;
}

/** The panels of the scatter: at first the paper's plane, mode connectivity to the right; null while one of its two numbers is not measured. */
export function scatterPanels(
  diagram: Diagram,
  chosen: { readonly x: string | null; readonly y: string | null },
): ScatterPanels | null {
  const panel = (name: string) => diagram.panels.find((p) => p.scalar.name === name);
  const x = panel(chosen.x ?? 'modeConnectivity');
  const y = shownPanel('scatter', diagram, chosen.y === x?.scalar.name ? null : chosen.y);
  if (!x || !y) return null;
  return { x, y, score: diagram.panels.find((p) => isMainScore(p.scalar.name)) };
}

/** The points of the scatter: the same as in the exported figure. */
export function scatterMarks(diagram: Diagram, panels: ScatterPanels): readonly ScatterPoint[] {
  const columns = diagram.x.positions.length;
  return scatterPoints(diagram, panels).map(({ cell, ...point }) => ({
    ...point,
    position: cell.row * columns + cell.column,
    phase: cell.phase,
  }));
}

/** A unit short enough to stand beside a colour bar; empty where it is too long, the panel's tooltip has it. */
export function shortUnit(unit: string): string {
  if (unit === 'percentage points') return ' pp';
  return unit === '' || unit.length > 6 ? '' : ` ${unit}`;
}

/** Positions of the diagram's cells from the top row down, as the eye reads the panels. */
export function readingOrder(diagram: Diagram): readonly number[] {
  const columns = diagram.x.positions.length;
  return diagram.cells
    .map((_, position) => position)
    .sort((a, b) => Math.floor(b / columns) - Math.floor(a / columns) || a - b);
}
