/** The font that travels with the app, so that a figure looks the same on every machine. */
import { join } from 'node:path';

export const fontName = 'Arimo';

/** Paths of the two weights in the folder of files that ship with the app. */
export function fontFiles(resourcesFolder: string): { regular: string; bold: string } {
  return {
    regular: join(resourcesFolder, 'fonts', 'Arimo-Regular.ttf'),
    bold: join(resourcesFolder, 'fonts', 'Arimo-Bold.ttf'),
  };
}
