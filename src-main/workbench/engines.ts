/** Engines as the doors ask for them; loads the engines when asked, not before. */
import { availableParallelism } from 'node:os';
import type { EngineDescription } from '../engine/engines';
import type { EngineBenchmark } from '../engine/engine-benchmark';
import type { StepRate } from '../engine/engine-steps';
import { conforms } from '../engine/engine-conformance';
import { areKernelsRight } from '../engine/engine-kernels';
import {
  formulationCacheFolder,
  measuredEnginesFile,
  readMeasuredEngines,
  storeMeasuredEngines,
  type MeasuredEngines,
} from './measured-engines';

/** Runs on every machine: what `auto` falls back on. */
export const fallbackEngine = 'onnx-cpu';
/** The fastest on every machine where the build could make it. */
const builtEngine = 'native-cpu';
/** Not an engine: the fastest one whose numbers conform. */
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
    await using executor = await openEngine(name, {
      formulations: { machine: formulationCacheFolder() },
    });
    measured.push({ name, device, version, benchmark: await benchmarkEngine(executor, clock) });
  }
  const all = { measuredAt: new Date().toISOString(), engines: measured };
  return { engines: withMeasurements(engines, all), problem: keep(all) };
}

/** Steps per second of the three-convolution net that is compared with PyTorch: see `engine-steps.ts`. */
export async function convolutionStepRate(engine: string, leastMs: number): Promise<StepRate> {
  const steps = await import('../engine/engine-steps');
  const formulations = { machine: formulationCacheFolder() };
  const processor = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const clock = { leastMs, now: () => performance.now(), processor };
  return steps.convolutionStepRate(engine, clock, { formulations });
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
 * @param requested - a name, or `auto`: the fastest measured one whose numbers conform; where nothing was measured `native-cpu`,
 *   where the build made it and found it right, else `onnx-cpu`
 * @param kernelsFolder - where the build's kernels are; null for none
 * Cost: some milliseconds for `native-cpu` and `onnx-cpu`, the opening of the engine for others.
 * @throws PhasescapeError `invalid-input` for an unknown name; EngineUnavailableError with the reason
 */
export async function chooseEngine(
  requested: string = automaticEngine,
  kernelsFolder?: string | null,
): Promise<string> {
  if (requested === fallbackEngine) return fallbackEngine;
  if (requested !== automaticEngine) {
    await tryEngine(requested);
    return requested;
  }
  for (const name of fastestConforming(readMeasuredEngines(), kernelsFolder)) {
    if (name === fallbackEngine) break;
    if (name === builtEngine && areKernelsRight(kernelsFolder)) return builtEngine;
    try {
      await tryEngine(name);
      return name;
    } catch {
      // It was there when it was measured and is not now: the next one will do.
    }
  }
  return fallbackEngine;
}

async function tryEngine(name: string): Promise<void> {
  const { openEngine } = await import('../engine/engines');
  await using _ = await openEngine(name);
}

/** Names of the measured executors that conform, the fastest first; what is known without measuring where nothing was. */
function fastestConforming(
  measured: MeasuredEngines | null,
  kernelsFolder?: string | null,
): string[] {
  if (!measured) return areKernelsRight(kernelsFolder) ? [builtEngine] : [fallbackEngine];
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
