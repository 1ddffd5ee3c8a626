/** Stacks of matrices on kernels that take one leading axis. */
import type { OpParams } from '../../ops';
import { broadcastShapes, sameShape, sizeOf, type Shape } from '../../tensor';
import type { KernelRunner, TfTensor } from './tensorflow';

export function reshape(kernels: KernelRunner, x: TfTensor, shape: Shape): TfTensor {
  return kernels.run('Reshape', { x }, { shape: [...shape] });
}

/** Repeats extents of 1; copies where nothing is to be repeated. */
export function broadcast(kernels: KernelRunner, x: TfTensor, shape: Shape): TfTensor {
  const full = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  const wide = sameShape(full, x.shape) ? x : reshape(kernels, x, full);
  const reps = shape.map((extent, axis) => extent / (full[axis] as number));
  return kernels.run('Tile', { x: wide }, { reps });
}

/** Matrices or stacks of them; the kernel takes one leading axis, of equal extents or of 1. */
export function multiply(
  kernels: KernelRunner,
  a: TfTensor,
  b: TfTensor,
  { transposeA, transposeB }: OpParams['matmul'],
): TfTensor {
  const leads = [a.shape.slice(0, -2), b.shape.slice(0, -2)] as const;
  const lead = broadcastShapes(...leads);
  const stack = (x: TfTensor, own: Shape) => {
    const matrix = x.shape.slice(-2);
    if (sizeOf(own) === 1 || sizeOf(own) === sizeOf(lead))
      return reshape(kernels, x, [sizeOf(own), ...matrix]);
    const full = broadcast(kernels, x, [...lead, ...matrix]);
    return reshape(kernels, full, [sizeOf(lead), ...matrix]);
  };
  const product = kernels.run(
    'BatchMatMul',
    { a: stack(a, leads[0]), b: stack(b, leads[1]) },
    { transposeA, transposeB },
  );
  return reshape(kernels, product, [...lead, ...product.shape.slice(-2)]);
}
