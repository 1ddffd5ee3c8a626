/** Runs graphs node by node on TensorFlow.js. */
import type {
  CompiledLoop,
  CompiledProgram,
  Executor,
  ExecutorStamp,
  Tensors,
} from '../../executor';
import type { Node, NodeOf } from '../../graph';
import type { LoopProgram, Program } from '../../program';
import { sizeOf, type Tensor } from '../../tensor';
import { requireInput } from '../check-inputs';
import { kernelRules } from './kernels';
import { planOf, type Plan } from './plan';
import { KernelRunner, type TensorFlow, type TfTensor } from './tensorflow';

type Values = Map<Node, TfTensor>;
type Rule = (k: KernelRunner, node: Node, inputs: readonly TfTensor[], key: string) => TfTensor;
type Inputs = readonly NodeOf<'input'>[];

export class TfjsExecutor implements Executor {
  readonly stamp: ExecutorStamp;
  readonly #tf: TensorFlow;
  readonly #backend: string;
  readonly #programs = new Map<string, CompiledProgram>();
  readonly #loops = new Map<string, CompiledLoop>();
  readonly #runners: KernelRunner[] = [];

  constructor(tf: TensorFlow, backend: string, stamp: Omit<ExecutorStamp, 'dtype'>) {
    this.#tf = tf;
    this.#backend = backend;
    this.stamp = { ...stamp, dtype: 'float32' };
  }

  program(key: string, build: () => Program): Promise<CompiledProgram> {
    const compiled = this.#programs.get(key) ?? this.#compileProgram(build());
    this.#programs.set(key, compiled);
    return Promise.resolve(compiled);
  }

  loop(key: string, build: () => LoopProgram): Promise<CompiledLoop> {
    const compiled = this.#loops.get(key) ?? this.#compileLoop(build());
    this.#loops.set(key, compiled);
    return Promise.resolve(compiled);
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const runner of this.#runners.splice(0)) runner[Symbol.dispose]();
    this.#programs.clear();
    this.#loops.clear();
    return Promise.resolve();
  }

  #runner(): KernelRunner {
    const runner = new KernelRunner(this.#tf);
    this.#runners.push(runner);
    return runner;
  }

  #compileProgram(program: Program): CompiledProgram {
    const plan = planOf(program.outputs.map((o) => o.node));
    const kernels = this.#runner();
    return {
      run: (inputs) =>
        this.#compute(kernels, () => {
          const given = upload(kernels, inputs, program.inputs);
          const results = evaluate(kernels, plan, given);
          const read = results.map(download);
          kernels.free([...results, ...given.values()]);
          return Object.fromEntries(program.outputs.map((o, i) => [o.name, read[i] as Tensor]));
        }),
    };
  }

  #compileLoop({ states, constants, sequences }: LoopProgram): CompiledLoop {
    const plan = planOf(states.map((s) => s.next));
    const kernels = this.#runner();
    const stateInputs = states.map((s) => s.input);
    return {
      run: (steps, inputs) =>
        this.#compute(kernels, () => {
          const rows = sequences.map((x) => ({ x, value: requireInput(inputs, x, [steps]) }));
          const fixed = upload(kernels, inputs, constants);
          const initial = upload(kernels, inputs, stateInputs);
          let carried = stateInputs.map((x) => initial.get(x) as TfTensor);
          for (let step = 0; step < steps; step++) {
            const given: Values = new Map(fixed);
            stateInputs.forEach((x, i) => given.set(x, carried[i] as TfTensor));
            for (const { x, value } of rows) given.set(x, uploadRow(kernels, x, value, step));
            const next = evaluate(kernels, plan, given);
            kernels.free([...carried, ...rows.map(({ x }) => given.get(x) as TfTensor)]);
            carried = next;
          }
          const read = carried.map(download);
          kernels.free([...carried, ...fixed.values()]);
          return Object.fromEntries(stateInputs.map((x, i) => [x.params.name, read[i] as Tensor]));
        }),
    };
  }

  /** The library has one backend at a time, for all executors of the process. */
  async #compute<T>(kernels: KernelRunner, run: () => T): Promise<T> {
    if (this.#tf.getBackend() !== this.#backend) await this.#tf.setBackend(this.#backend);
    try {
      return run();
    } catch (error) {
      kernels.freeAll();
      throw error;
    }
  }
}

/** Results of a plan, each a tensor of its own; what was given stays. */
function evaluate(kernels: KernelRunner, plan: Plan, given: Values): TfTensor[] {
  const values: Values = new Map(given);
  plan.steps.forEach(({ node, lastUses }, at) => {
    if (node.op === 'input') return;
    const rule = kernelRules[node.op] as Rule;
    const inputs = node.inputs.map((x) => values.get(x) as TfTensor);
    values.set(node, kernels.finish(rule(kernels, node, inputs, String(at))));
    kernels.free(lastUses.filter((x) => !given.has(x)).map((x) => values.get(x) as TfTensor));
  });
  // An input may be an output, and a node several outputs.
  const taken = new Set<Node>(given.keys());
  return plan.outputs.map((node) => {
    const value = values.get(node) as TfTensor;
    if (taken.has(node)) return kernels.finish(kernels.run('Identity', { x: value }));
    taken.add(node);
    return value;
  });
}

function upload(kernels: KernelRunner, inputs: Tensors, nodes: Inputs): Values {
  const values = nodes.map((x) => [x, requireInput(inputs, x)] as const);
  return new Map(values.map(([x, { shape, data }]) => [x as Node, toTf(kernels, x, shape, data)]));
}

function uploadRow(
  kernels: KernelRunner,
  x: NodeOf<'input'>,
  { data }: Tensor,
  step: number,
): TfTensor {
  const size = sizeOf(x.shape);
  return toTf(kernels, x, x.shape, data.subarray(step * size, (step + 1) * size));
}

function toTf(
  kernels: KernelRunner,
  { dtype }: NodeOf<'input'>,
  shape: readonly number[],
  data: Tensor['data'],
): TfTensor {
  if (dtype === 'int') return kernels.tensor(Int32Array.from(data), shape, 'int32');
  return kernels.tensor(Float32Array.from(data), shape, 'float32');
}

function download(tensor: TfTensor): Tensor {
  const data = tensor.dataSync();
  return { shape: [...tensor.shape], data: data.slice() };
}
