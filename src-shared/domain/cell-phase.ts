/** The phase of a cell from its metrics: joins the results to the rule of `phases.ts`. */
import { hasNumber } from './missing-values';
import {
  labelPhase,
  whyUntrained,
  type Estimate,
  type PhaseNumbers,
  type PhaseLabel,
  type PhaseThresholds,
} from './phases';
import { hasProblemResults } from './problem-scalars';
import type { CellMetric, CellResult } from './results';

/** Mean and standard error of a metric over the seeds or pairs of a cell; a null error is unknown, not zero. Never throws. */
export function estimateOf(metric: CellMetric | undefined): Estimate {
  return metric === undefined ? { mean: null, se: null } : { mean: metric.mean, se: metric.se };
}

/** The scalars that a label rests on: results with these, among others or alone, have the phases of all. */
export const labellingScalars: readonly string[] = [
  'trainLoss',
  'hessianTrace',
  'modeConnectivity',
  'cka',
  'testRelativeError',
];

type Measured = Pick<CellResult, 'metrics' | 'chanceLoss'>;

function chanceOf(cell: Measured): Pick<PhaseNumbers, 'chanceLoss' | 'chanceName'> {
  if (cell.chanceLoss === undefined) return {};
  const name = hasProblemResults([cell]) ? { chanceName: 'the loss of u = 0' } : {};
  return { chanceLoss: cell.chanceLoss, ...name };
}

/** Whether the models of a cell count as not trained, by the rule of `whyUntrained`. Never throws. */
export function isUntrained(cell: Measured): boolean {
  const trainLoss = estimateOf(cell.metrics['trainLoss']);
  return whyUntrained({ trainLoss, ...chanceOf(cell) }) !== null;
}

/** As `estimateOf`, with the reasons of a mean that could not be computed. */
function decidingNumber(metric: CellMetric | undefined): Estimate {
  const reasons = metric?.missing?.reasons ?? [];
  const missing = reasons.length === 0 ? {} : { missing: reasons.join('; ') };
  return { ...estimateOf(metric), ...missing };
}

/** The phase of a cell and why; undecided where it is not trained, or a deciding number is missing or too close to its threshold. */
export function labelCell(cell: Measured, thresholds: PhaseThresholds): PhaseLabel {
  const { metrics } = cell;
  return labelPhase(
    {
      ...chanceOf(cell),
      trainLoss: decidingNumber(metrics['trainLoss']),
      hessianTrace: decidingNumber(metrics['hessianTrace']),
      modeConnectivity: decidingNumber(metrics['modeConnectivity']),
      cka: decidingNumber(metrics['cka']),
    },
    thresholds,
  );
}

/**
 * The phase of a cell of the results with thresholds of the reader's choice, and why. Where no number is there, thresholds decide nothing:
 * then the results themselves say why (not trained, diverged). Never throws.
 */
export function phaseOfCell(cell: CellResult, thresholds: PhaseThresholds): PhaseLabel {
  const hasNumbers = Object.values(cell.metrics).some(hasNumber);
  return hasNumbers ? labelCell(cell, thresholds) : { phase: cell.phase, reason: cell.phaseReason };
}
