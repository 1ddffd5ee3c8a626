/** How readers of files refuse what they find. */
import { DataFormatError } from '#shared/errors';

export const fromItsPublisher = 'get the file again from its publisher';

/** Longest part of a message: files can name things by megabytes. */
const longestPart = 200;

function shortened(text: string): string {
  return text.length <= longestPart ? text : `${text.slice(0, longestPart)}...`;
}

/** A file that is not what it should be: where, what must hold, what was found, what to do; each cut to a readable length. */
export function refusal(
  place: string,
  rule: string,
  got: string | number,
  { fix = fromItsPublisher, cause }: { fix?: string; cause?: unknown } = {},
): DataFormatError {
  return new DataFormatError(
    `${shortened(place)}: ${shortened(rule)}, got ${shortened(String(got))}; ${shortened(fix)}`,
    cause === undefined ? {} : { cause },
  );
}
