/** The part of TensorFlow.js that we use: its forward kernels by name. Its gradients are wrong in the second order and stay unused. */

export interface TfTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): Float32Array | Int32Array;
  dispose(): void;
}

export interface TensorFlow {
  tensor(values: Float32Array | Int32Array, shape: number[], dtype: TfType): TfTensor;
  getBackend(): string;
  setBackend(name: string): Promise<boolean>;
  engine(): {
    runKernel(
      name: string,
      inputs: Readonly<Record<string, TfTensor>> | readonly TfTensor[],
      attributes: object,
    ): TfTensor;
  };
}

export type TfType = 'float32' | 'int32';

/**
 * Runs kernels of one program and knows every tensor that it made and that is not freed yet: nothing is left to TensorFlow.js'
 * scopes.
 */
export class KernelRunner {
  readonly #tf: TensorFlow;
  readonly #kept = new Map<string, TfTensor>();
  readonly #live = new Set<TfTensor>();
  #made: TfTensor[] = [];

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  run(
    kernel: string,
    inputs: Readonly<Record<string, TfTensor>> | readonly TfTensor[],
    attributes: object = {},
  ): TfTensor {
    const result = this.#tf.engine().runKernel(kernel, inputs, attributes);
    this.#made.push(result);
    this.#live.add(result);
    return result;
  }

  /** A tensor of values from outside. */
  tensor(values: Float32Array | Int32Array, shape: readonly number[], type: TfType): TfTensor {
    const result = this.#tf.tensor(values, [...shape], type);
    this.#live.add(result);
    return result;
  }

  /** A constant that stays with the program under `key`. */
  kept(
    key: string,
    make: () => { values: readonly number[]; shape: readonly number[]; type: TfType },
  ): TfTensor {
    let known = this.#kept.get(key);
    if (!known) {
      const { values, shape, type } = make();
      const typed = type === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
      known = this.#tf.tensor(typed, [...shape], type);
      this.#kept.set(key, known);
    }
    return known;
  }

  /** Frees what kernels made since the last call, but for the result. */
  finish(result: TfTensor): TfTensor {
    this.free(this.#made.filter((tensor) => tensor !== result));
    this.#made = [];
    return result;
  }

  free(tensors: Iterable<TfTensor>): void {
    for (const tensor of tensors) {
      tensor.dispose();
      this.#live.delete(tensor);
    }
  }

  /** Frees what a run that failed has left. */
  freeAll(): void {
    this.#made = [];
    this.free([...this.#live]);
  }

  /** Frees the constants too. */
  [Symbol.dispose](): void {
    this.freeAll();
    for (const tensor of this.#kept.values()) tensor.dispose();
    this.#kept.clear();
  }
}
