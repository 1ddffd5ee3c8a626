/**
 * How values stand in messages: one line of plain text, shortened, whatever was given. Below everything else, beside the errors:
 * every layer may import this file.
 */

/** Longest text of a value in a message. */
const longestText = 80;
/** Members of members of members are shown as `...`. */
const deepestLevel = 3;
const cutMark = '...';

/** Ends lines, moves the cursor, colours a terminal or turns the order of reading; half of a surrogate pair is no character. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A value for a message: its JSON, cut at 80 characters, with everything unprintable escaped; `nothing` for undefined.
 *
 * Never throws. Cost: bounded, however long, large or deep the value is.
 */
export function showValue(value: unknown): string {
  return cut(write(value, 0));
}

/** The text in one line: what is unprintable in it stands as its escape (`\n`, `\u001b`). */
export function escapeText(text: string): string {
  return text.replace(unprintable, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1);
    if (escaped !== character) return escaped;
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Levels of a path that are shown. */
const longestPath = 12;

/** A place in a document: `model.width`, `axes[0].values[2]`, `model["a b"]`; empty for the whole. */
export function showPath(path: readonly PropertyKey[]): string {
  const shown = path.slice(0, longestPath).reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = String(key);
    if (!/^[A-Za-z_$][\w$-]{0,59}$/.test(name)) return `${text}[${showValue(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
  return path.length > longestPath ? `${shown}${cutMark}` : shown;
}

function write(value: unknown, level: number): string {
  if (typeof value === 'string') return escapeText(JSON.stringify(value.slice(0, longestText + 1)));
  if (value === undefined) return 'nothing';
  // Numbers that are not finite have no JSON; functions and symbols have none either.
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value !== 'object') return typeof value;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (level === deepestLevel) return `${open}${cutMark}${close}`;
  // No member takes less than a character: those after so many are not seen.
  const members = Array.isArray(value)
    ? value.slice(0, longestText).map((member) => write(member, level + 1))
    : Object.entries(value)
        .slice(0, longestText)
        .map(([key, member]) => `${write(key, level)}:${write(member, level + 1)}`);
  return `${open}${members.join(',')}${close}`;
}

function cut(text: string): string {
  if (text.length <= longestText) return text;
  const kept = text.slice(0, longestText - cutMark.length);
  // Not through the middle of a character.
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}${cutMark}`;
}
