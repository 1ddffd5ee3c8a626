/** How a value of a setting is entered, and the limits that the form names: read off the schema's rule. */
import type { Limits, SettingRule } from '#shared/domain/settings';

export interface Choice {
  readonly value: string;
  readonly title: string;
  /** Why it cannot be chosen here. */
  readonly reason?: string;
}

export type FieldEntry =
  | { readonly kind: 'number' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'list' }
  | { readonly kind: 'text' };

/** How a setting is entered. */
export function entryOf(rule: SettingRule, titles: Readonly<Record<string, string>>): FieldEntry {
  switch (rule.type) {
    case 'number':
      return { kind: rule.whole ? 'whole' : 'number' };
    case 'choice':
      return {
        kind: 'choice',
        choices: rule.values.map((value) => ({ value, title: titles[value] ?? value })),
      };
    case 'switch':
      return { kind: 'switch' };
    case 'list':
    case 'text':
      return { kind: rule.type };
    default:
      return rule satisfies never;
  }
}

/** `Above 0, at most 1; 0.1 if left out.`; empty for what is not a number. */
export function rangeText(rule: SettingRule, fallback: unknown): string {
  if (rule.type !== 'number') return '';
  const ends = [lowerEnd(rule.limits), upperEnd(rule.limits)].filter((end) => end !== '');
  const range = ends.join(', ');
  const usual =
    typeof fallback === 'number' ? `${range === '' ? '' : '; '}default ${fallback}` : '';
  const text = `${range}${usual}`;
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function lowerEnd({ least, above }: Limits): string {
  if (above !== undefined) return `above ${inText(above)}`;
  return least === undefined ? '' : `at least ${inText(least)}`;
}

function upperEnd({ most, below }: Limits): string {
  if (below !== undefined) return `below ${inText(below)}`;
  return most === undefined ? '' : `at most ${inText(most)}`;
}

function inText(limit: number): string {
  return limit.toLocaleString('en-US', { maximumFractionDigits: 20 });
}
