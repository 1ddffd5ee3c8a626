/** The fonts that travel with the app, so that a figure looks the same on every machine. */
import { join } from 'node:path';
import type { FigureFont } from '#shared/domain/figure-page';

/** Names of the families. */
export const fontNames: Readonly<Record<FigureFont, string>> = { sans: 'Arimo', serif: 'Tinos' };

/** Paths of the two weights of a family in the folder of files that ship with the app. */
export function fontFiles(
  resourcesFolder: string,
  font: FigureFont,
): { regular: string; bold: string } {
  const file = (weight: string) =>
    join(resourcesFolder, 'fonts', `${fontNames[font]}-${weight}.ttf`);
  return { regular: file('Regular'), bold: file('Bold') };
}
