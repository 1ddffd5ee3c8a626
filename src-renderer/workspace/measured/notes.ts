/** What is printed under tables and charts: on which samples, errors over what, why there is no number, and facts. Pure. */
import type { MeasurementFacts } from '#shared/domain/measurement';
import type { SettingWords } from '#shared/domain/metric-definition';
import { formatNumber } from '../../charts/number-format';

/** A note of one number or drawing. */
export interface Note {
  /** `on`, `error`, `none`; empty for a fact, which says what it is. */
  readonly kind: string;
  readonly text: string;
  /** What the note is of, as a table names it; empty where it is of all that is shown. */
  readonly of: string;
}

/**
 * Notes in words, each once, in order: those that differ by their numbers alone are one with ranges (`after 14 to 19
 * products`), and where a kind has several, each says what it is of. Seeds are names, no numbers. Never throws.
 */
export function noteTexts(notes: readonly Note[]): readonly string[] {
  const alike = [
    ...Map.groupBy(notes, ({ kind, text }) => `${kind}\n${templateOf(text)}`).values(),
  ];
  return alike.map((group) => {
    const [{ kind, text } = { kind: '', text: '' }] = group;
    const isAlone = alike.every((other) => other === group || other[0]?.kind !== kind);
    const names = isAlone ? [] : [...new Set(group.map(({ of }) => of))].filter(Boolean);
    const told = /\bseeds?\b/.test(text) ? text : merged(group.map((note) => note.text));
    const before = kind === '' ? '' : kind === 'on' ? 'on ' : `${kind}: `;
    return `${before}${told}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
  });
}

const numbers = /\d+(?:\.\d+)?(?:e-?\d+)?/g;

function templateOf(text: string): string {
  return /\bseeds?\b/.test(text) ? text : text.replaceAll(numbers, '#');
}

/** One text of several that differ by their numbers: `7 to 10 products`. */
function merged(texts: readonly string[]): string {
  const found = texts.map((text) => text.match(numbers) ?? []);
  let place = -1;
  return (texts[0] ?? '').replaceAll(numbers, (own) => {
    place += 1;
    const sorted = found.map((row) => row[place] ?? own).sort((a, b) => Number(a) - Number(b));
    const [least = own, most = own] = [sorted[0], sorted.at(-1)];
    return Number(least) === Number(most) ? own : `${least} to ${most}`;
  });
}

/**
 * Facts in words: `probes: 25`; shares are percentages, choices read as in the form. Lists belong to the axes,
 * a reason to the card. Never throws.
 *
 * @param words - of the metric's settings
 */
export function factTexts(
  facts: MeasurementFacts = {},
  words: Readonly<Record<string, SettingWords>> = {},
): readonly string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (typeof value === 'object' || name === 'reason') return [];
    const unit = name.endsWith(', %') ? '%' : '';
    const title = name.replace(/, %$/, '');
    if (typeof value === 'number') return [`${title}: ${formatNumber(value, 4)}${unit}`];
    const choice = Object.entries(words).find(
      ([key, { label }]) => key === name || label.toLowerCase() === name,
    )?.[1];
    return [`${title}: ${choice?.titles?.[value] ?? value}`];
  });
}
