/** Opens TensorFlow.js on one of its backends. Both packages are loaded when asked for, never before. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { EngineUnavailableError } from '#shared/errors';
import { keepFullFloat32 } from '../full-float32';
import type { TensorFlow } from './tensorflow';
import { TfjsExecutor } from './tfjs-executor';

type Require = (name: string) => unknown;

/** What the packages offer beside the kernels. */
interface TensorFlowPackage extends TensorFlow {
  readonly version_core?: string;
  enableProdMode(): void;
}

interface NativeBackend {
  /** False where TensorFlow found no GPU and would compute on the CPU. */
  readonly isUsingGpuDevice?: boolean;
}

const gpuPackage = '@tensorflow/tfjs-node-gpu';
const gpuVersion = '4.22.0';

/** The plain backend, in JavaScript: it checks the mapping on every machine. @throws EngineUnavailableError when it does not load */
export async function openTfjsCpu(
  load: Require = createRequire(import.meta.url),
): Promise<TfjsExecutor> {
  let tf: TensorFlowPackage;
  try {
    tf = load('@tensorflow/tfjs-core') as TensorFlowPackage;
    load('@tensorflow/tfjs-backend-cpu');
  } catch (cause) {
    throw new EngineUnavailableError(
      `tfjs-cpu: @tensorflow/tfjs-core and @tensorflow/tfjs-backend-cpu must load, got ${firstLine(cause)}; reinstall with npm ci`,
      { cause },
    );
  }
  return open(tf, 'cpu', { name: 'tfjs-cpu', device: 'cpu' });
}

/**
 * TensorFlow's CUDA kernels, where the user has installed them.
 * @throws EngineUnavailableError with what is missing and how to get it
 */
export async function openTfjsNodeGpu(
  load: Require = createRequire(import.meta.url),
): Promise<TfjsExecutor> {
  keepFullFloat32();
  restoreUtil(load);
  let tf: TensorFlowPackage & { backend(): NativeBackend };
  try {
    tf = load(gpuPackage) as typeof tf;
  } catch (cause) {
    throw new EngineUnavailableError(`tfjs-node-gpu: ${whatIsMissing(cause)}`, { cause });
  }
  if (tf.backend().isUsingGpuDevice !== true)
    throw new EngineUnavailableError(
      'tfjs-node-gpu: TensorFlow must see a GPU, got none; install the NVIDIA driver, CUDA 11.2 and cuDNN 8.1',
    );
  return open(tf, 'tensorflow', { name: 'tfjs-node-gpu', device: nvidiaName() });
}

async function open(
  tf: TensorFlowPackage,
  backend: string,
  stamp: { name: string; device: string },
): Promise<TfjsExecutor> {
  // Without its checks and its advice on the terminal.
  tf.enableProdMode();
  const executor = new TfjsExecutor(tf, backend, {
    ...stamp,
    version: `tfjs ${tf.version_core ?? gpuVersion}`,
  });
  await tf.setBackend(backend);
  return executor;
}

/** The package imports two functions that Node's util no longer has. */
function restoreUtil(load: Require): void {
  const util = load('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}

function whatIsMissing(cause: unknown): string {
  const fetch = `node node_modules/${gpuPackage}/scripts/install.js gpu download`;
  const needs = 'it needs an NVIDIA GPU, CUDA 11.2 and cuDNN 8.1';
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'MODULE_NOT_FOUND' && firstLine(cause).includes(gpuPackage))
    return `${gpuPackage} must be installed, got nothing; npm install --no-save --ignore-scripts ${gpuPackage}@${gpuVersion}, then ${fetch} (downloads libtensorflow 2.9.1; ${needs})`;
  return `${gpuPackage} must load, got ${JSON.stringify(firstLine(cause))}; ${fetch} (${needs})`;
}

/** The name of the first GPU, as NVIDIA's driver tells it. */
function nvidiaName(): string {
  try {
    const args = ['--query-gpu=name', '--format=csv,noheader'];
    const [name] = execFileSync('nvidia-smi', args, { encoding: 'utf8' }).split('\n');
    return name?.trim() || 'NVIDIA GPU';
  } catch {
    // The GPU computes; only its name is not to be had.
    return 'NVIDIA GPU';
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0]?.trim() ?? '';
}
