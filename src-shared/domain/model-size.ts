/** Names and shapes of a model's parameters, in the flat order of theta. Known without building any network. */
import type { ModelSpec } from './spec';

export interface ParameterShape {
  /** PyTorch's name: `fc1.weight`, `fc1.bias`. */
  readonly name: string;
  /** Linear weights are [out, in], biases [out]. */
  readonly shape: readonly number[];
}

/** Parameters of an MLP inputs-width-...-width-classes with `depth` hidden layers, in layer order, weight before bias. */
export function parameterShapes(
  model: ModelSpec,
  inputs: number,
  classes: number,
): ParameterShape[] {
  const sizes = [inputs, ...Array.from({ length: model.depth }, () => model.width), classes];
  return sizes.slice(1).flatMap((out, i) => [
    { name: `fc${i + 1}.weight`, shape: [out, sizes[i] as number] },
    { name: `fc${i + 1}.bias`, shape: [out] },
  ]);
}

/** Number of trainable parameters P. */
export function parameterCount(model: ModelSpec, inputs: number, classes: number): number {
  return parameterShapes(model, inputs, classes).reduce(
    (sum, p) => sum + p.shape.reduce((a, b) => a * b, 1),
    0,
  );
}
