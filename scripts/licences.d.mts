/** Types of the licences that the build collects. */
import type { Plugin } from 'vite';

export interface Licence {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly source: string;
  readonly text: string;
}
export function collectLicences(folder?: string): Licence[];
export function licencesPlugin(folder: string): Plugin;
