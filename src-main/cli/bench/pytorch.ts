/** PyTorch beside us: found where it is installed, never required. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface PyTorch {
  readonly python: string;
  /** Of the scripts to compare with. */
  readonly folder: string;
  readonly environment: Record<string, string>;
}

/** A Python with PyTorch and scikit-learn beside the benchmark's scripts; null where there is none. */
export function findPyTorch(root: string): PyTorch | null {
  const folder = join(root, 'tests/bench/pytorch');
  if (!existsSync(join(folder, 'torch_pipeline.py'))) return null;
  const candidates = [process.env['PHASESCAPE_PYTHON'], '/usr/bin/python3', 'python3'].filter(
    (candidate) => candidate !== undefined,
  );
  const python = candidates.find(
    (candidate) => spawnSync(candidate, ['-c', 'import torch, sklearn']).status === 0,
  );
  const environment = { PYTHONPATH: join(folder, 'standin') };
  return python === undefined ? null : { python, folder, environment };
}
