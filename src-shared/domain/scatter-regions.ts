/** The phases as regions of a plane of two numbers: exact where the numbers drawn are those that decide. */
import type { DiagramPanel } from './diagram-panel';
import { isLevel } from './diagram-statistic';
import type { Phase, PhaseThresholds } from './phases';

/** One axis of the plane. */
export type PlaneAxis = Pick<DiagramPanel, 'scalar' | 'statistic' | 'scale'>;

/** A part of the plane between thresholds, in drawn units; an end at infinity where no threshold ends it. */
export interface PlaneRegion {
  /** The phases that a cell here can have, undecided ones apart. */
  readonly phases: readonly Phase[];
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
}

interface Split {
  /** In drawn units. */
  readonly at: number;
  readonly below: readonly Phase[];
  readonly above: readonly Phase[];
}

const all: readonly Phase[] = ['I', 'II', 'III', 'IV-A', 'IV-B'];

/** Where a number parts the phases; null where it decides nothing, or where a spread is drawn and not a level. */
function splitOf(
  { scalar, statistic, scale }: PlaneAxis,
  thresholds: PhaseThresholds,
): Split | null {
  if (!isLevel(statistic)) return null;
  const drawn = (value: number) =>
    scale === 'log' ? (value > 0 ? Math.log(value) : -Infinity) : value;
  const flat = { below: ['III', 'IV-A', 'IV-B'], above: ['I', 'II'] } as const;
  switch (scalar.name) {
    case 'modeConnectivity':
      return {
        at: drawn(thresholds.modeConnectivity),
        below: ['I', 'III'],
        above: ['II', 'IV-A', 'IV-B'],
      };
    case 'trainLoss':
      return thresholds.flatBy === 'trainLoss'
        ? { at: drawn(thresholds.trainLoss), ...flat }
        : null;
    case 'hessianTrace':
      return thresholds.flatBy === 'logTrace' ? { at: thresholds.logTrace, ...flat } : null;
    case 'cka':
      return {
        at: drawn(thresholds.cka),
        below: ['I', 'II', 'III', 'IV-A'],
        above: ['I', 'II', 'III', 'IV-B'],
      };
    default:
      return null;
  }
}

/**
 * The regions that the thresholds cut a plane into: four where both numbers decide, two where one does, one (all phases) where none does.
 * They do not overlap and cover the plane; a cell whose means lie in one has one of its phases or is undecided. Never throws.
 */
export function planeRegions(
  x: PlaneAxis,
  y: PlaneAxis,
  thresholds: PhaseThresholds,
): readonly PlaneRegion[] {
  const parts = (split: Split | null) =>
    split === null
      ? [{ ends: [-Infinity, Infinity] as const, phases: all }]
      : [
          { ends: [-Infinity, split.at] as const, phases: split.below },
          { ends: [split.at, Infinity] as const, phases: split.above },
        ];
  return parts(splitOf(x, thresholds)).flatMap((across) =>
    parts(splitOf(y, thresholds)).map((up) => ({
      phases: all.filter((phase) => across.phases.includes(phase) && up.phases.includes(phase)),
      x: across.ends,
      y: up.ends,
    })),
  );
}
