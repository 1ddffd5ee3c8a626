/** Keys that an object of a JSON text has twice: `JSON.parse` keeps the last and says nothing. */
import { showPath } from '../show-value';
import { ProblemList, type SpecProblem } from './spec-problem';

/** More levels than a path shows. */
const deepestShown = 100;

/** An object or list that is open at a place of the text. */
interface Level {
  /** Line of each key so far; null in a list. */
  readonly keys: Map<string, number> | null;
  /** The key or position that is being read. */
  at: string | number;
}

/**
 * Every key that stands in its object already, with both lines.
 *
 * @param text - valid JSON; of any depth, since nothing here calls itself
 * Cost: one pass. Never throws for valid JSON.
 */
export function repeatedKeys(text: string): SpecProblem[] {
  const problems = new ProblemList();
  const open: Level[] = [];
  let line = 1;
  let isKeyNext = false;
  for (let i = 0; i < text.length; i++) {
    const level = open.at(-1);
    switch (text[i]) {
      case '\n':
        line += 1;
        break;
      case '{':
        open.push({ keys: new Map(), at: '' });
        isKeyNext = true;
        break;
      case '[':
        open.push({ keys: null, at: 0 });
        isKeyNext = false;
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        isKeyNext = level !== undefined && level.keys !== null;
        if (typeof level?.at === 'number') level.at += 1;
        break;
      case '"': {
        const end = endOfString(text, i);
        if (isKeyNext && level?.keys) {
          level.at = JSON.parse(text.slice(i, end + 1)) as string;
          const before = level.keys.get(level.at);
          if (before === undefined) level.keys.set(level.at, line);
          else problems.add([repeated(open, before, line)]);
        }
        isKeyNext = false;
        i = end;
        break;
      }
      default: // blanks, numbers and words
    }
  }
  return problems.all();
}

function endOfString(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

function repeated(open: readonly Level[], before: number, line: number): SpecProblem {
  return {
    path: showPath(open.slice(0, deepestShown).map((level) => level.at)),
    rule: 'must be written once',
    got: before === line ? `it twice in line ${line}` : `it in lines ${before} and ${line}`,
    fix: 'remove one of the two',
  };
}
