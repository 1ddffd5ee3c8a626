/**
 * The user's settings: one small file of this user, for all projects. It is read at every start and whenever a screen asks, so that a file
 * changed by hand counts as soon as it is looked at.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  defaultUserSettings,
  parseUserSettings,
  type UserSettings,
} from '#shared/domain/user-settings';
import { StoreError } from '#shared/errors';

/** Names the file in place of the default. */
const settingsVariable = 'PHASESCAPE_SETTINGS';

export interface ReadSettings {
  readonly settings: UserSettings;
  /** Why the file does not count, all of its mistakes at once; null when it counts, or is not there. */
  readonly problem: string | null;
}

/** Where the settings lie, by the customs of the system; the file need not exist. */
export function settingsFile(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const given = environment[settingsVariable];
  if (given !== undefined && given !== '') return given;
  const home = homedir();
  const name = 'settings.json';
  if (platform === 'darwin')
    return join(home, 'Library', 'Application Support', 'Phasescape', name);
  if (platform === 'win32')
    return join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Phasescape', name);
  return join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'phasescape', name);
}

/** The settings in force: those of the file, or the defaults with the reason. Never throws. */
export function readSettings(file: string = settingsFile()): ReadSettings {
  const invalid = (what: string): ReadSettings => ({
    settings: defaultUserSettings,
    problem: `settings: ${what}; the defaults are used until the file is corrected or a setting is changed here`,
  });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { settings: defaultUserSettings, problem: null };
    return invalid(`${file} must be readable, got ${messageOf(error)}`);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return invalid(`${file} must be JSON, got ${messageOf(error)}`);
  }
  const parsed = parseUserSettings(document);
  if (parsed.ok) return { settings: parsed.settings, problem: null };
  return invalid(`${file} must hold valid settings, got ${parsed.problems.join(' and ')}`);
}

/**
 * Stores all settings; a file that was invalid is kept beside it as `settings.json.invalid`.
 * @throws StoreError when the file cannot be written; it is then as it was
 */
export function writeSettings(settings: UserSettings, file: string = settingsFile()): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(settings, null, 2)}\n`);
    if (readSettings(file).problem !== null) renameSync(file, `${file}.invalid`);
    renameSync(temporary, file);
  } catch (error) {
    throw new StoreError(
      `settings: ${file} must be writable, got ${messageOf(error)}; set PHASESCAPE_SETTINGS to a file that is`,
      { cause: error },
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
