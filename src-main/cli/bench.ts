/** `phasescape bench [NAME]`: whole-process times of the reference sweep here and, where it is installed, in PyTorch. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { findResources } from '../workbench/resources';

/** Times of each command: a warm-up is not counted. */
const rounds = 3;

interface Contestant {
  readonly name: string;
  /** Runs once and returns whole-process wall seconds. */
  readonly run: () => number;
}

/**
 * Runs a benchmark and prints its table to stdout.
 * @param name - `r1`, the reference sweep on digits (default)
 * @returns the exit code
 * @throws PhasescapeError `invalid-input` for an unknown name, `environment` when a command fails
 */
export function runBench(name: string | undefined): Promise<number> {
  if (name !== undefined && name !== 'r1') {
    throw new PhasescapeError(
      'invalid-input',
      `bench: must be a benchmark that exists, got ${showValue(name)}; use r1`,
    );
  }
  const root = dirname(findResources());
  const python = findPython(root);
  const ours: Contestant = { name: 'phasescape', run: () => timePhasescape(root) };
  const theirs: Contestant | null =
    python === null ? null : { name: 'pytorch', run: () => timePytorch(root, python) };
  print(
    `R1: 75 MLPs on digits with Hessian, CKA, distance and curves; 2 workers, whole process, ${rounds} rounds in turn`,
  );
  print(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${process.version}`,
  );
  if (!theirs)
    print(
      'PyTorch is not installed (python3-torch, python3-sklearn, or PHASESCAPE_PYTHON): only Phasescape is timed',
    );

  ours.run();
  theirs?.run();
  const seconds = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 1; round <= rounds; round++) {
    seconds.ours.push(ours.run());
    if (theirs) seconds.theirs.push(theirs.run());
    const other = theirs
      ? `  pytorch ${last(seconds.theirs)} s  ratio ${(last(seconds.ours) / last(seconds.theirs)).toFixed(3)}`
      : '';
    print(`round ${round}: phasescape ${last(seconds.ours)} s${other}`);
  }
  const ratios = seconds.theirs.map((t, i) => (seconds.ours[i] as number) / t);
  const summary = theirs
    ? `  pytorch ${median(seconds.theirs)} s  ratio ${median(ratios).toFixed(3)} (at most 0.333 wanted, 0.25 aimed at)`
    : '';
  print(`median:  phasescape ${median(seconds.ours)} s${summary}`);
  return Promise.resolve(0);
}

function timePhasescape(root: string): number {
  const project = mkdtempSync(join(tmpdir(), 'phasescape-bench-'));
  try {
    const spec = join(root, 'resources/samples/digits-width-batch.json');
    return timed(
      process.execPath,
      [
        join(root, 'out/main/cli.js'),
        'run',
        spec,
        '--project',
        join(project, 'r1'),
        '--workers',
        '2',
        '--json',
      ],
      {},
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

function timePytorch(root: string, python: string): number {
  const folder = join(root, 'tests/bench/pytorch');
  return timed(
    python,
    [join(folder, 'torch_pipeline.py'), 'sweep', '--ref', 'R1', '--workers', '2'],
    { PYTHONPATH: join(folder, 'standin') },
  );
}

function timed(
  command: string,
  args: readonly string[],
  environment: Record<string, string>,
): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(command, args, {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0)
    throw new PhasescapeError(
      'environment',
      `bench: ${command} must end with status 0, got ${status}; ${stderr.trim().slice(-500)}`,
    );
  return Math.round(performance.now() - started) / 1000;
}

/** A Python with PyTorch and scikit-learn beside the benchmark's script; null when there is none. */
function findPython(root: string): string | null {
  if (!existsSync(join(root, 'tests/bench/pytorch/torch_pipeline.py'))) return null;
  const candidates = [process.env['PHASESCAPE_PYTHON'], '/usr/bin/python3', 'python3'].filter(
    (c) => c !== undefined,
  );
  return candidates.find((c) => spawnSync(c, ['-c', 'import torch, sklearn']).status === 0) ?? null;
}

const last = (values: readonly number[]): number => values.at(-1) as number;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
