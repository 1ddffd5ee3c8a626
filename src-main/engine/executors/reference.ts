/** The float64 oracle: interprets the graph node by node. */
import type { CompiledLoop, CompiledProgram, Executor, ExecutorStamp, Tensors } from '../executor';
import { topologicalOrder, type Node } from '../graph';
import type { LoopProgram, Program } from '../program';
import type { Tensor } from '../tensor';
import { sizeOf } from '../tensor';
import { requireInput } from './check-inputs';
import { referenceKernels } from './reference-kernels';
import type { Value } from './reference-values';

type Kernel = (node: Node, inputs: readonly Value[]) => Value['data'];

function evaluate(
  outputs: readonly Node[],
  order: readonly Node[],
  given: (name: string) => Value,
): Value[] {
  const values = new Map<Node, Value>();
  for (const node of order) {
    if (node.op === 'input') {
      values.set(node, given(node.params.name));
      continue;
    }
    const inputs = node.inputs.map((x) => values.get(x) as Value);
    values.set(node, {
      shape: node.shape,
      data: (referenceKernels[node.op] as Kernel)(node, inputs),
    });
  }
  return outputs.map((output) => values.get(output) as Value);
}

function toValue(tensor: Tensor): Value {
  const { shape, data } = tensor;
  return { shape, data: data instanceof Int32Array ? data : Float64Array.from(data) };
}

function compileProgram(program: Program): CompiledProgram {
  const nodes = program.outputs.map((o) => o.node);
  const order = topologicalOrder(nodes);
  const run = (inputs: Tensors): Record<string, Value> => {
    const given = new Map(
      program.inputs.map((x) => [x.params.name, toValue(requireInput(inputs, x))]),
    );
    const results = evaluate(nodes, order, (name) => given.get(name) as Value);
    return Object.fromEntries(program.outputs.map((o, i) => [o.name, results[i] as Value]));
  };
  return { run: (inputs) => promise(() => run(inputs)) };
}

function compileLoop(loop: LoopProgram): CompiledLoop {
  const nodes = loop.states.map((s) => s.next);
  const order = topologicalOrder(nodes);
  const run = (steps: number, inputs: Tensors): Record<string, Value> => {
    const given = new Map<string, Value>();
    for (const x of [...loop.states.map((s) => s.input), ...loop.constants]) {
      given.set(x.params.name, toValue(requireInput(inputs, x)));
    }
    const sequences = loop.sequences.map((x) => ({
      x,
      all: toValue(requireInput(inputs, x, [steps])),
    }));
    for (let step = 0; step < steps; step++) {
      for (const { x, all } of sequences) {
        const size = sizeOf(x.shape);
        const data = all.data.slice(step * size, (step + 1) * size);
        given.set(x.params.name, { shape: x.shape, data });
      }
      const next = evaluate(nodes, order, (name) => given.get(name) as Value);
      loop.states.forEach((s, i) => given.set(s.input.params.name, next[i] as Value));
    }
    const names = loop.states.map((s) => s.input.params.name);
    return Object.fromEntries(names.map((name) => [name, given.get(name) as Value]));
  };
  return { run: (steps, inputs) => promise(() => run(steps, inputs)) };
}

/** A promise of what `compute` returns or throws. */
function promise<T>(compute: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(compute());
  });
}

/** The float64 executor. Never fails to open. */
export class ReferenceExecutor implements Executor {
  readonly stamp: ExecutorStamp = {
    name: 'reference',
    device: 'cpu',
    dtype: 'float64',
    version: '1',
  };
  readonly #programs = new Map<string, CompiledProgram>();
  readonly #loops = new Map<string, CompiledLoop>();

  program(key: string, build: () => Program): Promise<CompiledProgram> {
    const compiled = this.#programs.get(key) ?? compileProgram(build());
    this.#programs.set(key, compiled);
    return Promise.resolve(compiled);
  }

  loop(key: string, build: () => LoopProgram): Promise<CompiledLoop> {
    const compiled = this.#loops.get(key) ?? compileLoop(build());
    this.#loops.set(key, compiled);
    return Promise.resolve(compiled);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#programs.clear();
    this.#loops.clear();
    return Promise.resolve();
  }
}
