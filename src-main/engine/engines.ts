/** Which executors exist and how to open them. */
import { PhasescapeError, reportError } from '#shared/errors';
import type { Executor } from './executor';
import { NativeCpuExecutor } from './executors/native-cpu';
import { openOnnxCpu } from './executors/onnx-cpu';
import type { FormulationFolders } from './executors/onnx/remembered-formulations';
import { openOnnxCuda } from './executors/onnx-cuda';
import { openOnnxWebGpu } from './executors/onnx-webgpu';
import { ReferenceExecutor } from './executors/reference';
import { openTfjsCpu, openTfjsNodeGpu } from './executors/tfjs/load';
import { showValue } from '#shared/show-value';

export interface EngineOptions {
  /** Where `onnx-cpu` keeps what it writes convolutions as; when left out, each is written the usual way. */
  readonly formulations?: FormulationFolders;
}

const executors: Readonly<
  Record<
    string,
    {
      readonly detail: string;
      readonly open: (options: EngineOptions) => Executor | Promise<Executor>;
    }
  >
> = {
  'onnx-cpu': {
    detail: 'ONNX Runtime on the CPU, one thread per worker, float32; runs on every machine',
    open: openOnnxCpu,
  },
  'native-cpu': {
    detail:
      'our own kernels in C on the CPU, compiled by the build, one thread per worker, float32; the default where they are built',
    open: () => new NativeCpuExecutor(),
  },
  'onnx-webgpu': {
    detail: 'ONNX Runtime on any GPU through WebGPU, float32',
    open: openOnnxWebGpu,
  },
  'onnx-cuda': {
    detail: "ONNX Runtime's CUDA provider on an NVIDIA GPU, float32",
    open: openOnnxCuda,
  },
  'tfjs-node-gpu': {
    detail: "TensorFlow's CUDA kernels on an NVIDIA GPU, float32",
    open: () => openTfjsNodeGpu(),
  },
  'tfjs-cpu': {
    detail: "TensorFlow.js' plain backend, float32: checks the mapping of tfjs-node-gpu; slow",
    open: () => openTfjsCpu(),
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
export async function openEngine(name: string, options: EngineOptions = {}): Promise<Executor> {
  const entry = Object.hasOwn(executors, name) ? executors[name] : undefined;
  if (!entry)
    throw new PhasescapeError(
      'invalid-input',
      `engine: must be one that exists, got ${showValue(name)}; use one of: auto, ${engineNames.join(', ')}`,
    );
  return await entry.open(options);
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
      await using executor = await open({});
      list.push({ ...executor.stamp, available: true, detail });
    } catch (error) {
      list.push({
        name,
        available: false,
        device: '',
        dtype: '',
        version: '',
        detail: reportError(error).message.replace(`${name}: `, ''),
      });
    }
  }
  return list;
}
