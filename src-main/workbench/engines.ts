/** Engines as the doors ask for them; loads the engines when asked, not before. */
import { availableParallelism } from 'node:os';
import type { EngineDescription } from '../engine/engines';
import type { EngineBenchmark } from '../engine/engine-benchmark';
import {
  measuredEnginesFile,
  readMeasuredEngines,
  storeMeasuredEngines,
  type MeasuredEngines,
} from './measured-engines';

/** What is used where nothing was measured. */
export const defaultEngine = 'onnx-cpu';
/** Not an engine: the fastest measured one whose numbers conform. */
export const automaticEngine = 'auto';

/** An executor, with its rates and errors where they were measured. */
export type MeasuredEngine = EngineDescription & {
  /** `auto` stands for it. */
  readonly isAutomatic: boolean;
  readonly measuredAt?: string;
  readonly benchmark?: EngineBenchmark;
};

/** Every executor with what it is or why it cannot run here, and what was measured of it before. Never throws. */
export async function describeEngines(): Promise<MeasuredEngine[]> {
  const { listEngines } = await import('../engine/engines');
  return withMeasurements(await listEngines(), readMeasuredEngines());
}

/**
 * Every executor; those that can run here are measured, and the measurements kept for `auto`. Takes a few seconds each.
 * @returns the engines, and in words why the measurements could not be kept, where they could not
 */
export async function measureEngines(): Promise<{
  engines: MeasuredEngine[];
  problem: string | null;
}> {
  const { listEngines, openEngine } = await import('../engine/engines');
  const { benchmarkEngine } = await import('../engine/engine-benchmark');
  const clock = { now: () => performance.now(), leastMs: 300 };
  const engines = await listEngines();
  const measured = [];
  for (const { name, available, device, version } of engines) {
    if (!available) continue;
    await using executor = await openEngine(name);
    measured.push({ name, device, version, benchmark: await benchmarkEngine(executor, clock) });
  }
  const all = { measuredAt: new Date().toISOString(), engines: measured };
  return { engines: withMeasurements(engines, all), problem: keep(all) };
}

function keep(measured: MeasuredEngines): string | null {
  try {
    storeMeasuredEngines(measured);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `benchmark: ${measuredEnginesFile()} must be writable, got ${reason}; auto does not know of it, set PHASESCAPE_CACHE to a folder that is`;
  }
}

function withMeasurements(
  engines: readonly EngineDescription[],
  measured: MeasuredEngines | null,
): MeasuredEngine[] {
  const automatic = fastestConforming(measured).find((name) =>
    engines.some((engine) => engine.name === name && engine.available),
  );
  return engines.map((engine) => {
    const known = measured?.engines.find(
      ({ name, device }) => name === engine.name && device === engine.device,
    );
    return {
      ...engine,
      isAutomatic: engine.name === automatic,
      ...(measured && known ? { measuredAt: measured.measuredAt, benchmark: known.benchmark } : {}),
    };
  });
}

/**
 * The executor that a request stands for, able to run here.
 * @param requested - a name, or `auto` for the fastest measured one whose numbers conform, `onnx-cpu` where nothing was measured
 * @throws PhasescapeError `invalid-input` for an unknown name; EngineUnavailableError with the reason
 */
export async function chooseEngine(requested: string = automaticEngine): Promise<string> {
  if (requested === defaultEngine) return defaultEngine;
  if (requested !== automaticEngine) {
    await tryEngine(requested);
    return requested;
  }
  for (const name of fastestConforming(readMeasuredEngines())) {
    if (name === defaultEngine) break;
    try {
      await tryEngine(name);
      return name;
    } catch {
      // It was there when it was measured and is not now: the next one will do.
    }
  }
  return defaultEngine;
}

async function tryEngine(name: string): Promise<void> {
  const { openEngine } = await import('../engine/engines');
  await using _ = await openEngine(name);
}

/** A float32 executor is some 1e-6 off; one with shortened float32 (TensorFloat-32) or a wrong kernel is off by 1e-3 or more. */
const conformingError = 1e-4;

/** Largest relative difference from the reference of everything compared; null where one is not a number. */
export function largestError({
  gradientError,
  productError,
  trainingError,
}: EngineBenchmark): number | null {
  const error = Math.max(gradientError, productError, trainingError);
  return Number.isNaN(error) ? null : error;
}

/** Whether an executor's numbers may stand for the reference's. */
function conforms(benchmark: EngineBenchmark): boolean {
  const error = largestError(benchmark);
  return error !== null && error <= conformingError;
}

/** Names of the measured executors that conform, the fastest first; the default one where nothing was measured. */
function fastestConforming(measured: MeasuredEngines | null): string[] {
  if (!measured) return [defaultEngine];
  return measured.engines
    .filter(({ benchmark }) => conforms(benchmark))
    .map(({ name, device, benchmark }) => ({ name, rate: machineRate(device, benchmark) }))
    .sort((a, b) => b.rate - a.rate)
    .map(({ name }) => name);
}

/** Geometric mean of the rates of everything that works at once: a worker per core on the CPU, one GPU for all. */
function machineRate(device: string, rates: EngineBenchmark): number {
  const { stepsPerSecond, convolutionStepsPerSecond, productsPerSecond } = rates;
  const mean = Math.cbrt(stepsPerSecond * convolutionStepsPerSecond * productsPerSecond);
  return device.startsWith('cpu') ? mean * availableParallelism() : mean;
}
