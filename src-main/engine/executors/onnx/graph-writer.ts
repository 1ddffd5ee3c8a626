/** Collects ONNX nodes and constants of one graph and hands out names. */
import type { ConvolutionNode, Formulation } from './formulations';
import type { AttributeValue, ElementType, OnnxInitializer, OnnxNode } from './model-format';

/** Part of ONNX Runtime that executes a graph: what it has no kernel for is written in other operators. */
export type Provider = 'cpu' | 'cuda' | 'webgpu';

export type FormulationOf = (node: ConvolutionNode) => Formulation;

export class GraphWriter {
  readonly provider: Provider;
  /** What a convolution is written as. */
  readonly formulationOf: FormulationOf;
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly #prefix: string;
  readonly #constants = new Map<string, string>();
  readonly #public = new Map<string, string>();
  readonly #shared = new Map<string, unknown>();
  #count = 0;

  /** @param prefix - keeps the names of a loop's body apart from those around it */
  constructor(prefix: string, provider: Provider, formulationOf: FormulationOf) {
    this.formulationOf = formulationOf;
    this.#prefix = prefix;
    this.provider = provider;
  }

  name(): string {
    return `${this.#prefix}${this.#count++}`;
  }

  /** Adds a node with one result and returns its name. */
  emit(
    opType: string,
    inputs: readonly string[],
    options: { attributes?: Record<string, AttributeValue>; domain?: string; output?: string } = {},
  ): string {
    const output = options.output ?? this.name();
    const { attributes, domain } = options;
    this.nodes.push({
      opType,
      inputs,
      outputs: [output],
      ...(attributes ? { attributes } : {}),
      ...(domain === undefined ? {} : { domain }),
    });
    return output;
  }

  /** What `make` wrote under this key the first time: for parts that several nodes have in common. */
  shared<T>(key: string, make: () => T): T {
    if (!this.#shared.has(key)) this.#shared.set(key, make());
    return this.#shared.get(key) as T;
  }

  /**
   * Gives a value a public name: renames it where a node of this graph makes it, copies it where it is an operand from
   * outside, a constant or public under another name already.
   */
  publish(value: string, name: string): void {
    const known = this.#public.get(value);
    if (known !== undefined || !this.nodes.some((node) => node.outputs.includes(value))) {
      this.emit('Identity', [known ?? value], { output: name });
      return;
    }
    const swap = (other: string) => (other === value ? name : other);
    this.nodes.forEach((node, i) => {
      if (!node.inputs.includes(value) && !node.outputs.includes(value)) return;
      this.nodes[i] = { ...node, inputs: node.inputs.map(swap), outputs: node.outputs.map(swap) };
    });
    this.#public.set(value, name);
  }

  floats(values: readonly number[], shape: readonly number[]): string {
    return this.#constant('float', Float32Array.from(values), shape);
  }

  int32s(values: readonly number[], shape: readonly number[]): string {
    return this.#constant('int', Int32Array.from(values), shape);
  }

  int64s(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#constant('int64', BigInt64Array.from(values, BigInt), shape);
  }

  int64(value: number): string {
    return this.int64s([value], []);
  }

  /** Equal constants are written once. */
  #constant(
    type: ElementType,
    data: Float32Array | Int32Array | BigInt64Array,
    shape: readonly number[],
  ): string {
    const key = `${type}[${shape.join(',')}]${data.join(',')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.name();
    this.#constants.set(key, name);
    this.initializers.push({
      name,
      type,
      shape,
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return name;
  }
}
