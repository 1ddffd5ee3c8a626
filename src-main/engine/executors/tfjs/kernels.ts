/** One rule per op: which forward kernels of TensorFlow.js compute it. A rule returns a tensor of its own, never an operand. */
import type { NodeOf } from '../../graph';
import type { OpName } from '../../ops';
import { convolve } from './convolution';
import { broadcast, multiply, reshape } from './stacks';
import type { KernelRunner, TfTensor } from './tensorflow';

type KernelRule<N extends OpName> = (
  kernels: KernelRunner,
  node: NodeOf<N>,
  inputs: readonly TfTensor[],
  /** Distinguishes the node within its program. */
  key: string,
) => TfTensor;

const unary =
  <N extends OpName>(kernel: string, attributes: object = {}): KernelRule<N> =>
  (kernels, _, [x]) =>
    kernels.run(kernel, { x: x as TfTensor }, attributes);
const binary =
  <N extends OpName>(kernel: string): KernelRule<N> =>
  (kernels, _, [a, b]) =>
    kernels.run(kernel, { a: a as TfTensor, b: b as TfTensor });

export const kernelRules: { readonly [N in Exclude<OpName, 'input'>]: KernelRule<N> } = {
  constant: (kernels, { params: { values }, shape }, _, key) =>
    kernels.run('Identity', {
      x: kernels.kept(key, () => ({ values, shape, type: 'float32' })),
    }),
  neg: unary('Neg'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  tanh: unary('Tanh'),
  relu: unary('Relu'),
  step: unary('Step', { alpha: 0 }),
  erf: unary('Erf'),
  maximum: binary('Maximum'),
  atLeast: (kernels, _, [a, b]) => {
    const x = kernels.run('GreaterEqual', { a: a as TfTensor, b: b as TfTensor });
    return kernels.run('Cast', { x }, { dtype: 'float32' });
  },
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Multiply'),
  div: binary('RealDiv'),
  matmul: (kernels, { params }, [a, b]) => multiply(kernels, a as TfTensor, b as TfTensor, params),
  conv2d: convolve,
  conv2dInput: convolve,
  conv2dWeight: convolve,
  transpose: (kernels, { params }, [x]) =>
    kernels.run('Transpose', { x: x as TfTensor }, { perm: [...params.permutation] }),
  reshape: (kernels, { shape }, [x]) => reshape(kernels, x as TfTensor, shape),
  broadcast: (kernels, { shape }, [x]) => broadcast(kernels, x as TfTensor, shape),
  sum: (kernels, { params }, [x]) =>
    kernels.run('Sum', { x: x as TfTensor }, { axis: [...params.axes], keepDims: true }),
  slice: (kernels, { params: { axis, start }, shape }, [x]) =>
    kernels.run(
      'Slice',
      { x: x as TfTensor },
      { begin: shape.map((_, i) => (i === axis ? start : 0)), size: [...shape] },
    ),
  pad: (kernels, { params: { axis, before, after }, shape }, [x]) =>
    kernels.run(
      'PadV2',
      { x: x as TfTensor },
      { paddings: shape.map((_, i) => (i === axis ? [before, after] : [0, 0])), constantValue: 0 },
    ),
  concat: (kernels, { params }, inputs) => kernels.run('Concat', inputs, { axis: params.axis }),
  gather: (kernels, _, [x, indices]) =>
    kernels.run(
      'GatherV2',
      { x: x as TfTensor, indices: indices as TfTensor },
      { axis: 0, batchDims: 0 },
    ),
  scatterAdd: (kernels, { shape }, [indices, updates]) => {
    const places = (indices as TfTensor).shape;
    return kernels.run(
      'ScatterNd',
      {
        indices: reshape(kernels, indices as TfTensor, [...places, 1]),
        updates: updates as TfTensor,
      },
      { shape: [...shape] },
    );
  },
  softmax: (kernels, { shape }, [logits]) =>
    kernels.run('Softmax', { logits: logits as TfTensor }, { dim: shape.length - 1 }),
  logSoftmax: (kernels, _, [x]) => logSoftmax(kernels, x as TfTensor),
  crossEntropy: (kernels, { shape }, [logits, targets]) => {
    const a = logSoftmax(kernels, logits as TfTensor);
    const x = kernels.run('Multiply', { a, b: targets as TfTensor });
    const total = kernels.run('Sum', { x }, { axis: [shape.length], keepDims: false });
    return kernels.run('Neg', { x: total });
  },
  argMax: (kernels, { shape }, [x]) =>
    kernels.run('ArgMax', { x: x as TfTensor }, { axis: shape.length }),
};

/** x - max - log sum exp(x - max) over the last axis. */
function logSoftmax(kernels: KernelRunner, x: TfTensor): TfTensor {
  const last = x.shape.length - 1;
  const largest = kernels.run('Max', { x }, { reductionIndices: [last], keepDims: true });
  const a = kernels.run('Sub', { a: x, b: largest });
  const powers = kernels.run('Exp', { x: a });
  const total = kernels.run('Sum', { x: powers }, { axis: [last], keepDims: true });
  return kernels.run('Sub', { a, b: kernels.run('Log', { x: total }) });
}
