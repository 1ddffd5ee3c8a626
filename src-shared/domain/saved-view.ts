/** A saved view of the phase diagram: how it looked and with which thresholds, under a name, with the experiment. */
import { showValue } from '../show-value';
import type { PhaseThresholds } from './phases';

export interface SavedView {
  /** Unique in its experiment. */
  readonly name: string;
  /** The settings of the view as its address has them, by name; those that are as by default are left out. */
  readonly settings: Readonly<Record<string, string>>;
  readonly thresholds: PhaseThresholds;
  /** ISO 8601, UTC. */
  readonly savedAt: string;
}

/** Most characters of a view's name: a line of a list. */
export const longestViewName = 60;

/** What is wrong with a name for a view, `rule, got value; what to do`; null when it can be used. Never throws. */
export function viewNameProblem(name: string): string | null {
  if (name.trim() === '') return 'must not be empty, got nothing; type a name for the view';
  // Half of a character that takes two: a database could not give it back as it was written.
  if (!name.isWellFormed()) return `must be text, got ${showValue(name)}; type it anew`;
  if (name !== name.trim())
    return `must not begin or end with a space, got “${name}”; take it away`;
  if (name.length > longestViewName)
    return `must have at most ${longestViewName} characters, got ${name.length}; shorten it`;
  return null;
}
