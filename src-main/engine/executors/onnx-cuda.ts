/** ONNX Runtime's CUDA provider, where the user has installed it: NVIDIA GPUs, float32. */
import { EngineUnavailableError } from '#shared/errors';
import { keepFullFloat32 } from './full-float32';
import { OnnxExecutor } from './onnx/onnx-executor';
import { probeProvider } from './onnx/probe-provider';

class OnnxCudaExecutor extends OnnxExecutor {
  constructor(device: string) {
    super('onnx-cuda', 'cuda', device);
  }
}

/** @throws EngineUnavailableError with what to install when the provider or the GPU is not there */
export async function openOnnxCuda(): Promise<OnnxCudaExecutor> {
  keepFullFloat32();
  const probe = await probeProvider('cuda');
  if (probe.status === 'works') return new OnnxCudaExecutor(probe.device ?? 'NVIDIA GPU');
  throw new EngineUnavailableError(
    `onnx-cuda: ONNX Runtime's CUDA provider must run, got ${JSON.stringify(probe.reason)}; with an NVIDIA GPU, CUDA 12 and cuDNN 9 install it by: npm exec -- node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12`,
  );
}
