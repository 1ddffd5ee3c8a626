/** Loads ONNX Runtime's binding for Node. */
import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-node';
import { EngineUnavailableError } from '#shared/errors';

/** @throws EngineUnavailableError with what to do when its binary does not load */
export function loadOnnxRuntime(engine: string): typeof Ort {
  // Offline means silent: the library would otherwise keep a device id and report its use to its maker.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  try {
    return createRequire(import.meta.url)('onnxruntime-node') as typeof Ort;
  } catch (cause) {
    throw new EngineUnavailableError(
      `${engine}: onnxruntime-node must load, got an error; reinstall with \`npm ci\``,
      { cause },
    );
  }
}
