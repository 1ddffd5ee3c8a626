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
  readonly rule: string;
  readonly fix: string;
}

const thresholdRules: Readonly<Record<ThresholdName, ThresholdRule>> = {
  trainLoss: {
    least: -Infinity,
    most: Infinity,
    rule: 'must be a finite number',
    fix: 'use a loss such as 0.1',
  },
  logTrace: {
    least: -Infinity,
    most: Infinity,
    rule: 'must be a finite number',
    fix: 'use the natural log of a trace, such as 4',
  },
  modeConnectivity: {
    least: -100,
    most: 100,
    rule: 'must be from −100 to 100 percentage points',
    fix: 'use −1 for a barrier of one point',
  },
  cka: {
    least: 0,
    most: 1,
    rule: 'must be from 0 to 1, as every CKA is',
    fix: 'use a likeness such as 0.6',
  },
};

/**
 * What is wrong with a threshold, `rule, got value; what to do`; null when it can part cells. Never throws.
 *
 * @param hasEnergies - losses may be 0 and below, as those of problems
 */
export function thresholdProblem(
  name: ThresholdName,
  value: number,
  hasEnergies: boolean,
): string | null {
  const { least, most, rule, fix } = thresholdRules[name];
  const got = `got ${String(value).replace('-', '\u2212')}; ${fix}`;
  if (name === 'trainLoss' && !hasEnergies && value <= 0)
    return `must be above 0, as every cross-entropy is, ${got}`;
  if (Number.isFinite(value) && value >= least && value <= most) return null;
  return `${rule}, ${got}`;
}

/** A mean with its standard error; `se` null when it is over a single value. */
export interface Estimate {
  readonly mean: number | null;
  readonly se: number | null;
  /** Why the mean is null, where that is known. */
  readonly missing?: string;
}

export interface PhaseNumbers {
  readonly trainLoss: Estimate;
  readonly hessianTrace: Estimate;
  readonly modeConnectivity: Estimate;
  readonly cka: Estimate;
  /**
   * Least train loss (nats) without looking at the inputs, of a problem the loss of u = 0; absent where the data is not known, and then
   * nothing counts as untrained.
   */
  readonly chanceLoss?: number;
  /** What that loss is in words; by default that of chance. */
  readonly chanceName?: string;
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
    return { kind: 'open', why: whyOpen(name, value) };
  if (value.se !== null && Math.abs(value.mean - threshold) <= value.se) {
    return {
      kind: 'open',
      why: `${name} ${short(value.mean)} lies within one standard error (${short(value.se)}) of ${short(threshold)}`,
    };
  }
  return { kind: value.mean < threshold ? 'below' : 'atOrAbove' };
}

function whyOpen(name: string, { missing }: Estimate): string {
  return missing === undefined ? `${name} is missing` : `${name} is missing: ${missing}`;
}

/** Log of a positive estimate, its error carried to first order. */
function logOf(value: Estimate): Estimate {
  if (value.mean === null) return value;
  if (value.mean <= 0)
    return { mean: null, se: null, missing: `a trace of ${short(value.mean)} has no logarithm` };
  return { mean: Math.log(value.mean), se: value.se === null ? null : value.se / value.mean };
}

const short = (x: number) => String(Number(x.toPrecision(3))).replace('-', '\u2212');

/**
 * Why models count as not trained; null where they are trained, or where nobody knows.
 *
 * Definition: the mean train loss is not below the chance loss (the entropy of the training labels' class frequencies, the least loss of
 * a model that ignores its inputs; of a problem the loss of u = 0), or lies within one standard error of it. A dead network's loss is at it, an exploded one's far above.
 * Such models have no place in the caricature: curvature and connectivity where nothing was learnt say nothing about training. Never throws.
 */
export function whyUntrained({
  trainLoss,
  chanceLoss,
  chanceName = 'the loss by chance',
}: Pick<PhaseNumbers, 'trainLoss' | 'chanceLoss' | 'chanceName'>): string | null {
  if (chanceLoss === undefined || trainLoss.mean === null) return null;
  const learnt = side('train loss', trainLoss, chanceLoss);
  if (learnt.kind === 'below') return null;
  return learnt.kind === 'open'
    ? `not clearly trained: ${learnt.why}, ${chanceName}`
    : `not trained: train loss ${short(trainLoss.mean)} is not below ${short(chanceLoss)}, ${chanceName}`;
}

/**
 * The phase of a cell. Undecided when its models are not trained, or when a deciding number is missing or within one standard error of
 * its threshold.
 *
 * Definition: sharp or flat times poorly or well connected: I sharp poor, II sharp well, III flat poor, IV flat well;
 * IV-B when CKA >= threshold, else IV-A. Only the numbers that decide are asked for.
 * Source: Yang et al. 2021; thresholds are ours. Never throws.
 */
export function labelPhase(
  numbers: PhaseNumbers,
  thresholds: PhaseThresholds = defaultThresholds,
): PhaseLabel {
  const untrained = whyUntrained(numbers);
  if (untrained !== null) return { phase: 'undecided', reason: untrained };
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
