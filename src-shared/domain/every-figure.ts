/** Which figures an experiment has: what a batch export and a report draw. */
import { measuredScalars, placeCells } from './diagram';
import type { FigureKind, FigureSettings } from './figure-settings';
import { hasNumber } from './missing-values';
import type { CellMetric, CellsResult } from './results';
import { findScalar } from './scalars';

/** A figure with the name of its files. */
export interface NamedFigure {
  /** `phase-diagram`, `heatmap-trainLoss`. */
  readonly name: string;
  readonly settings: FigureSettings;
}

/** What the scatter is of by default. */
const plane = ['modeConnectivity', 'hessianTrace'] as const;

/**
 * Every figure that the results have numbers for: the phase diagram and a heatmap of each scalar where two axes vary, slices of each where
 * one does, the plane of connectivity and sharpness where some cell has both. Empty where nothing varies or is measured. Never throws.
 *
 * @param results - with every scalar; axes beyond two are held at their first values
 */
export function everyFigure(results: CellsResult): readonly NamedFigure[] {
  const { x, y, results: places } = placeCells(results);
  const cells = places.flatMap((cell) => cell ?? []);
  const axes = [x, y].filter(({ values }) => values.length > 0).length;
  const scalars = measuredScalars(results)
    .map(({ name }) => name)
    .filter((name) => cells.some(({ metrics }) => isDrawn(metrics[name], name)));
  if (axes === 0 || scalars.length === 0) return [];
  const hasPlane = cells.some(({ metrics }) => plane.every((name) => isDrawn(metrics[name], name)));
  const kind: FigureKind = axes === 2 ? 'heatmap' : 'slice';
  return [
    ...(axes === 2
      ? [{ name: 'phase-diagram', settings: { kind: 'phase-diagram' } } as const]
      : []),
    ...(hasPlane
      ? [
          {
            name: 'connectivity-sharpness',
            settings: { kind: 'connectivity-sharpness' },
          } as const,
        ]
      : []),
    ...scalars.map((metric) => ({ name: `${kind}-${metric}`, settings: { kind, metric } })),
  ];
}

/** Whether a mean can be drawn: of scalars on a log scale it must be above 0. */
function isDrawn(metric: CellMetric | undefined, name: string) {
  if (!metric || !hasNumber(metric) || metric.mean === null) return false;
  return findScalar(name)?.scale === 'log' ? metric.mean > 0 : true;
}
