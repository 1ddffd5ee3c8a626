/** How the values of options are read: each throws what commander tells of a wrong one. */
import { InvalidArgumentError } from 'commander';

/** A whole number in a range, as commander wants its parsers. */
export function whole(least: number, most: number, why = ''): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}${why}.`);
  };
}

/** A share above 0 and below 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < 1) return value;
  throw new InvalidArgumentError('must be a number above 0 and below 1.');
}

/** A share that may be nothing or all. */
export function wholeShare(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('must be a number from 0 to 1.');
}

/** An option that may be given several times. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** A path or name: the empty one, of a variable that is not set, would mean the working folder. */
export function filled(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('must not be empty.');
}
