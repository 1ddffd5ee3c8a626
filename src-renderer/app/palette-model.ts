/** What the command palette lists: every command and every experiment, the fitting ones first. */
import { fitOf } from './fuzzy-words';

/** One line of the palette. */
export interface PaletteLine {
  readonly id: string;
  readonly title: string;
  /** `Experiment`, `Go`: the group of a command, the state of an experiment. */
  readonly group: string;
  /** What it does. */
  readonly help: string;
  /** Keys to write, one by one. */
  readonly keys: readonly string[];
  /** Why it is not possible now; null when it is. */
  readonly problem: string | null;
}

/**
 * The lines that fit what is typed, the best first; recently used ones before others that fit as well; with nothing typed those come first,
 * and what is not possible now last.
 * @param recent - ids, the latest first
 */
export function paletteLines(
  lines: readonly PaletteLine[],
  typed: string,
  recent: readonly string[],
): readonly PaletteLine[] {
  const placeOf = ({ id }: PaletteLine) => {
    const place = recent.indexOf(id);
    return place < 0 ? recent.length : place;
  };
  const hindrance = ({ problem }: PaletteLine) => (problem === null ? 0 : 1);
  const fitting = lines.flatMap((line) => {
    const fit = fitOf(typed, { title: `${line.group} ${line.title}`, text: line.help });
    return fit === null ? [] : [{ line, fit }];
  });
  return fitting
    .sort(
      (a, b) =>
        b.fit - a.fit || hindrance(a.line) - hindrance(b.line) || placeOf(a.line) - placeOf(b.line),
    )
    .map(({ line }) => line);
}

const mostRecent = 8;

/** The recent ids after one more use. */
export function afterUse(recent: readonly string[], id: string): readonly string[] {
  return [id, ...recent.filter((one) => one !== id)].slice(0, mostRecent);
}
