/** How well what is typed fits a name: every word must be found, whole, begun, inside, or as letters in order. */

/** What a name is searched in. */
export interface Searched {
  readonly title: string;
  /** Words beside the title, which count less. */
  readonly text: string;
}

/** How much a find counts, from the start of a word to letters here and there. */
const weights = { start: 4, inside: 3, text: 2, letters: 1 } as const;

/**
 * The mean weight of the typed words, 0 for nothing typed; null where a word is not found.
 * Case and accents are not looked at. Letters in order count where the word has at least three.
 */
export function fitOf(typed: string, { title, text }: Searched): number | null {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return 0;
  const fits = words.map((word) => fitOfWord(word, plain(title), plain(text)));
  if (fits.includes(0)) return null;
  return fits.reduce((sum, fit) => sum + fit, 0) / words.length;
}

function fitOfWord(word: string, title: string, text: string): number {
  if (title.split(/[\s:]+/).some((part) => part.startsWith(word))) return weights.start;
  if (title.includes(word)) return weights.inside;
  if (text.includes(word)) return weights.text;
  return word.length >= 3 && hasLetters(title, word) ? weights.letters : 0;
}

/** Whether the letters of a word come in a text, in order. */
function hasLetters(text: string, word: string): boolean {
  let from = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();
}
