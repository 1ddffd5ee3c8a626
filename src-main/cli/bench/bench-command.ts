/** `phasescape bench [NAME]`: sweeps, training steps, curvature, surfaces and topology here and, where it is installed, in PyTorch; screens in Chromium. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { chooseEngine, convolutionStepRate, describeEngines } from '../../workbench/engines';
import { findResources } from '../../workbench/resources';
import { exitCodes, print, type ExitCode } from '../outcome';
import { persistenceTurn } from './persistence';
import { findPyTorch, type PyTorch } from './pytorch';
import { runInTurn, type Contestant, type Reading } from './rounds';
import { benchScreens } from './screens';
import { timedProcess } from './timed-process';

export interface BenchOptions {
  /** Ours; every engine that the benchmark is about when left out. */
  readonly engine?: string;
}

interface Benchmark {
  readonly title: string;
  readonly reading: Reading;
  /** Engines that are compared when none is named; `auto` is the default one. None: it runs on no engine. */
  readonly engines: readonly string[];
  readonly ours: (engine: string, root: string) => Contestant['turn'];
  /** null where there is nothing to compare with. */
  readonly theirs: ((pytorch: PyTorch) => Contestant['turn']) | null;
}

/** How long one turn of the training steps takes, about. */
const stepsMs = 3_000;

const sweep = (reference: string, sample: string): Pick<Benchmark, 'ours' | 'theirs'> => ({
  ours: (engine, root) => () => timePhasescape(root, sample, engine),
  theirs:
    ({ python, folder, environment }) =>
    () => {
      const script = join(folder, 'torch_pipeline.py');
      const args = [script, 'sweep', '--ref', reference, '--workers', '2'];
      return timedProcess(python, args, environment);
    },
});

/** Loaded when asked for: it brings the engines with it. */
const loadCurvature = () => import('../../workers/curvature-benchmark');

/** A script of PyTorch that prints its wall and processor figures as one line. */
const script =
  (file: string, ...args: readonly string[]): NonNullable<Benchmark['theirs']> =>
  ({ python, folder, environment }) =>
  () => {
    const { stdout } = timedProcess(python, [join(folder, file), ...args], environment);
    return JSON.parse(stdout.split('\n', 1)[0] as string) as { wall: number; processor: number };
  };

/** Products of several networks together, as many of each. */
const products = (names: readonly string[]): Pick<Benchmark, 'ours' | 'theirs'> => ({
  ours: (engine) => async () =>
    (await loadCurvature()).hessianProductRate(engine, { names, leastMs: stepsMs }),
  theirs: script('hessian_products.py', String(stepsMs / 1000), ...names),
});

/** Grids of random numbers with so many points along each side. */
const persistence = (side: number): Pick<Benchmark, 'engines' | 'ours' | 'theirs'> => ({
  engines: [],
  ours: () => persistenceTurn(side),
  theirs: null,
});

/** Surfaces of a turn: their median is told. */
const surfaces = 5;

/** Densities of a turn: their median is told. */
const densities = 5;

