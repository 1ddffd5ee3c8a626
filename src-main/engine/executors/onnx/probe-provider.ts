/**
 * Tries a GPU provider of ONNX Runtime in a process of its own and finds out on which device it ran. A process, because a bad
 * driver may end it instead of reporting an error, and because only the words of the Vulkan loader say which adapter was opened:
 * ONNX Runtime does not tell.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { add, input } from '../../graph';
import { makeProgram } from '../../program';
import type { Provider } from './graph-writer';
import { encodeModel } from './model-format';
import { writeProgram } from './write-model';

export type ProviderProbe =
  | { readonly status: 'works'; readonly device: string | null }
  | { readonly status: 'fails'; readonly reason: string };

const longestMs = 30_000;
const mostOutputBytes = 1 << 24;

/** Doubles a number on the provider; the log goes to standard error. Arguments: the library, the provider, a model. */
const script = `
const [library, provider, model] = process.argv.slice(1);
const ort = require(library);
ort.env.logLevel = 'verbose';
const end = (reason) => {
  process.stdout.write(JSON.stringify(reason));
  process.exitCode = 0;
};
ort.InferenceSession.create(Buffer.from(model, 'base64'), { executionProviders: [provider] })
  .then((session) => session.run({ 'in:x': new ort.Tensor('float32', [21], [1]) }))
  .then((result) => end(result['out:y'].data[0] === 42 ? '' : 'a wrong sum, ' + result['out:y'].data[0]))
  .catch((error) => end(error.message));
`;

/** Never throws. Cost: a process, about 0.3 s. */
export function probeProvider(provider: Exclude<Provider, 'cpu'>): Promise<ProviderProbe> {
  const x = input('x', [1]);
  const model = encodeModel(writeProgram(makeProgram({ y: add(x, x) }), provider));
  const library = createRequire(import.meta.url).resolve('onnxruntime-node');
  const args = ['-e', script, library, provider, Buffer.from(model).toString('base64')];
  const env = {
    ...process.env,
    ORT_DISABLE_TELEMETRY: '1',
    VK_LOADER_DEBUG: 'all',
    ELECTRON_RUN_AS_NODE: '1',
  };
  const options = { env, timeout: longestMs, maxBuffer: mostOutputBytes };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, answer, log) => {
      if (answer === '""') resolve({ status: 'works', device: deviceIn(log) });
      else if (answer !== '') resolve({ status: 'fails', reason: plainReason(answer) });
      else {
        const how = error?.signal ?? `exit code ${String(error?.code ?? 0)}`;
        resolve({ status: 'fails', reason: `the driver ended the process, ${how}` });
      }
    });
  });
}

/** The device that the Vulkan loader opened last; elsewhere the GPU that ONNX Runtime found. Null when none is named. */
export function deviceIn(log: string): string | null {
  const opened = [...log.matchAll(/Using "([^"]+)" with driver/g)].at(-1)?.[1];
  if (opened !== undefined) return opened;
  const isGpu = /\btype:1\b/;
  const found = [...log.matchAll(/Discovered OrtHardwareDevice \{(.*)\}/g)]
    .map(([, fields]) => fields ?? '')
    .find((fields) => isGpu.test(fields));
  if (found === undefined) return null;
  const vendor = /\bvendor:([^,]*)/.exec(found)?.[1]?.trim();
  return /Description=([^,\]]+)/.exec(found)?.[1]?.trim() ?? (vendor ? `${vendor} GPU` : null);
}

/** The first line of a message, without the places in ONNX Runtime's source that it begins with. */
function plainReason(answer: string): string {
  const [line = ''] = (JSON.parse(answer) as string).split('\n', 1);
  return line.replace(/^.*was false\. /, '').replaceAll('[1;31m', '');
}
