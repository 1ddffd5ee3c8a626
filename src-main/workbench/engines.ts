/** Engines as the doors ask for them; loads the engines when asked, not before. */
import { EngineUnavailableError, PhasescapeError } from '#shared/errors';
import type { EngineDescription } from '../engine/engines';
import type { EngineBenchmark } from '../engine/engine-benchmark';

/** Every executor with what it is or why it cannot run here. Never throws. */
export async function describeEngines() {
  const { listEngines } = await import('../engine/engines');
  return listEngines();
}

/**
 * Makes sure that an executor can run here.
 * @throws PhasescapeError `invalid-input` for an unknown name; EngineUnavailableError with the reason
 */
export async function requireEngine(name: string): Promise<void> {
  const engines = await describeEngines();
  const engine = engines.find((candidate) => candidate.name === name);
  if (!engine) {
    throw new PhasescapeError(
      'invalid-input',
      `engine: must be one that exists, got ${JSON.stringify(name)}; use one of: ${engines.map((e) => e.name).join(', ')}`,
    );
  }
  if (!engine.available) {
    throw new EngineUnavailableError(
      `engine: must be able to run here, got ${name} that is not available (${engine.detail}); use another`,
    );
  }
}

/** An executor, with its rates and errors where they were measured. */
export type MeasuredEngine = EngineDescription & { readonly benchmark?: EngineBenchmark };

/** Every executor; those that can run here with their rates and errors on this machine. Takes a second or two each. */
export async function measureEngines(): Promise<MeasuredEngine[]> {
  const { openEngine } = await import('../engine/engines');
  const { benchmarkEngine } = await import('../engine/engine-benchmark');
  const clock = { now: () => performance.now(), leastMs: 300 };
  const measured: MeasuredEngine[] = [];
  for (const engine of await describeEngines()) {
    if (!engine.available) {
      measured.push(engine);
      continue;
    }
    await using executor = await openEngine(engine.name);
    measured.push({ ...engine, benchmark: await benchmarkEngine(executor, clock) });
  }
  return measured;
}
