/** Float64 loops for every op: slow and plain, the oracle that other executors are compared with. */
import type { NodeOf } from '../graph';
import type { OpName } from '../ops';
import { errorFunction } from '../special-functions';
import { sizeOf, stridesOf, type Shape } from '../tensor';
import { convolution } from './reference-convolution';
import { broadcastOffsets, offsets, type Value } from './reference-values';

type Kernel<N extends OpName> = (
  node: NodeOf<N>,
  inputs: readonly Value[],
) => Float64Array | Int32Array;

const first = (inputs: readonly Value[]): Value => inputs[0] as Value;
const second = (inputs: readonly Value[]): Value => inputs[1] as Value;

const unary = <N extends OpName>(f: (x: number) => number): Kernel<N> => {
  return (_, inputs) => Float64Array.from(first(inputs).data, f);
};

const binary = <N extends OpName>(f: (a: number, b: number) => number): Kernel<N> => {
  return (node, inputs) => {
    const [a, b] = inputs as readonly [Value, Value];
    const i = broadcastOffsets(node.shape, a.shape);
    const j = broadcastOffsets(node.shape, b.shape);
    return Float64Array.from(i, (at, k) =>
      f(a.data[at] as number, b.data[j[k] as number] as number),
    );
  };
};

/** Picks elements: result[k] = x[offset[k]]. */
function pick(x: Value, at: Int32Array): Float64Array | Int32Array {
  const result =
    x.data instanceof Int32Array ? new Int32Array(at.length) : new Float64Array(at.length);
  for (let k = 0; k < at.length; k++) result[k] = x.data[at[k] as number] as number;
  return result;
}

/** Applies `f` to each row along the last axis. */
function rows(x: Value, width: number, f: (row: Float64Array, index: number) => void): void {
  for (let r = 0; r * width < x.data.length; r++)
    f(Float64Array.from(x.data.subarray(r * width, (r + 1) * width)), r);
}

function logSoftmaxRow(row: Float64Array): Float64Array {
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = row.reduce((sum, v) => sum + Math.exp(v - largest), 0);
  return row.map((v) => v - largest - Math.log(total));
}

const alongLastAxis = <N extends OpName>(f: (row: Float64Array) => Float64Array): Kernel<N> => {
  return (_, inputs) => {
    const x = first(inputs);
    const width = x.shape.at(-1) as number;
    const result = new Float64Array(x.data.length);
    rows(x, width, (row, r) => {
      result.set(f(row), r * width);
    });
    return result;
  };
};

function matmul(node: NodeOf<'matmul'>, [a, b]: readonly Value[]): Float64Array {
  const { transposeA, transposeB } = node.params;
  const x = a as Value;
  const y = b as Value;
  const m = node.shape.at(-2) as number;
  const n = node.shape.at(-1) as number;
  const k = x.shape.at(transposeA ? -2 : -1) as number;
  const batch = node.shape.slice(0, -2);
  const xAt = broadcastOffsets(batch, x.shape.slice(0, -2));
  const yAt = broadcastOffsets(batch, y.shape.slice(0, -2));
  const result = new Float64Array(sizeOf(node.shape));
  for (let s = 0; s < sizeOf(batch); s++) {
    const xBase = (xAt[s] as number) * m * k;
    const yBase = (yAt[s] as number) * k * n;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let total = 0;
        for (let p = 0; p < k; p++) {
          const left = x.data[xBase + (transposeA ? p * m + i : i * k + p)] as number;
          const right = y.data[yBase + (transposeB ? j * k + p : p * n + j)] as number;
          total += left * right;
        }
        result[(s * m + i) * n + j] = total;
      }
    }
  }
  return result;
}

/** Offsets of a block of `shape` inside a larger array of shape `whole`, shifted on one axis. */
function blockOffsets(shape: Shape, whole: Shape, at: { axis: number; start: number }): Int32Array {
  const strides = stridesOf(whole);
  return offsets(shape, strides).map((o) => o + at.start * (strides[at.axis] as number));
}

function place(
  result: Float64Array | Int32Array,
  whole: Shape,
  part: Value,
  at: { axis: number; start: number },
): void {
  blockOffsets(part.shape, whole, at).forEach((o, k) => {
    result[o] = part.data[k] as number;
  });
}

