/** What people type into the form, as values of the spec and back. */

/** A number where the text is one; the text itself otherwise, so that the check can say what is wrong with it. */
export function parseNumberText(text: string): number | string {
  const trimmed = text.trim().replace('\u2212', '-');
  if (trimmed === '') return '';
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : trimmed;
}

/** One value of an axis: number, true/false, or text. */
export function parseScalarText(text: string): number | string | boolean {
  const trimmed = text.trim();
  if (trimmed === 'true') return true;
  if (trimmed === 'false') return false;
  return parseNumberText(trimmed);
}

/** `4, 8 16` as values; commas, semicolons or spaces part them. */
export function parseValuesText(text: string): (number | string | boolean)[] {
  return text
    .split(/[,;\s]+/)
    .filter((part) => part !== '')
    .map(parseScalarText);
}

/** Values as text. */
export function formatValues(values: readonly unknown[]): string {
  return values.map(formatValue).join(', ');
}

/** One value as text; nothing for nothing. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Most seeds that a range may stand for, so that a slip does not make millions. */
const mostSeeds = 10_000;

/** `0..2, 7` as seeds; a part that is neither a number nor a range stays as text for the check to explain. */
export function parseSeedsText(text: string): (number | string)[] {
  return text
    .split(/[,;\s]+/)
    .filter((part) => part !== '')
    .flatMap((part): (number | string)[] => {
      const range = /^(\d+)(?:\.\.|…|-)(\d+)$/.exec(part);
      if (!range) return [parseNumberText(part)];
      const [first, last] = [Number(range[1]), Number(range[2])];
      if (last < first || last - first >= mostSeeds) return [part];
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** Runs of three and more seeds as ranges: `0..4, 9`. */
export function formatSeeds(seeds: readonly unknown[]): string {
  const parts: string[] = [];
  let start = 0;
  while (start < seeds.length) {
    let end = start;
    const value = (i: number) => seeds[i];
    while (
      end + 1 < seeds.length &&
      typeof value(end) === 'number' &&
      value(end + 1) === (value(end) as number) + 1
    )
      end += 1;
    if (end - start >= 2) parts.push(`${formatValue(value(start))}..${formatValue(value(end))}`);
    else for (let i = start; i <= end; i++) parts.push(formatValue(value(i)));
    start = end + 1;
  }
  return parts.join(', ');
}
