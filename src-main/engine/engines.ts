/** Which executors exist and how to open them. */
import { PhasescapeError, reportError } from '#shared/errors';
import type { Executor } from './executor';
import { NativeCpuExecutor } from './executors/native-cpu';
import { OnnxCpuExecutor } from './executors/onnx-cpu';
import { ReferenceExecutor } from './executors/reference';

const executors: Readonly<
  Record<string, { readonly detail: string; readonly open: () => Executor }>
> = {
  'onnx-cpu': {
    detail: 'ONNX Runtime on the CPU, one thread per worker, float32; the default',
    open: () => new OnnxCpuExecutor(),
  },
  'native-cpu': {
    detail:
      'our own kernels in C on the CPU, compiled by the build, one thread per worker, float32',
    open: () => new NativeCpuExecutor(),
  },
  reference: {
    detail: 'plain loops in float64: the oracle, for checks; slow',
    open: () => new ReferenceExecutor(),
  },
};

export const engineNames: readonly string[] = Object.keys(executors);

/**
 * Opens an executor by name; the caller disposes it.
 * @throws PhasescapeError `invalid-input` for an unknown name
 * @throws EngineUnavailableError when it cannot run here
 */
export function openEngine(name: string): Executor {
  const entry = executors[name];
  if (!entry)
    throw new PhasescapeError(
      'invalid-input',
      `engine: must be one that exists, got ${JSON.stringify(name)}; use one of: ${engineNames.join(', ')}`,
    );
  return entry.open();
}

export interface EngineDescription {
  readonly name: string;
  readonly available: boolean;
  readonly device: string;
  readonly dtype: string;
  readonly version: string;
  /** What it is, or why it cannot run here and what to do. */
  readonly detail: string;
}

/** Every executor, available or not. Never throws. */
export async function listEngines(): Promise<EngineDescription[]> {
  const list: EngineDescription[] = [];
  for (const [name, { detail, open }] of Object.entries(executors)) {
    try {
      await using executor = open();
      list.push({ ...executor.stamp, available: true, detail });
    } catch (error) {
      list.push({
        name,
        available: false,
        device: '',
        dtype: '',
        version: '',
        detail: reportError(error).message,
      });
    }
  }
  return list;
}
