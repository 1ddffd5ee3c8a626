/** ONNX Runtime's CPU provider, float32, one thread: the executor of every machine. */
import type { FormulationChooser } from './onnx/formulations';
import { OnnxExecutor } from './onnx/onnx-executor';
import { rememberedFormulations, type FormulationFolders } from './onnx/remembered-formulations';

export class OnnxCpuExecutor extends OnnxExecutor {
  /**
   * @param chooser - what convolutions are written as; gathered where it is left out
   * @throws EngineUnavailableError when ONNX Runtime does not load
   */
  constructor(chooser?: FormulationChooser) {
    super('onnx-cpu', 'cpu', 'cpu', chooser);
  }
}

/**
 * @param options - `formulations`: where choices of formulations are kept; when left out, convolutions are gathered
 * @throws EngineUnavailableError when ONNX Runtime does not load
 */
export function openOnnxCpu(options: {
  readonly formulations?: FormulationFolders;
}): OnnxCpuExecutor {
  const { formulations } = options;
  return new OnnxCpuExecutor(formulations && rememberedFormulations(formulations));
}
