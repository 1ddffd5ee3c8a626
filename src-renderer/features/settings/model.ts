/** The Settings screen in words. */
import type { ProcedureOutput } from '#shared/contract/procedures';
import type { UserSettings } from '#shared/domain/user-settings';
import { counted } from '../../charts/number-format';

type Engine = ProcedureOutput<'engine.list'>[number];
type About = Pick<ProcedureOutput<'workbench.describe'>, 'engine' | 'workers'>;

export interface EngineChoice {
  readonly name: string;
  readonly title: string;
  readonly available: boolean;
  /** What it is, or why it cannot run here. */
  readonly detail: string;
}

/** `auto`, then every engine, those that can run here first. One that is set and unknown here is shown as such. */
export function engineChoices(engines: readonly Engine[], set: string): readonly EngineChoice[] {
  const automatic = engines.find(({ isAutomatic }) => isAutomatic)?.name;
  const auto = {
    name: 'auto',
    title: automatic === undefined ? 'auto' : `auto (now ${automatic})`,
    available: true,
    detail: 'The fastest engine with right numbers, among those measured here.',
  };
  const named = engines.map(({ name, available, device, dtype, detail }) => ({
    name,
    title: available ? `${name} (${dtype} on ${device})` : `${name} (not available)`,
    available,
    detail,
  }));
  const known = [auto, ...named.filter((e) => e.available), ...named.filter((e) => !e.available)];
  if (known.some(({ name }) => name === set)) return known;
  const detail = 'No engine of this name is known here; the automatic one takes its place.';
  return [...known, { name: set, title: `${set} (unknown)`, available: false, detail }];
}

/** What computes now, and what will from the next start on, where that is something else. */
export function nextStartText(
  settings: Pick<UserSettings, 'engine' | 'workers'>,
  about: About,
  cores: number,
  engines: readonly Engine[],
): string {
  const automatic = engines.find(({ isAutomatic }) => isAutomatic)?.name ?? about.engine;
  const engine = settings.engine === 'auto' ? automatic : settings.engine;
  const workers = Math.min(settings.workers ?? cores, cores);
  const now = `Now: ${about.engine}, ${counted(about.workers, 'worker')}.`;
  if (engine === about.engine && workers === about.workers) return now;
  return `${now} From the next start of the workbench on: ${engine}, ${counted(workers, 'worker')}. Experiments that have begun keep their engine.`;
}
