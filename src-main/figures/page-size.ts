/** Reads the physical size back from a figure. */
import { PhasescapeError } from '#shared/errors';

/** Width and height in points, from the viewBox. @throws PhasescapeError when there is none */
export function pageSize(svg: string): { width: number; height: number } {
  const match = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg);
  if (match === null)
    throw new PhasescapeError(
      'internal',
      'figure: svg must have a viewBox from 0 0, got none; report this',
    );
  return { width: Number(match[1]), height: Number(match[2]) };
}
