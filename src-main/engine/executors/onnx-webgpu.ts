/** ONNX Runtime's WebGPU provider: a GPU of any vendor, float32, no toolkit to install. */
import { EngineUnavailableError } from '#shared/errors';
import { OnnxExecutor } from './onnx/onnx-executor';
import { probeProvider } from './onnx/probe-provider';

class OnnxWebGpuExecutor extends OnnxExecutor {
  constructor(device: string) {
    super('onnx-webgpu', 'webgpu', device);
  }
}

/** Set to 1, it admits adapters that are no hardware: right numbers, slower than any CPU engine. */
const allowSoftware = 'PHASESCAPE_ALLOW_SOFTWARE_GPU';

const softwareAdapter = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;

/**
 * Opens it on the adapter that the system prefers.
 * @throws EngineUnavailableError without a GPU, or with a software adapter that is not allowed
 */
export async function openOnnxWebGpu(): Promise<OnnxWebGpuExecutor> {
  const probe = await probeProvider('webgpu');
  if (probe.status === 'fails')
    throw new EngineUnavailableError(
      `onnx-webgpu: a GPU with its driver must be there, got ${JSON.stringify(probe.reason)}; install the driver and, on Linux, the Vulkan loader (libvulkan1)`,
    );
  requireHardware(probe.device, process.env[allowSoftware] === '1');
  return new OnnxWebGpuExecutor(probe.device ?? 'adapter without a name');
}

/** @throws EngineUnavailableError for a software adapter or one without a name, unless allowed */
export function requireHardware(device: string | null, isSoftwareAllowed: boolean): void {
  if (isSoftwareAllowed || (device !== null && !softwareAdapter.test(device))) return;
  throw new EngineUnavailableError(
    `onnx-webgpu: adapter must be hardware, got ${device ?? 'one without a name'}; install the GPU's driver, or set ${allowSoftware}=1 for tests`,
  );
}
