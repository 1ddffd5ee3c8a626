/** Hutch++: the trace of the largest part of a matrix exactly, of what is left by Hutchinson's estimate. */
import type { BatchedProduct } from './extremes';
import { meanAndError, probesPerCall, rademacher, type TraceEstimate } from './hutchinson';
import { orthonormalBasis, removeParts } from './orthonormal';
import { dot } from './vectors';

/** How many products a third of the budget is: at least two, so that the residual part has a standard error. */
export function thirdOf(products: number): number {
  return Math.max(2, Math.floor(products / 3));
}

/**
 * Trace of each of S symmetric matrices with some `products` products each: a third of them gives a basis Q of HS for Rademacher S,
 * a third tr(Q'HQ), and a third the mean of g'(I - QQ')H(I - QQ')g over other Rademacher g.
 *
 * The first part is exact given Q and the probes g do not depend on Q, so the estimate has no bias, and its standard error is that of
 * the residual part: sample standard deviation over sqrt(third). Probes are those of the stream `probe` of `seed`, S first.
 * @param sketch - gives H times each of the shared vectors S, and may look at them
 * Source: Meyer, Musco, Musco and Woodruff 2021; checked in tests/reference/curvature.test.ts
 */
export async function hutchPlusPlus(
  product: BatchedProduct,
  {
    models,
    size,
    seed,
    products,
  }: { models: number; size: number; seed: number; products: number },
  sketch: BatchedProduct = product,
): Promise<TraceEstimate[]> {
  const third = thirdOf(products);
  const probes = (from: number) =>
    Array.from({ length: third }, (_, k) => rademacher(size, seed, from + k));
  const sketched = await multiplyInCalls(
    sketch,
    new Array<Float32Array[]>(models).fill(probes(0)),
    size,
  );
  const bases = sketched.map((own) => orthonormalBasis(own));
  const rotated = await multiplyInCalls(product, bases, size);
  const shared = probes(third);
  const rests = bases.map((basis) =>
    shared.map((probe) => {
      const rest = Float64Array.from(probe);
      removeParts(rest, basis);
      return rest;
    }),
  );
  const pushed = await multiplyInCalls(product, rests, size);
  return bases.map((basis, s) => {
    const exact = sumOfProducts(basis, rotated[s] ?? []).reduce((a, b) => a + b, 0);
    const samples = sumOfProducts(rests[s] ?? [], pushed[s] ?? []).map((rest) => exact + rest);
    const { mean, standardError } = meanAndError(samples);
    return { value: mean, standardError, probes: third, samples };
  });
}

/** v'(Hv) for each vector. */
function sumOfProducts(
  vectors: readonly Float64Array[],
  products: readonly ArrayLike<number>[],
): number[] {
  return vectors.map((v, k) => dot(v, Float64Array.from(products[k] as ArrayLike<number>)));
}

/** Products of each model's own vectors, ten a call; models may have different numbers of them. */
async function multiplyInCalls(
  product: BatchedProduct,
  vectors: readonly (readonly ArrayLike<number>[])[],
  size: number,
): Promise<ArrayLike<number>[][]> {
  const zeros = new Float64Array(size);
  const most = Math.max(...vectors.map((own) => own.length));
  const results: ArrayLike<number>[][] = vectors.map(() => []);
  for (let from = 0; from < most; from += probesPerCall) {
    const width = Math.min(probesPerCall, most - from);
    // A model with fewer vectors is given zeros: the others' call keeps its shape, and what comes of them is not looked at.
    const call = vectors.map((own) =>
      Array.from({ length: width }, (_, k) => own[from + k] ?? zeros),
    );
    const isWanted = vectors.map((own) => from < own.length);
    const products = await product(call, isWanted);
    vectors.forEach((own, s) => {
      if (isWanted[s] === true)
        results[s]?.push(...(products[s] ?? []).slice(0, Math.max(0, own.length - from)));
    });
  }
  return results;
}
