/** The typed ends of a colour range. Pure. */
import type { FixedRange } from '#shared/domain/diagram-panel';

export interface RangeEntry {
  /** Null where both ends are left to the data. */
  readonly range: FixedRange | null;
  /** What is wrong, a sentence; null where it can be used. */
  readonly problem: string | null;
}

/** Reads what is typed into two fields; an empty one leaves its end to the data. Never throws. */
export function readRange(lowText: string, highText: string): RangeEntry {
  const [low, high] = [readEnd(lowText), readEnd(highText)];
  for (const { problem } of [low, high]) if (problem !== null) return { range: null, problem };
  if (low.value !== null && high.value !== null && low.value >= high.value)
    return {
      range: null,
      problem: `The first must be below the second, got ${low.value} and ${high.value}; exchange or change them.`,
    };
  const isOpen = low.value === null && high.value === null;
  return { range: isOpen ? null : [low.value, high.value], problem: null };
}

function readEnd(text: string): { readonly value: number | null; readonly problem: string | null } {
  const typed = text.trim().replace('\u2212', '-');
  if (typed === '') return { value: null, problem: null };
  const value = Number(typed);
  if (Number.isFinite(value)) return { value, problem: null };
  return {
    value: null,
    problem: `An end must be a number, got “${text.trim()}”; type one such as 0.5, or leave it empty.`,
  };
}
