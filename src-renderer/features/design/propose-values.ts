/** What the generator of values starts from, so that it never opens with something that cannot be used. */
import { generateValues, generatorNames, type GeneratorName } from './draft';

export interface ValueProposal {
  readonly generator: GeneratorName;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/**
 * The spacing and ends that make the values which are there, or else the one that suits their ends.
 *
 * @param values - the axis as it stands; entries that are no numbers are left out
 * @param usual - what the setting proposes as an axis: its ends are used where the axis has fewer than two values
 * @param whole - whether the setting takes whole numbers only
 */
export function proposeValues(
  values: readonly unknown[],
  usual: readonly unknown[],
  whole: boolean,
): ValueProposal {
  const own = distinctNumbers(values);
  const numbers = [own, distinctNumbers(usual), [1, 8]].find((n) => n.length >= 2) ?? [1, 8];
  const ends = { first: numbers[0] ?? 1, last: numbers.at(-1) ?? 8, count: numbers.length };
  const made = generatorNames.map((name) => ({
    name,
    values: generateValues(name, ends, whole) ?? [],
  }));
  const same = made.find((m) => JSON.stringify(m.values) === JSON.stringify(numbers));
  const isWide = Math.max(ends.first, ends.last) >= 10 * Math.min(ends.first, ends.last);
  const suiting: GeneratorName = whole ? 'powers of two' : isWide ? 'log' : 'linear';
  const usable = made.find((m) => m.name === suiting && m.values.length >= 2);
  return { generator: (same ?? usable)?.name ?? 'linear', ...ends };
}

function distinctNumbers(values: readonly unknown[]): number[] {
  const numbers = values.filter((v): v is number => typeof v === 'number' && Number.isFinite(v));
  return [...new Set(numbers)];
}
