/** The settings of what is compared: first those that differ. Pure. */
import { expandCells } from '#shared/domain/cells';
import { toldSettings } from '#shared/domain/imported-rules';
import { axisTitle } from '#shared/domain/diagram-axis';
import type { Compared } from './compared';

export interface SettingRow {
  /** Path in the spec: `model.width`. */
  readonly path: string;
  /** `Model: width`. */
  readonly title: string;
  /** One of each subject; null where it has no such setting, and where it was imported, so that nobody knows. */
  readonly values: readonly (string | null)[];
}

export interface SettingsTable {
  readonly different: readonly SettingRow[];
  readonly equal: readonly SettingRow[];
}

/** Every setting that a subject has. Of imported results only the axes are known; what they do not tell is no difference. Never throws. */
export function settingsTable(compared: readonly Compared[]): SettingsTable {
  const all = compared.map(settingsOf);
  const paths = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  const rows = paths.map((path): SettingRow => {
    const values = all.map((settings) => settings.get(path) ?? null);
    return { path, title: settingTitle(path), values };
  });
  const hasSpec = compared.map(({ view }) => 'spec' in view);
  const isEqual = ({ values }: SettingRow) => {
    const told = values.filter((value, i) => value !== null || hasSpec[i] === true);
    return told.length > 1 && told.every((value) => value === told[0]);
  };
  return { different: rows.filter((row) => !isEqual(row)), equal: rows.filter(isEqual) };
}

function settingsOf({ view, cell, subject, tasks }: Compared): Map<string, string> {
  const found = new Map<string, string>();
  found.set('experiment', view.summary.name);
  if ('table' in view) {
    found.set('imported from', view.table.file);
    for (const [path, value] of Object.entries(cell.axes)) found.set(path, String(value));
    return found;
  }
  const settings = expandCells(view.spec)[cell.index]?.settings;
  if (settings)
    for (const [path, value] of leavesOf(toldSettings(view.spec, settings))) found.set(path, value);
  const files = view.spec.imported?.files.filter(({ seed }) => seed === (subject.seed ?? seed));
  if (files) found.set('imported from', files.map(({ file }) => file).join(', '));
  if (subject.seed === null) found.set('seeds', view.spec.seeds.join(', '));
  else found.set('seed', String(subject.seed));
  const engines = new Set(tasks.flatMap(({ engine }) => (engine === null ? [] : [engine])));
  if (engines.size > 0) found.set('engine', [...engines].join('; '));
  return found;
}

/** Every scalar below a value with its path; lists are one value. */
function leavesOf(value: unknown, path = ''): (readonly [string, string])[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([key, inner]) =>
      leavesOf(inner, path === '' ? key : `${path}.${key}`),
    );
  return [[path, Array.isArray(value) ? value.join(', ') : String(value)]];
}

function settingTitle(path: string): string {
  const [section = '', ...rest] = path.split('.');
  const title = axisTitle(path);
  if (rest.length === 0) return title;
  const lower = title.charAt(0).toLowerCase() + title.slice(1);
  return `${axisTitle(section)}: ${lower}`;
}
