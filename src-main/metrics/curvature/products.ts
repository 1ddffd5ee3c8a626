/** Products of vectors with the Hessians, or Gauss-Newton matrices, of several models at once, as programs on the engine. */
import { gaussNewtonCurvatureProgram, gaussNewtonVectorProgram } from '#main/engine/gauss-newton';
import { curvatureProgram, hessianVectorProgram } from '#main/engine/network-programs';
import { tensor, type Tensor } from '#main/engine/tensor';
import {
  sampleChunks,
  samplesBetween,
  stackModels,
  type CellContext,
  type ModelWeights,
} from '../context';
import type { BatchedProduct } from './extremes';
import type { BatchedCurvature } from './hutchinson';

/** `hessian`: second derivatives of the mean loss; `gauss-newton`: J'AJ, without the curvature of the network itself. */
export type CurvatureMatrix = 'hessian' | 'gauss-newton';

const vectorPrograms = { hessian: hessianVectorProgram, 'gauss-newton': gaussNewtonVectorProgram };
const curvaturePrograms = {
  hessian: curvatureProgram,
  'gauss-newton': gaussNewtonCurvatureProgram,
};

/** The Hessians of the mean loss of several models over the first `samples` training samples. */
export interface HessianProblem {
  /** Which matrices are meant; Hessians where it is left out. */
  readonly matrix?: CurvatureMatrix;
  readonly context: CellContext;
  readonly models: readonly ModelWeights[];
  readonly samples: number;
}

/**
 * Bytes of one layer's activations up to which models share a call: small models gain by it, while what does not fit into
 * the second-level cache loses (64-64-64-10, ten vectors: 186 us a vector packed, 166 alone).
 */
const mostSharedBytes = 2_000_000;

/** Whether the models of a problem share a call with `vectors` vectors. */
function sharesCall({ context, models, samples }: HessianProblem, vectors: number): boolean {
  return 4 * models.length * vectors * samples * context.network.widestLayer <= mostSharedBytes;
}

/** Exact products Hv, each model with vectors of its own. Models that are done stay in a call that all share. */
export function hessianProduct(problem: HessianProblem): BatchedProduct {
  return async (vectors, isWanted) => {
    if (sharesCall(problem, vectors[0]?.length ?? 0)) return multiply(problem, vectors);
    const results: Float32Array[][] = [];
    for (const [s, model] of problem.models.entries()) {
      const own = [vectors[s] as readonly ArrayLike<number>[]];
      const isDone = isWanted?.[s] === false;
      results.push(...(isDone ? [[]] : await multiply({ ...problem, models: [model] }, own)));
    }
    return results;
  };
}

/** Exact second derivatives v'Hv, all models along the same vectors. Models that are done stay in a call that all share. */
export function hessianCurvature(problem: HessianProblem): BatchedCurvature {
  return async (vectors, isWanted) => {
    if (sharesCall(problem, vectors.length)) return curve(problem, vectors);
    const results: number[][] = [];
    for (const [s, model] of problem.models.entries()) {
      const isDone = isWanted?.[s] === false;
      results.push(...(isDone ? [[]] : await curve({ ...problem, models: [model] }, vectors)));
    }
    return results;
  };
}

/** K products for each of S models. */
async function multiply(
  problem: HessianProblem,
  vectors: readonly (readonly ArrayLike<number>[])[],
): Promise<Float32Array[][]> {
  const { matrix = 'hessian' } = problem;
  const { network, executor, objective } = problem.context;
  const size = network.parameterCount;
  const batch = { models: problem.models.length, vectors: vectors[0]?.length ?? 0 };
  const flat = new Float32Array(batch.models * batch.vectors * size);
  vectors.flat().forEach((v, i) => {
    flat.set(v, i * size);
  });
  const rows = tensor([batch.models, batch.vectors, 1, size], flat);
  const products = await meanOverSamples(problem, batch, async (shape, inputs) => {
    const program = await executor.program(keyOf(`${matrix}-vector`, problem, batch, shape), () =>
      vectorPrograms[matrix](network, batch, { ...shape, objective }),
    );
    const result = await program.run({ ...inputs, vectors: rows });
    return (result['products'] as Tensor).data as Float32Array;
  });
  const at = (s: number, k: number) => (s * batch.vectors + k) * size;
  return vectors.map((of, s) => of.map((_, k) => products.subarray(at(s, k), at(s, k) + size)));
}

/** v'Hv of S models along K vectors. */
async function curve(
  problem: HessianProblem,
  vectors: readonly Float32Array[],
): Promise<number[][]> {
  const { matrix = 'hessian' } = problem;
  const { network, executor, objective } = problem.context;
  const size = network.parameterCount;
  const batch = { models: problem.models.length, vectors: vectors.length };
  const flat = new Float32Array(batch.vectors * size);
  vectors.forEach((v, k) => {
    flat.set(v, k * size);
  });
  const rows = tensor([1, batch.vectors, 1, size], flat);
  const values = await meanOverSamples(problem, batch, async (shape, inputs) => {
    const program = await executor.program(
      keyOf(`${matrix}-curvature`, problem, batch, shape),
      () => curvaturePrograms[matrix](network, batch, { ...shape, objective }),
    );
    const result = await program.run({ ...inputs, vectors: rows });
    return (result['curvatures'] as Tensor).data as Float32Array;
  });
  return problem.models.map((_, s) =>
    Array.from(values.subarray(s * batch.vectors, (s + 1) * batch.vectors)),
  );
}

interface CallBatch {
  readonly models: number;
  readonly vectors: number;
}

interface CallShape {
  readonly samples: number;
  readonly inputs: number;
  readonly classes: number;
}

/** The mean over the samples of what a call gives for some of them: one call where all fit. */
async function meanOverSamples(
  { context, models, samples }: HessianProblem,
  batch: CallBatch,
  call: (shape: CallShape, inputs: Record<string, Tensor>) => Promise<Float32Array>,
): Promise<Float32Array> {
  const { inputs, classes } = context;
  const weights = withVectorAxis({ ...stackModels(models) });
  const chunks = sampleChunks(context, samples, batch.models * batch.vectors);
  const results: { readonly part: number; readonly values: Float32Array }[] = [];
  for (const [from, to] of chunks) {
    const { x, targets } = samplesBetween(context.measured, from, to);
    const values = await call({ samples: to - from, inputs, classes }, { ...weights, x, targets });
    results.push({ part: (to - from) / samples, values });
  }
  const [only] = results;
  if (results.length === 1 && only) return only.values;
  const total = new Float64Array(only?.values.length ?? 0);
  for (const { part, values } of results)
    values.forEach((value, i) => {
      total[i] = (total[i] as number) + part * value;
    });
  return Float32Array.from(total);
}

/** Rows [S, 1, n] as [S, 1, 1, n]: the vectors of a call go along the second axis. */
function withVectorAxis(stack: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(stack).map(([name, { shape, data }]) => {
      const [models, , size] = shape as [number, number, number];
      return [name, tensor([models, 1, 1, size], data)];
    }),
  );
}

function keyOf(
  kind: string,
  { context }: HessianProblem,
  { models, vectors }: CallBatch,
  { samples }: CallShape,
): string {
  return `${kind} ${context.network.key} ${context.objective.key} models=${models} vectors=${vectors} samples=${samples}`;
}
