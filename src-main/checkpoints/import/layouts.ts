/** How other programs lay the numbers of a tensor out, and their way into the layout of our networks, which is PyTorch's. */
import type { Flattening, FlattenedReader, RowOrder } from '#shared/domain/flattened';
import type { WeightLayout } from '#shared/domain/imported-weights';
import type { ForeignTensor } from '../foreign/foreign-tensor';
import { roleOf } from './tensor-names';

/** The order of rows that were images, by layout. */
const rowOrders: Readonly<Record<WeightLayout, RowOrder>> = { pytorch: 'channel', keras: 'pixel' };

/**
 * A tensor with its axes in PyTorch's order: of Keras, weights of convolutions come as [height, width, in, out] and those of linear
 * layers as [in, out]. Biases and statistics are the same in both. Never throws.
 */
export function inOurLayout<T extends Pick<ForeignTensor, 'name' | 'shape' | 'data'>>(
  tensor: T,
  layout: WeightLayout,
): T {
  if (layout === 'pytorch' || roleOf(tensor.name) !== 'weight') return tensor;
  if (tensor.shape.length === 4) return permuted(tensor, [3, 2, 0, 1]);
  return tensor.shape.length === 2 ? permuted(tensor, [1, 0]) : tensor;
}

/**
 * The numbers of a parameter where the row that its layer reads has another order in the file than in our network.
 * @param name - of the parameter
 * @param data - as it lies in the file; returned as it is where both orders are the same
 * Never throws.
 */
export function inOurRowOrder(
  { name, shape, data }: Pick<ForeignTensor, 'name' | 'shape' | 'data'>,
  { order, readers }: Flattening,
  layout: WeightLayout,
): Float32Array {
  const reader = readers.find((one) => name.slice(0, name.lastIndexOf('.')) === one.name);
  const isRow = reader?.axis === shape.length - 1;
  if (!reader || !isRow || order === rowOrders[layout]) return data;
  return reordered(data, reader, order);
}

/** Every row of pixels x channels numbers in the other order. */
function reordered(
  data: Float32Array,
  { pixels, channels }: FlattenedReader,
  to: RowOrder,
): Float32Array {
  const size = pixels * channels;
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += size)
    for (let pixel = 0; pixel < pixels; pixel++)
      for (let channel = 0; channel < channels; channel++) {
        const byChannel = start + channel * pixels + pixel;
        const byPixel = start + pixel * channels + channel;
        const [into, from] = to === 'channel' ? [byChannel, byPixel] : [byPixel, byChannel];
        result[into] = data[from] as number;
      }
  return result;
}

/** A tensor with axis `axes[i]` as its i-th. */
function permuted<T extends Pick<ForeignTensor, 'shape' | 'data'>>(
  tensor: T,
  axes: readonly number[],
): T {
  const strides = tensor.shape.map((_, axis) =>
    tensor.shape.slice(axis + 1).reduce((product, extent) => product * extent, 1),
  );
  const shape = axes.map((axis) => tensor.shape[axis] as number);
  const data = new Float32Array(tensor.data.length);
  const place = shape.map(() => 0);
  for (let at = 0; at < data.length; at++) {
    const from = axes.reduce(
      (sum, axis, i) => sum + (place[i] as number) * (strides[axis] as number),
      0,
    );
    data[at] = tensor.data[from] as number;
    for (let i = shape.length - 1; i >= 0; i--) {
      place[i] = (place[i] as number) + 1;
      if ((place[i] as number) < (shape[i] as number)) break;
      place[i] = 0;
    }
  }
  return { ...tensor, shape, data };
}
