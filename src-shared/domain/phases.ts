/** Phase labels of Yang et al. 2021 from the numbers of a cell and editable thresholds. */

export const phaseNames = ['I', 'II', 'III', 'IV-A', 'IV-B', 'undecided'] as const;
export type Phase = (typeof phaseNames)[number];

export interface PhaseThresholds {
  /** Which number decides sharp or flat. `logTrace` is the natural log of the mean Hessian trace. */
  readonly flatBy: 'trainLoss' | 'logTrace';
  /** Flat when train loss (nats) is below this. */
  readonly trainLoss: number;
  /** Flat when log trace is below this (used with `flatBy: 'logTrace'`). */
  readonly logTrace: number;
  /** Poorly connected when mode connectivity (percentage points) is below this. */
  readonly modeConnectivity: number;
  /** IV-B when CKA is at or above this. */
  readonly cka: number;
}

export const defaultThresholds: PhaseThresholds = {
  flatBy: 'trainLoss',
  trainLoss: 0.1,
  logTrace: 4,
  modeConnectivity: -1,
  cka: 0.6,
};

export type ThresholdName = Exclude<keyof PhaseThresholds, 'flatBy'>;

interface ThresholdRule {
  readonly least: number;
  readonly most: number;
  /** Whether `least` itself is allowed. */
  readonly leastAllowed: boolean;
  readonly rule: string;
  readonly fix: string;
}

const thresholdRules: Readonly<Record<ThresholdName, ThresholdRule>> = {
  trainLoss: {
    least: 0,
    most: Infinity,
    leastAllowed: false,
    rule: 'must be above 0, as every loss is',
    fix: 'use a loss such as 0.1',
  },
  logTrace: {
    least: -Infinity,
    most: Infinity,
    leastAllowed: true,
    rule: 'must be a finite number',
    fix: 'use the natural log of a trace, such as 4',
  },
  modeConnectivity: {
    least: -100,
    most: 100,
    leastAllowed: true,
    rule: 'must be from −100 to 100 percentage points',
    fix: 'use −1 for a barrier of one point',
  },
  cka: {
    least: 0,
    most: 1,
    leastAllowed: true,
    rule: 'must be from 0 to 1, as every CKA is',
    fix: 'use a likeness such as 0.6',
  },
};

/** What is wrong with a threshold, `rule, got value; what to do`; null when it can part cells. Never throws. */
export function thresholdProblem(name: ThresholdName, value: number): string | null {
  const { least, most, leastAllowed, rule, fix } = thresholdRules[name];
  const isInside = leastAllowed ? value >= least : value > least;
  if (Number.isFinite(value) && isInside && value <= most) return null;
  return `${rule}, got ${String(value).replace('-', '\u2212')}; ${fix}`;
}

/** A mean with its standard error; `se` null when it is over a single value. */
export interface Estimate {
  readonly mean: number | null;
  readonly se: number | null;
}

export interface PhaseNumbers {
  readonly trainLoss: Estimate;
  readonly hessianTrace: Estimate;
  readonly modeConnectivity: Estimate;
  readonly cka: Estimate;
}

export interface PhaseLabel {
  readonly phase: Phase;
  /** One sentence: what decided it, or what is missing or too close. */
  readonly reason: string;
}

type Side =
  { readonly kind: 'below' | 'atOrAbove' } | { readonly kind: 'open'; readonly why: string };

function side(name: string, value: Estimate, threshold: number): Side {
  if (value.mean === null || !Number.isFinite(value.mean))
    return { kind: 'open', why: `${name} is missing` };
  if (value.se !== null && Math.abs(value.mean - threshold) <= value.se) {
    return {
      kind: 'open',
      why: `${name} ${short(value.mean)} lies within one standard error (${short(value.se)}) of ${short(threshold)}`,
    };
  }
  return { kind: value.mean < threshold ? 'below' : 'atOrAbove' };
}

/** Log of a positive estimate, its error carried to first order. */
function logOf(value: Estimate): Estimate {
  if (value.mean === null || value.mean <= 0) return { mean: null, se: null };
  return { mean: Math.log(value.mean), se: value.se === null ? null : value.se / value.mean };
}

const short = (x: number) => String(Number(x.toPrecision(3)));

/**
 * The phase of a cell. Undecided when a deciding number is missing or within one standard error of its threshold.
 *
 * Definition: sharp or flat times poorly or well connected: I sharp poor, II sharp well, III flat poor, IV flat well;
 * IV-B when CKA >= threshold, else IV-A. Only the numbers that decide are asked for.
 * Source: Yang et al. 2021; thresholds are ours. Never throws.
 */
export function labelPhase(
  numbers: PhaseNumbers,
  thresholds: PhaseThresholds = defaultThresholds,
): PhaseLabel {
  const flat =
    thresholds.flatBy === 'trainLoss'
      ? side('train loss', numbers.trainLoss, thresholds.trainLoss)
      : side('log trace', logOf(numbers.hessianTrace), thresholds.logTrace);
  const poor = side('mode connectivity', numbers.modeConnectivity, thresholds.modeConnectivity);
  if (flat.kind === 'open') return { phase: 'undecided', reason: flat.why };
  if (poor.kind === 'open') return { phase: 'undecided', reason: poor.why };
  const flatWord = flat.kind === 'below' ? 'flat' : 'sharp';
  const poorWord = poor.kind === 'below' ? 'poorly connected' : 'well connected';
  if (flat.kind !== 'below')
    return { phase: poor.kind === 'below' ? 'I' : 'II', reason: `${flatWord} and ${poorWord}` };
  if (poor.kind === 'below') return { phase: 'III', reason: `${flatWord} and ${poorWord}` };
  const similar = side('CKA', numbers.cka, thresholds.cka);
  if (similar.kind === 'open') return { phase: 'undecided', reason: similar.why };
  return similar.kind === 'below'
    ? { phase: 'IV-A', reason: `${flatWord}, ${poorWord}, models differ` }
    : { phase: 'IV-B', reason: `${flatWord}, ${poorWord}, models alike` };
}