const benchmarks: Readonly<Record<string, Benchmark>> = {
  r1: {
    title: 'R1: 75 MLPs on digits with Hessian, CKA, distance and curves; 2 workers, whole process',
    reading: { unit: 's', digits: 2, wanted: 'at most 0.333 wanted, 0.25 aimed at' },
    engines: ['auto'],
    ...sweep('R1', 'digits-width-batch.json'),
  },
  r2: {
    title: 'R2: 18 CNNs on digits with Hessian, CKA, distance and curves; 2 workers, whole process',
    reading: { unit: 's', digits: 2, wanted: 'at most 0.7 wanted of the default' },
    engines: ['native-cpu', 'onnx-cpu'],
    ...sweep('R2', 'digits-cnn.json'),
  },
  cnn: {
    title:
      'cnn: steps of three convolutions of 16, 32, 64 channels on 3x32x32, batch 64, one thread',
    reading: { unit: 'steps/s', digits: 1, wanted: 'at least 1.0 wanted of the default' },
    engines: ['native-cpu', 'onnx-cpu'],
    ours: (engine) => async () => {
      const { stepsPerSecond, stepsPerProcessorSecond } = await convolutionStepRate(
        engine,
        stepsMs,
      );
      return { wall: stepsPerSecond, processor: stepsPerProcessorSecond };
    },
    theirs: script('convolution_steps.py', String(stepsMs / 1000)),
  },
  slq: {
    title:
      'slq: spectral density of the Hessian of 64-32-32-10 over 1,437 samples, 100 Lanczos steps from one vector, one thread',
    reading: { unit: 's', digits: 3, wanted: 'at most 0.5 wanted of the default' },
    engines: ['native-cpu', 'onnx-cpu'],
    ours: (engine) => async () => (await loadCurvature()).spectralDensitySeconds(engine, densities),
    theirs: script('spectral_density.py', String(densities)),
  },
  hvp: {
    title:
      'hvp: Hessian-vector products of 64-w-w-10, w = 4, 8, 16, 32, 64, over 512 samples, as many of each, one thread',
    reading: { unit: 'products/s', digits: 0, wanted: 'at least 2.0 wanted of the default' },
    engines: ['native-cpu', 'onnx-cpu'],
    ...products(['mlp4', 'mlp8', 'mlp16', 'mlp32', 'mlp64']),
  },
  'hvp-cnn': {
    title:
      'hvp-cnn: Hessian-vector products of three convolutions on 8x8, w = 4, 8, 16, over 256 samples, as many of each, one thread',
    reading: { unit: 'products/s', digits: 0, wanted: 'at least 1.0 wanted of the default' },
    engines: ['native-cpu', 'onnx-cpu'],
    ...products(['cnn4', 'cnn8', 'cnn16']),
  },
  surface: {
    title: 'surface: 51 x 51 surface of the loss of 64-32-32-10 over 1,437 samples, one thread',
    reading: { unit: 's', digits: 3, wanted: 'at most 1.0 wanted of the default' },
    engines: ['native-cpu', 'onnx-cpu'],
    ours: (engine) => async () =>
      (await import('../../workers/surface-benchmark')).surfaceSeconds(engine, surfaces),
    theirs: script('surface.py', String(surfaces)),
  },
  persistence: {
    title:
      'persistence: pairs, merge tree and summary of 51 x 51 random numbers; under 5 ms wanted',
    reading: { unit: 'ms', digits: 2, wanted: '' },
    ...persistence(51),
  },
  'persistence-large': {
    title: 'persistence-large: the same of 1,001 x 1,001; under 2,000 ms wanted',
    reading: { unit: 'ms', digits: 0, wanted: '' },
    ...persistence(1001),
  },
};

/** The benchmark in a browser, which compares with nothing. */
const screens = 'screens';

/**
 * Runs one benchmark, or all, and prints tables to standard output.
 * @param name - one of `benchmarks` or `screens`
 * @throws PhasescapeError `invalid-input` for an unknown name, `environment` when a command fails
 */
export async function benchCommand(
  name: string | undefined,
  options: BenchOptions,
): Promise<ExitCode> {
  const asked = name === undefined ? Object.keys(benchmarks) : [name];
  const chosen = asked.filter((each) => each !== screens).map((each) => requireBenchmark(each));
  const root = dirname(findResources());
  const pytorch = findPyTorch(root);
  await print(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${process.version}`,
  );
  if (!pytorch)
    await print(
      'PyTorch is not installed (python3-torch, python3-sklearn, or PHASESCAPE_PYTHON): only Phasescape is timed',
    );
  for (const benchmark of chosen) {
    await print(benchmark.title);
    const names = await enginesOf(benchmark, options.engine);
    const ours = names.map((name) => ({ name, turn: benchmark.ours(name, root) }));
    const theirs =
      pytorch && benchmark.theirs ? [{ name: 'pytorch', turn: benchmark.theirs(pytorch) }] : [];
    await runInTurn([...ours, ...theirs], benchmark.reading);
  }
  if (name === undefined || name === screens) await benchScreens(root);
  return exitCodes.done;
}

function requireBenchmark(name: string): Benchmark {
  const found = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (found) return found;
  throw new PhasescapeError(
    'invalid-input',
    `bench: must be a benchmark that exists, got ${showValue(name)}; use one of: ${[...Object.keys(benchmarks), screens].join(', ')}`,
  );
}

/** The engine that is named, else those of the benchmark that can run here. */
async function enginesOf({ engines }: Benchmark, named: string | undefined): Promise<string[]> {
  if (engines.length === 0) return ['phasescape'];
  if (named !== undefined) return [await chooseEngine(named)];
  const available = (await describeEngines()).filter((engine) => engine.available);
  const automatic = await chooseEngine();
  const wanted = engines.map((engine) => (engine === 'auto' ? automatic : engine));
  return wanted.filter((engine) => available.some(({ name }) => name === engine));
}

function timePhasescape(
  root: string,
  sample: string,
  engine: string,
): ReturnType<Contestant['turn']> {
  const project = mkdtempSync(join(tmpdir(), 'phasescape-bench-'));
  try {
    return timedProcess(process.execPath, [
      ...[join(root, 'out/main/cli.js'), 'run', join(root, 'resources/samples', sample)],
      ...['--project', join(project, 'sweep'), '--workers', '2', '--engine', engine, '--json'],
    ]);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