export const referenceKernels: { readonly [N in Exclude<OpName, 'input'>]: Kernel<N> } = {
  constant: (node) => Float64Array.from(node.params.values),
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  tanh: unary(Math.tanh),
  relu: unary((x) => (x > 0 ? x : x <= 0 ? 0 : NaN)),
  step: unary((x) => (x > 0 ? 1 : 0)),
  erf: unary(errorFunction),
  maximum: binary((a, b) => (Number.isNaN(a) || a >= b ? a : b)),
  atLeast: binary((a, b) => (a >= b ? 1 : 0)),
  conv2d: convolution,
  conv2dInput: convolution,
  conv2dWeight: convolution,
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  matmul,
  softmax: alongLastAxis((row) => logSoftmaxRow(row).map(Math.exp)),
  logSoftmax: alongLastAxis(logSoftmaxRow),
  transpose: (node, inputs) => {
    const strides = stridesOf(first(inputs).shape);
    return pick(
      first(inputs),
      offsets(
        node.shape,
        node.params.permutation.map((axis) => strides[axis] as number),
      ),
    );
  },
  reshape: (_, inputs) => first(inputs).data,
  broadcast: (node, inputs) =>
    pick(first(inputs), broadcastOffsets(node.shape, first(inputs).shape)),
  sum: (node, inputs) => {
    const result = new Float64Array(sizeOf(node.shape));
    broadcastOffsets(first(inputs).shape, node.shape).forEach((o, k) => {
      result[o] = (result[o] as number) + (first(inputs).data[k] as number);
    });
    return result;
  },
  slice: (node, inputs) =>
    pick(first(inputs), blockOffsets(node.shape, first(inputs).shape, node.params)),
  pad: (node, inputs) => {
    const result = new Float64Array(sizeOf(node.shape));
    place(result, node.shape, first(inputs), { axis: node.params.axis, start: node.params.before });
    return result;
  },
  concat: (node, inputs) => {
    const result =
      node.dtype === 'int'
        ? new Int32Array(sizeOf(node.shape))
        : new Float64Array(sizeOf(node.shape));
    let start = 0;
    for (const x of inputs) {
      place(result, node.shape, x, { axis: node.params.axis, start });
      start += x.shape[node.params.axis] as number;
    }
    return result;
  },
  gather: (node, inputs) => {
    const width = sizeOf(first(inputs).shape.slice(1));
    const at = new Int32Array(sizeOf(node.shape)).map(
      (_, k) => (second(inputs).data[Math.floor(k / width)] as number) * width + (k % width),
    );
    return pick(first(inputs), at);
  },
  scatterAdd: (node, inputs) => {
    const width = sizeOf(node.shape.slice(1));
    const result = new Float64Array(sizeOf(node.shape));
    second(inputs).data.forEach((v, k) => {
      const at = (first(inputs).data[Math.floor(k / width)] as number) * width + (k % width);
      result[at] = (result[at] as number) + v;
    });
    return result;
  },
  crossEntropy: (node, inputs) => {
    const classes = first(inputs).shape.at(-1) as number;
    const full = [...node.shape, classes];
    const z: Value = {
      shape: full,
      data: pick(first(inputs), broadcastOffsets(full, first(inputs).shape)),
    };
    const targets = broadcastOffsets(full, second(inputs).shape);
    const result = new Float64Array(sizeOf(node.shape));
    rows(z, classes, (row, r) => {
      // A target of 0 adds nothing even where the log probability is -infinity.
      logSoftmaxRow(row).forEach((v, c) => {
        const target = second(inputs).data[targets[r * classes + c] as number] as number;
        if (target !== 0 || Number.isNaN(v)) result[r] = (result[r] as number) - target * v;
      });
    });
    return result;
  },
  argMax: (node, inputs) => {
    const result = new Int32Array(sizeOf(node.shape));
    rows(first(inputs), first(inputs).shape.at(-1) as number, (row, r) => {
      result[r] = row.indexOf(row.reduce((a, b) => (b > a ? b : a)));
    });
    return result;
  },
};
