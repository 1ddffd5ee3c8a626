import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '#main/workbench/places';
import { readSettings, settingsFile, writeSettings } from '#main/workbench/settings-file';
import { startSettings } from '#main/workbench/start-settings';
import { defaultUserSettings, parseUserSettings } from '#shared/domain/user-settings';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const fileWith = (text: string) => {
  const file = join(temporaryFolder(), 'settings.json');
  writeFileSync(file, text);
  return file;
};

describe('readSettings', () => {
  it('gives the defaults where there is no file, and the settings where there is a valid one', () => {
    const file = join(temporaryFolder(), 'deep', 'settings.json');
    expect(readSettings(file)).toEqual({ settings: defaultUserSettings, problem: null });
    const settings = { ...defaultUserSettings, textScale: 150, workers: 1 };
    writeSettings(settings, file);
    expect(readSettings(file)).toEqual({ settings, problem: null });
    // What a file does not say has its default.
    expect(readSettings(fileWith('{"colours": "dark"}')).settings).toEqual({
      ...defaultUserSettings,
      colours: 'dark',
    });
  });

  it('tells every mistake of a file in one message, and gives the defaults', () => {
    const file = fileWith('{"textScale": 300, "workers": 0, "colour": "dark"}');
    const { settings, problem } = readSettings(file);
    expect(settings).toEqual(defaultUserSettings);
    expect(problem).toContain(file);
    expect(problem).toContain('textScale: must be at most 200, got 300');
    expect(problem).toContain('workers: must be at least 1, got 0');
    expect(problem).toContain('colour: must be a setting that exists');
    expect(problem).toMatch(/; the defaults are used until/);
    expect(readSettings(fileWith('{')).problem).toContain('must be JSON');
    expect(readSettings(fileWith('7')).problem).toContain('must be');
    expect(readSettings(temporaryFolder()).problem).toContain('must be readable');
  });
});

describe('writeSettings', () => {
  it('keeps a file that was invalid beside the new one', () => {
    const file = fileWith('{"textScale": 300}');
    writeSettings(defaultUserSettings, file);
    expect(readSettings(file).problem).toBeNull();
    expect(readFileSync(`${file}.invalid`, 'utf8')).toBe('{"textScale": 300}');
    writeSettings(defaultUserSettings, file);
    expect(readFileSync(`${file}.invalid`, 'utf8')).toBe('{"textScale": 300}');
  });
  it('says what to do where it cannot write, and leaves what is there', () => {
    const file = join(fileWith('a file, no folder'), 'settings.json');
    expect(() => writeSettings(defaultUserSettings, file)).toThrow(
      /settings: .* must be writable, got .*; set PHASESCAPE_SETTINGS/,
    );
    expect(existsSync(file)).toBe(false);
  });
});

describe('settingsFile', () => {
  it('follows the customs of the system, or the variable', () => {
    expect(settingsFile({ PHASESCAPE_SETTINGS: '/a/b.json' })).toBe('/a/b.json');
    expect(settingsFile({ XDG_CONFIG_HOME: '/c' }, 'linux')).toBe('/c/phasescape/settings.json');
    expect(settingsFile({}, 'linux')).toMatch(/\.config\/phasescape\/settings\.json$/);
    expect(settingsFile({}, 'darwin')).toContain('Application Support');
  });
});

describe('startSettings', () => {
  const read = (part: object) => {
    return { settings: { ...defaultUserSettings, ...part }, problem: null };
  };
  it('takes what was said for this start, else what is set, else the defaults', async () => {
    const set = read({ engine: 'reference', workers: 1 });
    expect((await startSettings({}, set)).options).toEqual({
      engine: 'reference',
      isEngineAutomatic: false,
      workers: 1,
    });
    const given = { engine: 'onnx-cpu', workers: 3 };
    expect((await startSettings(given, set)).options).toMatchObject(given);
    const plain = await startSettings({}, read({}));
    expect(plain.options.isEngineAutomatic).toBe(true);
    expect(plain.options).not.toHaveProperty('workers');
  });
  it('starts nonetheless with settings that do not fit this machine, and says so', async () => {
    const set = read({ engine: 'abacus', workers: 1024 });
    const { options, problems } = await startSettings({}, set);
    expect(options.isEngineAutomatic).toBe(true);
    expect(options.workers).toBe(availableParallelism());
    expect(problems.join()).toMatch(/abacus.*the automatic engine takes its place/);
    await expect(startSettings({ engine: 'abacus' }, set)).rejects.toThrow(/abacus/);
    const invalid = { settings: defaultUserSettings, problem: 'settings: broken' };
    expect((await startSettings({}, invalid)).problems).toEqual(['settings: broken']);
  });
});

describe('parseUserSettings', () => {
  it('takes 80 to 200 percent, of its own version only', () => {
    expect(parseUserSettings({ textScale: 200 }).ok).toBe(true);
    expect(parseUserSettings({ textScale: 70 }).ok).toBe(false);
    expect(parseUserSettings({ settingsVersion: 2 }).ok).toBe(false);
  });
});

describe('sizeOf', () => {
  it('sums the files below a folder; nothing is null', async () => {
    const folder = temporaryFolder();
    expect(await sizeOf(folder)).toBe(0);
    writeFileSync(join(folder, 'a'), 'x'.repeat(70));
    writeFileSync(join(folder, 'b'), 'x'.repeat(30));
    expect(await sizeOf(folder)).toBe(100);
    expect(await sizeOf(join(folder, 'c'))).toBeNull();
  });
});
