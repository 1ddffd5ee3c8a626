/** The default executor: ONNX Runtime's CPU provider, float32, one thread. */
import { OnnxExecutor } from './onnx/onnx-executor';

export class OnnxCpuExecutor extends OnnxExecutor {
  /** @throws EngineUnavailableError when ONNX Runtime does not load */
  constructor() {
    super('onnx-cpu', 'cpu', 'cpu');
  }
}
