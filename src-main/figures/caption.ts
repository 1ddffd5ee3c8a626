/** The words below a figure: thresholds, counts, samples and units, from the numbers that are drawn. */
import { isUntrained } from '#shared/domain/cell-phase';
import { isLevel, statisticNotes, type DiagramStatistic } from '#shared/domain/diagram-statistic';
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { hasNumber } from '#shared/domain/missing-values';
import { isProblemSpec } from '#shared/domain/problem-scalars';
import { findScalar } from '#shared/domain/scalars';
import { metricOf } from '#shared/domain/metric-registry';
import type { ExperimentSpec } from '#shared/domain/spec';
import { formatNumber } from './axes';

const shortTitles: Readonly<Record<string, string>> = {
  hessianTopEigenvalue: 'Top eigenvalue',
  hessianBottomEigenvalue: 'Bottom eigenvalue',
};

const shortUnits: Readonly<Record<string, string>> = {
  'percentage points': 'pp',
  'nats per squared weight': '',
  weights: '',
};

/** Title of a panel that is narrow: `Train loss (nats)`, `Mode connectivity (median, pp)`, `ln top eigenvalue`. */
export function shortTitle(panel: DiagramPanel): string {
  return titleWith(panel, [...statisticNotes(panel.statistic), ...unitOf(panel)]);
}

/** Title of one of several panels of the same statistic, which another one names: `Mode connectivity (pp)`. */
export function shortestTitle(panel: DiagramPanel): string {
  return titleWith(panel, unitOf(panel));
}

function titleWith({ scalar, scale }: DiagramPanel, notes: readonly string[]): string {
  const plain = shortTitles[scalar.name] ?? scalar.title;
  const title = scale === 'log' ? `ln ${lowerFirst(plain)}` : plain;
  return notes.length === 0 ? title : `${title} (${notes.join(', ')})`;
}

function unitOf({ unit }: DiagramPanel): string[] {
  const short = shortUnits[unit] ?? unit;
  return short === '' ? [] : [short];
}

const statisticWords: Readonly<Record<DiagramStatistic, string>> = {
  mean: 'Means',
  median: 'Medians',
  lowerQuartile: 'Lower quartiles',
  upperQuartile: 'Upper quartiles',
  sd: 'Sample standard deviations',
  se: 'Standard errors of the mean',
  n: 'Counts of finite values',
};

/** What is said where a figure draws another statistic than the phases are of. */
export function describeStatistic(diagram: Diagram): string {
  return statisticOf(diagram) === 'mean' ? '' : 'Phases are of the means.';
}

/** Whether the drawn values are levels (means, medians, quartiles) that thresholds and words such as "sharp" apply to. */
export function drawsLevels(panel: DiagramPanel): boolean {
  return isLevel(panel.statistic);
}

const statisticOf = (diagram: Diagram) => diagram.panels[0]?.statistic ?? 'mean';

/** The rule of the phases in one sentence, with its thresholds. */
export function describeThresholds({ thresholds, isOfProblems }: Diagram): string {
  const flat =
    thresholds.flatBy === 'trainLoss'
      ? `train loss < ${formatNumber(thresholds.trainLoss)}${isOfProblems ? '' : ' nats'}`
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
  const beaten = diagram.isOfProblems ? 'u = 0' : 'chance';
  const which =
    untrained === 0 ? '' : `, ${untrained} of them not trained: no better than ${beaten}`;
  return `${diagram.undecidedCount} of ${diagram.cells.length} cells${which}`;
}

/**
 * How many values each drawn mean is over, grouped: `Means over 3 seeds (test accuracy, train loss) and 1 pair of seeds
 * (mode connectivity) a cell.` Of imported means whose count nobody knows it says so: `an unknown number of seeds`.
 */
