/** The words below a figure: thresholds, counts, samples and units, from the numbers that are drawn. */
import { isUntrained } from '#shared/domain/cell-phase';
import type { Diagram } from '#shared/domain/diagram';
import type { PhaseThresholds } from '#shared/domain/phases';
import { findScalar, type ScalarDefinition } from '#shared/domain/scalars';
import type { ExperimentSpec } from '#shared/domain/spec';
import { formatNumber } from './axes';

const shortTitles: Readonly<Record<string, string>> = {
  hessianTopEigenvalue: 'ln top eigenvalue',
  hessianBottomEigenvalue: 'Bottom eigenvalue',
  hessianTrace: 'ln Hessian trace',
};

const shortUnits: Readonly<Record<string, string>> = {
  'percentage points': 'pp',
  'nats per squared weight': '',
  weights: '',
};

/** Title of a panel that is narrow: `Train loss (nats)`, `Mode connectivity (pp)`, `ln top eigenvalue`. */
export function shortTitle(scalar: ScalarDefinition): string {
  const title =
    shortTitles[scalar.name] ?? (scalar.scale === 'log' ? `ln ${scalar.title}` : scalar.title);
  const unit = scalar.scale === 'log' ? '' : (shortUnits[scalar.unit] ?? scalar.unit);
  return unit === '' ? title : `${title} (${unit})`;
}

/** The rule of the phases in one sentence, with its thresholds. */
export function describeThresholds(thresholds: PhaseThresholds): string {
  const flat =
    thresholds.flatBy === 'trainLoss'
      ? `train loss < ${formatNumber(thresholds.trainLoss)} nats`
      : `ln Hessian trace < ${formatNumber(thresholds.logTrace)}`;
  return (
    `Phases: flat (III, IV) where ${flat}; poorly connected (I, III) where mode connectivity ` +
    `< ${formatNumber(thresholds.modeConnectivity)} pp; IV-B where CKA \u2265 ${formatNumber(thresholds.cka)}, else IV-A; ` +
    'undecided where a deciding number is missing or within one standard error of its threshold.'
  );
}

/** How many cells are undecided, and how many of those because nothing was learnt: `5 of 20 cells, 2 of them not trained`. */
export function describeUndecided(diagram: Diagram): string {
  const untrained = diagram.cells.filter((cell) => cell.result && isUntrained(cell.result)).length;
  const which = untrained === 0 ? '' : `, ${untrained} of them not trained: no better than chance`;
  return `${diagram.undecidedCount} of ${diagram.cells.length} cells${which}`;
}

/**
 * How many values each drawn mean is over, grouped: `Means over 3 seeds (test accuracy, train loss) and 1 pair of seeds
 * (mode connectivity) a cell.`
 */
export function describeCounts(diagram: Diagram, names: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const scalar = findScalar(name);
    const counts = diagram.cells
      .map((cell) => cell.result?.metrics[name]?.n ?? 0)
      .filter((n) => n > 0);
    if (scalar === undefined || counts.length === 0) continue;
    const least = Math.min(...counts);
    const most = Math.max(...counts);
    const count = least === most ? `${most}` : `${least}\u2013${most}`;
    const of = scalar.over === 'run' ? 'seed' : 'pair';
    const key = `${count} ${of}${most === 1 ? '' : 's'}${of === 'pair' ? ' of seeds' : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), lowerFirst(scalar.title)]);
  }
  const parts = [...groups].map(([key, titles]) => `${key} (${titles.join(', ')})`);
  return parts.length === 0 ? '' : `Means per cell over ${joinWords(parts)}.`;
}

/** Samples that the drawn numbers were computed on; empty for imported results. */
export function describeSamples(spec: ExperimentSpec | null, names: readonly string[]): string {
  if (spec === null) return 'Imported results; samples as stated by their source.';
  const uses = (metric: string) => names.some((name) => findScalar(name)?.metric === metric);
  const parts = spec.metrics.flatMap((metric) => {
    if (!uses(metric.name)) return [];
    switch (metric.name) {
      case 'hessian':
        return [`Hessian on ${metric.samples} training samples`];
      case 'cka':
        return [`CKA on ${metric.samples} mixed-up training samples`];
      case 'mode-connectivity':
        return ['mode connectivity on all training samples'];
      case 'weight-distance':
        return [];
      default:
        return metric satisfies never;
    }
  });
  if (uses('training')) parts.push('losses and accuracies on all samples of their part');
  const sentence = parts.join(', ');
  return sentence === '' ? '' : `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** Abbreviations that the drawn panels use. */
export function describeUnits(names: readonly string[]): string {
  const scalars = names.flatMap((name) => findScalar(name) ?? []);
  return [
    ...(scalars.some((s) => s.scale === 'log') ? ['ln: natural logarithm of the mean.'] : []),
    ...(scalars.some((s) => s.unit === 'percentage points') ? ['pp: percentage points.'] : []),
  ].join(' ');
}

/** `CKA` and `Hessian trace` keep their capitals. */
export function lowerFirst(title: string): string {
  return /^([A-Z][A-Z]|Hessian)/.test(title)
    ? title
    : title.charAt(0).toLowerCase() + title.slice(1);
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
