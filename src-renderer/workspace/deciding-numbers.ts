/** The numbers that decide the phase of a cell, each against its threshold, in words. */
import { estimateOf } from '#shared/domain/cell-phase';
import { whyMissing } from '#shared/domain/missing-values';
import { hasProblemResults } from '#shared/domain/problem-scalars';
import type { PhaseThresholds } from '#shared/domain/phases';
import type { CellResult } from '#shared/domain/results';
import { formatNumber, formatWithError } from '../charts/number-format';

export interface DecidingNumber {
  readonly title: string;
  /** With its standard error. */
  readonly value: string;
  /** `below 0.1: flat`. */
  readonly rule: string;
  /** Why it is missing, or why some of the values behind it are; null when all are there. */
  readonly reason: string | null;
}

/** Flatness, connectivity, likeness, in the order in which they decide. */
export function decidingNumbers(
  cell: CellResult,
  thresholds: PhaseThresholds,
): readonly DecidingNumber[] {
  const number = (title: string, name: string, unit: string, rule: string) => {
    const { mean, se } = estimateOf(cell.metrics[name]);
    const value = mean === null ? 'none' : `${formatWithError(mean, se)}${unit}`;
    return { title, value, rule, reason: whyMissing(cell.metrics[name]) };
  };
  const flat =
    thresholds.flatBy === 'trainLoss'
      ? number(
          'train loss',
          'trainLoss',
          hasProblemResults([cell]) ? '' : ' nats',
          `(flat below ${formatNumber(thresholds.trainLoss)})`,
        )
      : number(
          'Hessian trace',
          'hessianTrace',
          '',
          `(flat below e^${thresholds.logTrace} = ${formatNumber(Math.exp(thresholds.logTrace))})`,
        );
  return [
    flat,
    number(
      'mode connectivity',
      'modeConnectivity',
      ' pp',
      `(poor below ${formatNumber(thresholds.modeConnectivity)})`,
    ),
    number('CKA', 'cka', '', `(alike from ${thresholds.cka})`),
  ];
}