export function describeCounts(diagram: Diagram, names: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const scalar = findScalar(name);
    const counts = diagram.cells.flatMap(({ result }) => {
      const metric = result?.metrics[name];
      return metric && hasNumber(metric) ? [metric.n] : [];
    });
    if (scalar === undefined || counts.length === 0) continue;
    const count = countsText(counts);
    const of = scalar.over === 'run' ? 'seed' : 'pair';
    const key = `${count} ${of}${count === '1' ? '' : 's'}${of === 'pair' ? ' of seeds' : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), lowerFirst(scalar.title)]);
  }
  const parts = [...groups].map(([key, titles]) => `${key} (${titles.join(', ')})`);
  return parts.length === 0
    ? ''
    : `${statisticWords[statisticOf(diagram)]} per cell over ${joinWords(parts)}.`;
}

/** `3`, `3\u20135`, `an unknown number of`. */
function countsText(counts: readonly (number | null)[]): string {
  const known = counts.filter((n) => n !== null);
  if (known.length < counts.length)
    return known.length === 0 ? 'an unknown number of' : 'in part unknown numbers of';
  const least = Math.min(...known);
  const most = Math.max(...known);
  return least === most ? `${most}` : `${least}\u2013${most}`;
}

/** Samples that the drawn numbers were computed on; empty for imported results. */
export function describeSamples(spec: ExperimentSpec | null, names: readonly string[]): string {
  if (spec === null) return 'Imported results; samples as stated by their source.';
  const uses = (metric: string) => names.some((name) => findScalar(name)?.metric === metric);
  const parts = spec.metrics.flatMap((metric) => {
    if (!uses(metric.name)) return [];
    return metricOf(metric).captionSamples(metric, isProblemSpec(spec)) ?? [];
  });
  if (uses('training'))
    parts.push(
      `losses and ${isProblemSpec(spec) ? 'errors' : 'accuracies'} on all samples of their part`,
    );
  const sentence = parts.join(', ');
  return sentence === '' ? '' : `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** What is said where a colour range was fixed inside that of the values; empty where every value has a colour of its own. */
export function describeClipping({ panels }: Diagram): string {
  const isClipped = panels.some(
    ({ range, cells }) =>
      range !== null &&
      cells.some(({ value }) => value !== null && (value < range[0] || value > range[1])),
  );
  return isClipped ? 'Values beyond the ends of a colour bar have the colour of its end.' : '';
}

/** Panels that were asked for and have no value in any cell; empty where each has one. */
export function describeEmptyPanels({ panels }: Diagram): string {
  const empty = panels.filter(({ range }) => range === null).map(({ title }) => lowerFirst(title));
  return empty.length === 0 ? '' : `Not drawn, without a value in any cell: ${joinWords(empty)}.`;
}

/** Abbreviations that the drawn panels use. */
export function describeUnits({ panels }: Diagram): string {
  const logarithmic = panels.find((panel) => panel.scale === 'log');
  const hasPoints = panels.some((panel) => panel.unit === 'percentage points');
  return [
    ...(logarithmic ? [`ln: natural logarithm of the ${logarithmic.statistic}.`] : []),
    ...(hasPoints ? ['pp: percentage points.'] : []),
  ].join(' ');
}

/** Reasons told before the rest is counted only. */
const mostReasons = 3;

/**
 * Cells that a figure of several panels leaves out, and why: `Not drawn: 2 of 4 cells (Hessian trace: it has no logarithm: its mean is 0).`
 * Empty where every cell is drawn.
 */
export function describeLeftOut(diagram: Diagram, panels: readonly DiagramPanel[]): string {
  const reasons = diagram.cells.flatMap((_, i) => {
    const lacking = panels.filter((panel) => typeof panel.cells[i]?.value !== 'number');
    const words = lacking.map(
      (panel) => `${panel.scalar.title}: ${panel.cells[i]?.reason ?? 'no value'}`,
    );
    return words.length === 0 ? [] : [words.join('; ')];
  });
  if (reasons.length === 0) return '';
  const different = [...new Set(reasons)];
  const more = different.length > mostReasons ? '; and other reasons' : '';
  return `Not drawn: ${reasons.length} of ${diagram.cells.length} cells (${different.slice(0, mostReasons).join('; ')}${more}).`;
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
