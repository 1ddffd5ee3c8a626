/** Which project folder the desktop app opens: the one of the command line, the last one, or one in the home folder. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { app, dialog, type BrowserWindow } from 'electron';
import { z } from 'zod';

const rememberedSchema = z.object({ folder: z.string().min(1) });

/** The folder to open at the start. @param argv - the arguments after the program */
export function firstProject(argv: readonly string[]): string {
  const { values } = parseArgs({
    args: [...argv],
    options: { project: { type: 'string' } },
    // Electron and the system add switches of their own.
    strict: false,
  });
  if (typeof values.project === 'string') return resolve(values.project);
  return rememberedProject() ?? join(app.getPath('home'), 'Phasescape');
}

/** Keeps the folder for the next start. */
export function rememberProject(folder: string): void {
  writeFileSync(rememberedFile(), `${JSON.stringify({ folder })}\n`);
}

/** Asks for a folder. @returns null when the user thinks better of it */
export async function askForProject(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open project',
    buttonLabel: 'Open project',
    properties: ['openDirectory', 'createDirectory'],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

function rememberedProject(): string | null {
  try {
    return rememberedSchema.parse(JSON.parse(readFileSync(rememberedFile(), 'utf8'))).folder;
  } catch {
    return null; // a first start, or a file that no longer says anything: the default does
  }
}

function rememberedFile(): string {
  return join(app.getPath('userData'), 'last-project.json');
}
