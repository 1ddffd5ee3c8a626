/** A landscape from a file that a user named. */
import type { Landscape } from '#shared/domain/landscape';
import { readLandscape } from '../landscapes/read-landscape';
import { readNamedBytes } from './named-file';

/** A grid of 3,000 x 3,000 numbers of sixteen digits with room to spare. */
const mostBytes = 2 ** 28;

/** @throws PhasescapeError `invalid-input` when the file cannot be read; what `readLandscape` throws */
export function readLandscapeFile(file: string): Landscape {
  return readLandscape(file, readNamedBytes(file, { mostBytes, as: 'a grid' }));
}
