/** What every executor offers. Programs are compiled once per shape and kept. */
import type { LoopProgram, Program } from './program';
import type { Tensor } from './tensor';

export type Tensors = Readonly<Record<string, Tensor>>;

export interface CompiledProgram {
  /** @throws ShapeError when an input is missing or has another shape */
  run(inputs: Tensors): Promise<Record<string, Tensor>>;
}

export interface CompiledLoop {
  /**
   * Runs `steps` steps and returns the final states.
   * @param inputs - states and constants by name; sequences with a leading axis of `steps`
   */
  run(steps: number, inputs: Tensors): Promise<Record<string, Tensor>>;
}

export interface ExecutorStamp {
  readonly name: string;
  readonly device: string;
  readonly dtype: 'float32' | 'float64';
  readonly version: string;
}

export interface Executor extends AsyncDisposable {
  readonly stamp: ExecutorStamp;
  /** The compiled program kept under `key`, which must name everything that `build` depends on. */
  program(key: string, build: () => Program): Promise<CompiledProgram>;
  loop(key: string, build: () => LoopProgram): Promise<CompiledLoop>;
}
