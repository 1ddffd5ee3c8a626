/** Finds and loads the compiled kernels. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineUnavailableError } from '#shared/errors';

/** A plan inside the addon; freed with its last reference. */
export type NativePlan = object & { readonly __plan: never };

export interface Addon {
  /** @throws Error when the plan is malformed or the processor lacks those kernels */
  createPlan(words: Int32Array, constants: Float32Array, kernels: string): NativePlan;
  /** Runs a plan; arrays must have exactly its sizes. @throws Error on an index out of range */
  runPlan(
    plan: NativePlan,
    steps: number,
    inputs: readonly (Float32Array | Int32Array)[],
    outputs: readonly (Float32Array | Int32Array)[],
  ): void;
  /** Instruction sets whose kernels this processor can run, the fastest first. */
  kernelNames(): string[];
}

/** The folder of the build's products, seen from the sources or from the built files. */
export function nativeFolder(): string | null {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'native'), join(folder, 'out', 'native')])
      if (['kernels.node', 'unavailable.txt'].some((name) => existsSync(join(candidate, name))))
        return candidate;
    if (folder === dirname(folder)) return null;
  }
}

/** Loads the kernels of a folder. @throws EngineUnavailableError with what is missing and what to do */
export function loadAddon(folder: string | null = nativeFolder()): Addon {
  if (folder === null)
    throw new EngineUnavailableError(
      'native-cpu: its kernels must be compiled, got none; run `npm run build`',
    );
  const reason = join(folder, 'unavailable.txt');
  if (existsSync(reason))
    throw new EngineUnavailableError(`native-cpu: ${readFileSync(reason, 'utf8')}`);
  requireWhole(folder);
  try {
    return createRequire(import.meta.url)(join(folder, 'kernels.node')) as Addon;
  } catch (cause) {
    throw new EngineUnavailableError(
      'native-cpu: its kernels must load, got an error; delete out/ and run `npm run build` on this machine',
      { cause },
    );
  }
}

/** A library that was cut short ends the process when it is loaded, and one with other bytes may compute anything. */
function requireWhole(folder: string): void {
  const [found, built] = [
    () =>
      createHash('sha256')
        .update(readFileSync(join(folder, 'kernels.node')))
        .digest('hex'),
    () => readFileSync(join(folder, 'kernels.sha256'), 'utf8'),
  ].map(valueOrNull);
  if (found !== null && found === built) return;
  throw new EngineUnavailableError(
    `native-cpu: its kernels must be as they were compiled, got ${found === null ? 'none' : built === null ? 'no digest of them' : 'other bytes'}; delete out/native and run \`npm run build\``,
  );
}

function valueOrNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null; // told by the one who asks
  }
}
