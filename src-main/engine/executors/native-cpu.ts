/** Our own kernels in C: float32, one thread, whole programs and loops without JavaScript between operations. */
import { PhasescapeError } from '#shared/errors';
import type { CompiledLoop, CompiledProgram, Executor, ExecutorStamp, Tensors } from '../executor';
import type { LoopProgram, Program } from '../program';
import { sizeOf, type DType, type Tensor } from '../tensor';
import { requireInput } from './check-inputs';
import { loadAddon, type Addon, type NativePlan } from './native/addon';
import { compileLoop, compileProgram } from './native/compile';
import type { EncodedPlan } from './native/encode';

/** Raised with every change of the kernels that changes numbers. */
const version = 1;

/** Plans in memory; each keeps the memory of its largest run. A plan let go is made again from its numbers. */
const mostPlans = 24;

/** Instruction sets that the kernels can run on here, the fastest first. @throws EngineUnavailableError without kernels */
export function nativeKernels(): string[] {
  return loadAddon().kernelNames();
}

export class NativeCpuExecutor implements Executor {
  readonly stamp: ExecutorStamp;
  readonly #addon: Addon;
  readonly #kernels: string;
  /** The one longest unused first. */
  readonly #plans = new Map<EncodedPlan, NativePlan>();
  readonly #programs = new Map<string, CompiledProgram>();
  readonly #loops = new Map<string, CompiledLoop>();

  /**
   * @param kernels - the instruction set to run on, one of `nativeKernels()`; the fastest that the processor has when left out
   * @throws EngineUnavailableError when the kernels were not compiled or do not load
   */
  constructor(kernels?: string) {
    this.#addon = loadAddon();
    this.#kernels = kernels ?? (this.#addon.kernelNames()[0] as string);
    this.stamp = {
      name: 'native-cpu',
      device: `cpu ${this.#kernels}`,
      dtype: 'float32',
      version: `kernels ${version}`,
    };
  }

  program(key: string, build: () => Program): Promise<CompiledProgram> {
    let compiled = this.#programs.get(key);
    if (!compiled) {
      const plan = compileProgram(build());
      compiled = { run: (inputs) => promise(() => this.#run(plan, 1, inputs)) };
      this.#programs.set(key, compiled);
    }
    return Promise.resolve(compiled);
  }

  loop(key: string, build: () => LoopProgram): Promise<CompiledLoop> {
    let compiled = this.#loops.get(key);
    if (!compiled) {
      const plan = compileLoop(build());
      compiled = { run: (steps, inputs) => promise(() => this.#run(plan, steps, inputs)) };
      this.#loops.set(key, compiled);
    }
    return Promise.resolve(compiled);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#plans.clear();
    this.#programs.clear();
    this.#loops.clear();
    return Promise.resolve();
  }

  #run(plan: EncodedPlan, steps: number, inputs: Tensors): Record<string, Tensor> {
    const given = plan.inputs.map(({ node, isSequence }) =>
      numbers(requireInput(inputs, node, isSequence ? [steps] : []).data, node.dtype),
    );
    const results = plan.outputs.map(({ shape, dtype }) =>
      dtype === 'int' ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape)),
    );
    try {
      this.#addon.runPlan(this.#native(plan), steps, given, results);
    } catch (cause) {
      throw new PhasescapeError('invalid-input', (cause as Error).message, { cause });
    }
    return Object.fromEntries(
      plan.outputs.map(({ name, shape }, i) => [
        name,
        { shape, data: results[i] as Float32Array | Int32Array },
      ]),
    );
  }

  #native(plan: EncodedPlan): NativePlan {
    const native =
      this.#plans.get(plan) ?? this.#addon.createPlan(plan.words, plan.constants, this.#kernels);
    this.#plans.delete(plan);
    this.#plans.set(plan, native);
    if (this.#plans.size > mostPlans)
      this.#plans.delete(this.#plans.keys().next().value as EncodedPlan);
    return native;
  }
}

function numbers(data: Tensor['data'], dtype: DType): Float32Array | Int32Array {
  if (dtype === 'int') return data instanceof Int32Array ? data : Int32Array.from(data);
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

/** A promise of what `compute` returns or throws. */
function promise<T>(compute: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(compute());
  });
}
