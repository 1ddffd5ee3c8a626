/** What a workbench with screens starts with: the options of this start, else the user's settings. */
import { automaticEngine, chooseEngine } from './engines';
import { coreCount } from './machine';
import { readSettings } from './settings-file';

/** Options of `Workbench.open`, and what the person who starts should know. */
export interface StartSettings {
  readonly options: {
    readonly engine: string;
    readonly isEngineAutomatic: boolean;
    readonly workers?: number;
  };
  readonly problems: readonly string[];
}

/**
 * @param given - options of this start, which count more than settings
 *
 * A file of settings that is invalid, or an engine that was set and cannot run here, must not keep the workbench from starting: the default
 * takes its place, and the reason is told. More workers than there are cores here, set on another machine, are as many as there are.
 * @throws what `chooseEngine` throws, for an engine that was named for this start
 */
export async function startSettings(
  given: { readonly engine?: string; readonly workers?: number } = {},
  { settings, problem } = readSettings(),
): Promise<StartSettings> {
  const set = settings.workers === null ? undefined : Math.min(settings.workers, coreCount());
  const workers = given.workers ?? set;
  const ofWorkers = workers === undefined ? {} : { workers };
  const problems = problem === null ? [] : [problem];
  const wanted = given.engine ?? settings.engine;
  try {
    const engine = await chooseEngine(wanted);
    return {
      options: { engine, isEngineAutomatic: wanted === automaticEngine, ...ofWorkers },
      problems,
    };
  } catch (error) {
    if (given.engine !== undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return {
      options: { engine: await chooseEngine(), isEngineAutomatic: true, ...ofWorkers },
      problems: [...problems, `settings: ${reason}; the automatic engine takes its place`],
    };
  }
}
