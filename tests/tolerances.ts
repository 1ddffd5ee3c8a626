/** Every tolerance of the tests, with its reason. Relative to the largest magnitude expected, unless the name says otherwise. */

/** Float64 loops against PyTorch's float64: rounding of a few thousand operations. */
export const float64Gradient = 1e-10;
/** Float32 kernels against float64: 24-bit rounding, sums of tens of terms. */
export const float32Gradient = 1e-5;
/** Elementary functions of our own kernels, relative to each value: a few units in the last place. */
export const float32Kernel = 5e-7;
/** Second derivatives of deeper networks in float32: rounding of two passes, sums of hundreds of terms. */
export const float32Deep = 2e-5;
/** 25 optimiser steps in float64: rounding grows with the steps. */
export const float64Training = 1e-9;
/** 25 optimiser steps in float32. */
export const float32Training = 2e-5;

/** What one executor may differ by. */
export interface ExecutorTolerances {
  /** One op's value, gradient and second derivatives against the reference. */
  readonly op: number;
  /** Logits, gradients and Hessian-vector products of small networks against PyTorch's float64. */
  readonly gradient: number;
  /** Second derivatives of deeper networks. */
  readonly deep: number;
  /** 25 optimiser steps. */
  readonly training: number;
}
const float32: ExecutorTolerances = {
  op: float32Gradient,
  gradient: float32Gradient,
  deep: float32Deep,
  training: float32Training,
};
export const tolerancesOf: Readonly<Record<string, ExecutorTolerances>> = {
  reference: {
    op: float64Gradient,
    gradient: float64Gradient,
    deep: float64Gradient,
    training: float64Training,
  },
  'onnx-cpu': float32,
  'native-cpu': float32,
  'onnx-cuda': float32,
  'onnx-webgpu': float32,
  'tfjs-node-gpu': float32,
  'tfjs-cpu': float32,
};

/** What an engine may be off by and still be chosen by `auto`. */
export const conformingError = 1e-4;

/** Small dense linear algebra in float64. */
export const denseAlgebra = 1e-9;
/** Statistics of values given in float64. */
export const exactStatistics = 1e-12;
/** Central differences of a float64 function: their own truncation and rounding. */
export const centralDifference = 1e-6;

/** Curvature, logits and losses of imported networks in float32 against float64: what users are promised of an import. */
export const importedCurvature = { relative: 1e-4, digits: 4 } as const;
