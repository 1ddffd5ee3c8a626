/**
 * What `engines --benchmark` has measured on this machine, in a file of this machine and user: it holds for all projects and is no
 * part of any. Only a cache: without it, or with one of another version or processor, engines count as not measured.
 */
import { basisOfBenchmark, unknownMachine, type CostBasis } from '../experiments/cost-basis';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { version } from '../../package.json';

const benchmarkSchema = z.object({
  stepsPerSecond: z.number(),
  convolutionStepsPerSecond: z.number(),
  productsPerSecond: z.number(),
  // JSON has no NaN: an error that is not a number is null there.
  gradientError: z
    .number()
    .nullable()
    .transform((error) => error ?? NaN),
  productError: z
    .number()
    .nullable()
    .transform((error) => error ?? NaN),
  trainingError: z
    .number()
    .nullable()
    .transform((error) => error ?? NaN),
});

const fileSchema = z.object({
  program: z.literal(version),
  processor: z.literal(processorName()),
  measuredAt: z.string(),
  engines: z.array(
    z.object({
      name: z.string(),
      device: z.string(),
      version: z.string(),
      benchmark: benchmarkSchema,
    }),
  ),
});

export type MeasuredEngines = Pick<z.output<typeof fileSchema>, 'measuredAt' | 'engines'>;

/** `PHASESCAPE_CACHE`, else where this system keeps caches; one file a machine, since homes may be shared. */
export function measuredEnginesFile(): string {
  return join(cacheFolder(), `engines-${hostname()}.json`);
}

/** Null when nothing that holds for this program on this machine is stored, or can be read. Never throws. */
export function readMeasuredEngines(): MeasuredEngines | null {
  return fileSchema.safeParse(readJson(measuredEnginesFile())).data ?? null;
}

/** @throws what the file system says when the folder cannot be written */
export function storeMeasuredEngines(measured: MeasuredEngines): void {
  const file = measuredEnginesFile();
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  const content = { program: version, processor: processorName(), ...measured };
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(temporary, file);
}

function processorName(): string {
  const all = cpus();
  return `${all.length} x ${all[0]?.model ?? 'unknown'}`;
}

/** Where `onnx-cpu` keeps what it writes convolutions as on this machine. */
export function formulationCacheFolder(): string {
  return join(cacheFolder(), `formulations-${hostname()}`);
}

function cacheFolder(): string {
  const { env, platform } = process;
  const own = env['PHASESCAPE_CACHE'];
  if (own) return own;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'phasescape');
  if (platform === 'win32' && env['LOCALAPPDATA'])
    return join(env['LOCALAPPDATA'], 'phasescape', 'cache');
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'phasescape');
}

/** Undefined where there is no file, or one that was cut short. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What `engines --benchmark` knows of an executor, where a project has no finished task yet. */
export function benchmarked(engine: string): CostBasis {
  const measured = readMeasuredEngines()?.engines.find(({ name }) => name === engine);
  return measured ? basisOfBenchmark(measured.benchmark.stepsPerSecond) : unknownMachine;
}
