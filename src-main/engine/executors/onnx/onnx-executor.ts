/** What the executors on ONNX Runtime have in common: programs become models, models become sessions on one provider. */
import type * as Ort from 'onnxruntime-node';
import { PhasescapeError } from '#shared/errors';
import type {
  CompiledLoop,
  CompiledProgram,
  Executor,
  ExecutorStamp,
  Tensors,
} from '../../executor';
import { topologicalOrder, type Node, type NodeOf } from '../../graph';
import type { LoopProgram, Program } from '../../program';
import type { Tensor } from '../../tensor';
import { requireInput } from '../check-inputs';
import { chooseFormulations } from './choose-formulations';
import {
  gathered,
  layerName,
  layerOf,
  type ConvolutionNode,
  type FormulationChooser,
  type LayerFormulations,
} from './formulations';
import type { FormulationOf, Provider } from './graph-writer';
import { loadOnnxRuntime } from './load-runtime';
import { encodeModel } from './model-format';
import { writeLoop, writeProgram } from './write-model';

/** Small models lose speed to a second thread; parallel work is parallel processes. */
const commonOptions: Ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'basic',
  // Errors are thrown, and need not be written to the terminal too.
  logSeverityLevel: 4,
};

/** Each open session keeps the memory of its largest run; a cell of the reference sweep uses about ten, a worker goes back and forth between few models. */
const mostSessions = 24;

export abstract class OnnxExecutor implements Executor {
  readonly stamp: ExecutorStamp;
  readonly #ort: typeof Ort;
  readonly #provider: Provider;
  /** Open sessions by model, the one longest unused first. */
  readonly #sessions = new Map<Uint8Array, Promise<Ort.InferenceSession>>();
  readonly #programs = new Map<string, CompiledProgram>();
  readonly #loops = new Map<string, CompiledLoop>();
  readonly #chooser: FormulationChooser;
  /** Formulations of the layers met so far, by their names. */
  readonly #formulations = new Map<string, LayerFormulations>();

  /**
   * @param chooser - what convolutions are written as; gathered where it is left out
   * @throws EngineUnavailableError when ONNX Runtime does not load
   */
  constructor(
    name: string,
    provider: Provider,
    device: string,
    chooser: FormulationChooser = () => gathered,
  ) {
    this.#chooser = chooser;
    this.#ort = loadOnnxRuntime(name);
    this.#provider = provider;
    this.stamp = {
      name,
      device,
      dtype: 'float32',
      version: `onnxruntime ${this.#ort.env.versions.node ?? this.#ort.env.versions.common}`,
    };
  }

  async program(key: string, build: () => Program): Promise<CompiledProgram> {
    let compiled = this.#programs.get(key);
    if (!compiled) {
      const program = build();
      const formulationOf = await this.#choose(program.outputs.map((output) => output.node));
      const model = encodeModel(writeProgram(program, this.#provider, formulationOf));
      compiled = {
        run: async (inputs) => await this.#run(model, this.#feed(inputs, program.inputs, [])),
      };
      this.#programs.set(key, compiled);
    }
    return compiled;
  }

  async loop(key: string, build: () => LoopProgram): Promise<CompiledLoop> {
    let compiled = this.#loops.get(key);
    if (!compiled) {
      const loop = build();
      const formulationOf = await this.#choose(loop.states.map((state) => state.next));
      const model = encodeModel(writeLoop(loop, this.#provider, formulationOf));
      const fixed = [...loop.states.map((s) => s.input), ...loop.constants];
      compiled = {
        run: async (steps, inputs) => {
          const trips = new this.#ort.Tensor('int64', BigInt64Array.of(BigInt(steps)), []);
          return await this.#run(model, {
            steps: trips,
            ...this.#feed(inputs, fixed, []),
            ...this.#feed(inputs, loop.sequences, [steps]),
          });
        },
      };
      this.#loops.set(key, compiled);
    }
    return compiled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    this.#sessions.clear();
    this.#programs.clear();
    this.#loops.clear();
    await Promise.all(
      sessions.flatMap((s) => (s.status === 'fulfilled' ? [s.value.release()] : [])),
    );
  }

  /** What the convolutions of a graph are written as; layers that are met for the first time are chosen for. */
  async #choose(outputs: readonly Node[]): Promise<FormulationOf> {
    for (const node of topologicalOrder(outputs)) {
      if (!isConvolution(node)) continue;
      const layer = layerOf(node);
      const name = layerName(layer);
      if (this.#formulations.has(name)) continue;
      const time = () => chooseFormulations(layer, (...what) => this.#candidate(...what));
      this.#formulations.set(name, await this.#chooser(layer, this.stamp.version, time));
    }
    return (node) => (this.#formulations.get(layerName(layerOf(node))) ?? gathered)[node.op];
  }

  /** A program with given formulations, to be timed. */
  #candidate(
    program: Program,
    formulations: LayerFormulations,
  ): Promise<(inputs: Tensors) => Promise<unknown>> {
    const graph = writeProgram(program, this.#provider, (node) => formulations[node.op]);
    const model = encodeModel(graph);
    return Promise.resolve((inputs) => this.#run(model, this.#feed(inputs, program.inputs, [])));
  }

  /** The session of a model, made again if it was let go; the one longest unused goes when there are too many. */
  async #session(model: Uint8Array): Promise<Ort.InferenceSession> {
    const session = this.#sessions.get(model) ?? this.#open(model);
    this.#sessions.delete(model);
    this.#sessions.set(model, session);
    if (this.#sessions.size > mostSessions) {
      const [[oldest, unused]] = this.#sessions as unknown as [[Uint8Array, typeof session]];
      this.#sessions.delete(oldest);
      await (await unused).release();
    }
    return session;
  }

  /** A session that could not be made is forgotten: the next call tries again. */
  async #open(model: Uint8Array): Promise<Ort.InferenceSession> {
    try {
      return await this.#ort.InferenceSession.create(model, {
        ...commonOptions,
        executionProviders: [this.#provider],
      });
    } catch (cause) {
      this.#sessions.delete(model);
      throw this.#refusal('accept', cause);
    }
  }

  #refusal(what: 'accept' | 'run', cause: unknown): PhasescapeError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new PhasescapeError(
      'internal',
      `${this.stamp.name}: ONNX Runtime must ${what} the program, got ${JSON.stringify(firstLine(reason))}; try another engine and report this`,
      { cause },
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
    model: Uint8Array,
    feeds: Record<string, Ort.Tensor>,
  ): Promise<Record<string, Tensor>> {
    const session = await this.#session(model);
    const results = await session.run(feeds).catch((cause: unknown) => {
      throw this.#refusal('run', cause);
    });
    return Object.fromEntries(
      Object.entries(results).map(([name, value]) => [
        name.slice('out:'.length),
        { shape: value.dims, data: value.data as Float32Array | Int32Array },
      ]),
    );
  }
}

function isConvolution(node: Node): node is ConvolutionNode {
  return node.op === 'conv2d' || node.op === 'conv2dInput' || node.op === 'conv2dWeight';
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
