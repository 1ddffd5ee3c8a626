/** Products with the Hessians of several models at once, as programs on the engine. */
import { curvatureProgram, hessianVectorProgram } from '#main/engine/network-programs';
import { tensor, type Tensor } from '#main/engine/tensor';
import { firstSamples, stackModels, type CellContext } from '../context';
import type { BatchedProduct } from './extremes';
import type { BatchedCurvature } from './hutchinson';

/** The Hessians of the mean loss of several models over the first `samples` training samples. */
export interface HessianProblem {
  readonly context: CellContext;
  /** theta of each model, [P]. */
  readonly thetas: readonly Float32Array[];
  readonly samples: number;
}

/**
 * Bytes of one layer's activations up to which models share a call: small models gain by it, while what does not fit into
 * the second-level cache loses (64-64-64-10, ten vectors: 186 us a vector packed, 166 alone).
 */
const mostSharedBytes = 2_000_000;

/** Whether the models of a problem share a call with `vectors` vectors. */
function sharesCall({ context, thetas, samples }: HessianProblem, vectors: number): boolean {
  return 4 * thetas.length * vectors * samples * context.network.widestLayer <= mostSharedBytes;
}

/** Exact products Hv, each model with vectors of its own. */
export function hessianProduct(problem: HessianProblem): BatchedProduct {
  return async (vectors) => {
    if (sharesCall(problem, vectors[0]?.length ?? 0)) return multiply(problem, vectors);
    const results: Float32Array[][] = [];
    for (const [s, theta] of problem.thetas.entries()) {
      const own = [vectors[s] as readonly ArrayLike<number>[]];
      results.push(...(await multiply({ ...problem, thetas: [theta] }, own)));
    }
    return results;
  };
}

/** Exact second derivatives v'Hv, all models along the same vectors. */
export function hessianCurvature(problem: HessianProblem): BatchedCurvature {
  return async (vectors) => {
    if (sharesCall(problem, vectors.length)) return curve(problem, vectors);
    const results: number[][] = [];
    for (const theta of problem.thetas) {
      results.push(...(await curve({ ...problem, thetas: [theta] }, vectors)));
    }
    return results;
  };
}

/** One call: K products for each of S models. */
async function multiply(
  problem: HessianProblem,
  vectors: readonly (readonly ArrayLike<number>[])[],
): Promise<Float32Array[][]> {
  const { network, executor } = problem.context;
  const size = network.parameterCount;
  const batch = { models: problem.thetas.length, vectors: vectors[0]?.length ?? 0 };
  const program = await executor.program(keyOf('hessian-vector', problem, batch), () =>
    hessianVectorProgram(network, batch, shapeOf(problem)),
  );
  const flat = new Float32Array(batch.models * batch.vectors * size);
  vectors.flat().forEach((v, i) => {
    flat.set(v, i * size);
  });
  const result = await program.run({
    ...inputsOf(problem),
    vectors: tensor([batch.models, batch.vectors, 1, size], flat),
  });
  const products = (result['products'] as Tensor).data as Float32Array;
  const at = (s: number, k: number) => (s * batch.vectors + k) * size;
  return vectors.map((of, s) => of.map((_, k) => products.subarray(at(s, k), at(s, k) + size)));
}

/** One call: v'Hv of S models along K vectors. */
async function curve(
  problem: HessianProblem,
  vectors: readonly Float32Array[],
): Promise<number[][]> {
  const { network, executor } = problem.context;
  const size = network.parameterCount;
  const batch = { models: problem.thetas.length, vectors: vectors.length };
  const program = await executor.program(keyOf('curvature', problem, batch), () =>
    curvatureProgram(network, batch, shapeOf(problem)),
  );
  const flat = new Float32Array(batch.vectors * size);
  vectors.forEach((v, k) => {
    flat.set(v, k * size);
  });
  const result = await program.run({
    ...inputsOf(problem),
    vectors: tensor([1, batch.vectors, 1, size], flat),
  });
  const values = (result['curvatures'] as Tensor).data;
  return problem.thetas.map((_, s) =>
    Array.from(values.subarray(s * batch.vectors, (s + 1) * batch.vectors)),
  );
}

function keyOf(
  kind: string,
  { context, samples }: HessianProblem,
  batch: { models: number; vectors: number },
): string {
  return `${kind} ${context.network.key} models=${batch.models} vectors=${batch.vectors} samples=${samples}`;
}

function shapeOf({ context, samples }: HessianProblem): {
  samples: number;
  inputs: number;
  classes: number;
} {
  return { samples, inputs: context.inputs, classes: context.classes };
}

function inputsOf({ context, thetas, samples }: HessianProblem): Record<string, Tensor> {
  const { x, targets } = firstSamples(context.measured, samples);
  const size = context.network.parameterCount;
  const theta = tensor([thetas.length, 1, 1, size], stackModels(thetas).data);
  return { theta, x, targets };
}
