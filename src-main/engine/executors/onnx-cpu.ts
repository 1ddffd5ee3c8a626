/** The default executor: ONNX Runtime's CPU provider, float32, one thread. */
import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-node';
import { EngineUnavailableError } from '#shared/errors';
import type { CompiledLoop, CompiledProgram, Executor, ExecutorStamp, Tensors } from '../executor';
import type { NodeOf } from '../graph';
import type { LoopProgram, Program } from '../program';
import type { Tensor } from '../tensor';
import { requireInput } from './check-inputs';
import { encodeModel, type OnnxGraph } from './onnx/model-format';
import { writeLoop, writeProgram } from './onnx/write-model';

/** Small models lose speed to a second thread; parallel work is parallel processes. */
const sessionOptions: Ort.InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'basic',
};

/** Loads onnxruntime-node. @throws EngineUnavailableError with what to do when its binary does not load */
export function loadOnnxRuntime(): typeof Ort {
  try {
    return createRequire(import.meta.url)('onnxruntime-node') as typeof Ort;
  } catch (cause) {
    throw new EngineUnavailableError(
      'onnx-cpu: onnxruntime-node must load, got an error; reinstall with `npm ci`',
      { cause },
    );
  }
}

export class OnnxCpuExecutor implements Executor {
  readonly stamp: ExecutorStamp;
  readonly #ort: typeof Ort;
  readonly #sessions = new Map<string, Promise<Ort.InferenceSession>>();
  readonly #programs = new Map<string, Promise<CompiledProgram>>();
  readonly #loops = new Map<string, Promise<CompiledLoop>>();

  /** @throws EngineUnavailableError when ONNX Runtime does not load */
  constructor() {
    this.#ort = loadOnnxRuntime();
    this.stamp = {
      name: 'onnx-cpu',
      device: 'cpu',
      dtype: 'float32',
      version: `onnxruntime ${this.#ort.env.versions.node ?? this.#ort.env.versions.common}`,
    };
  }

  program(key: string, build: () => Program): Promise<CompiledProgram> {
    return remember(this.#programs, key, async () => {
      const program = build();
      const session = await this.#session(`program ${key}`, writeProgram(program));
      return { run: (inputs) => this.#run(session, this.#feed(inputs, program.inputs, [])) };
    });
  }

  loop(key: string, build: () => LoopProgram): Promise<CompiledLoop> {
    return remember(this.#loops, key, async () => {
      const loop = build();
      const session = await this.#session(`loop ${key}`, writeLoop(loop));
      const fixed = [...loop.states.map((s) => s.input), ...loop.constants];
      return {
        run: (steps, inputs) => {
          const trips = new this.#ort.Tensor('int64', BigInt64Array.of(BigInt(steps)), []);
          return this.#run(session, {
            steps: trips,
            ...this.#feed(inputs, fixed, []),
            ...this.#feed(inputs, loop.sequences, [steps]),
          });
        },
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sessions = await Promise.all(this.#sessions.values());
    this.#sessions.clear();
    this.#programs.clear();
    this.#loops.clear();
    await Promise.all(sessions.map((session) => session.release()));
  }

  #session(key: string, graph: OnnxGraph): Promise<Ort.InferenceSession> {
    return remember(this.#sessions, key, () =>
      this.#ort.InferenceSession.create(encodeModel(graph), sessionOptions),
    );
  }

  #feed(
    inputs: Tensors,
    nodes: readonly NodeOf<'input'>[],
    leading: readonly number[],
  ): Record<string, Ort.Tensor> {
    return Object.fromEntries(
      nodes.map((node) => [
        `in:${node.params.name}`,
        this.#toOrt(requireInput(inputs, node, leading), node),
      ]),
    );
  }

  #toOrt({ shape, data }: Tensor, node: NodeOf<'input'>): Ort.Tensor {
    if (node.dtype === 'int')
      return new this.#ort.Tensor(
        'int32',
        data instanceof Int32Array ? data : Int32Array.from(data),
        shape,
      );
    return new this.#ort.Tensor(
      'float32',
      data instanceof Float32Array ? data : Float32Array.from(data),
      shape,
    );
  }

  async #run(
    session: Ort.InferenceSession,
    feeds: Record<string, Ort.Tensor>,
  ): Promise<Record<string, Tensor>> {
    const results = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(results).map(([name, value]) => [
        name.slice('out:'.length),
        { shape: value.dims, data: value.data as Float32Array | Int32Array },
      ]),
    );
  }
}

function remember<T>(
  cache: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  let value = cache.get(key);
  if (!value) {
    value = make();
    cache.set(key, value);
  }
  return value;
}
