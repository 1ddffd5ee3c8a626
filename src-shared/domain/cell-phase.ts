/** The phase of a cell from its metrics: joins the results to the rule of `phases.ts`. */
import { labelPhase, type Estimate, type PhaseLabel, type PhaseThresholds } from './phases';
import type { CellMetric, CellResult } from './results';

/**
 * Mean and standard error (sd / sqrt(n)) of a metric over the seeds or pairs of a cell.
 * Over a single value (n = 1) the standard error is null: unknown, not zero. Never throws.
 */
export function estimateOf(metric: CellMetric | undefined): Estimate {
  if (metric === undefined) return { mean: null, se: null };
  const se = metric.sd === null || metric.n < 2 ? null : metric.sd / Math.sqrt(metric.n);
  return { mean: metric.mean, se };
}

/** The phase of a cell and why; undecided where a deciding number is missing or too close to its threshold. */
export function labelCell(
  metrics: Readonly<Record<string, CellMetric>>,
  thresholds: PhaseThresholds,
): PhaseLabel {
  return labelPhase(
    {
      trainLoss: estimateOf(metrics['trainLoss']),
      hessianTrace: estimateOf(metrics['hessianTrace']),
      modeConnectivity: estimateOf(metrics['modeConnectivity']),
      cka: estimateOf(metrics['cka']),
    },
    thresholds,
  );
}

/**
 * The phase of a cell of the results with thresholds of the reader's choice, and why. Where no number is there, thresholds decide nothing:
 * then the results themselves say why (not trained, diverged). Never throws.
 */
export function phaseOfCell(cell: CellResult, thresholds: PhaseThresholds): PhaseLabel {
  const hasNumbers = Object.values(cell.metrics).some((metric) => metric.n > 0);
  return hasNumbers
    ? labelCell(cell.metrics, thresholds)
    : { phase: cell.phase, reason: cell.phaseReason };
}
