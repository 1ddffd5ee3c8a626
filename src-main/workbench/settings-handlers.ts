/** What the Settings screen asks. */
import type { ProcedureHandlers } from '#shared/contract/procedures';
import type { ExperimentDesk } from './experiment-desk';
import { coreCount } from './machine';
import { describePlaces } from './places';
import { readSettings, writeSettings } from './settings-file';

/** The handlers of `settings.*`. */
export function settingsHandlers(desk: ExperimentDesk, registryFolder: string) {
  return {
    'settings.read': () => Promise.resolve({ ...readSettings(), cores: coreCount() }),
    'settings.write': ({ settings }) => {
      writeSettings(settings);
      return Promise.resolve({});
    },
    'settings.places': () => describePlaces(desk.store, registryFolder),
  } satisfies Partial<ProcedureHandlers>;
}
