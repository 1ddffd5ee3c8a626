/** Where in a network images become rows: what order the numbers of a row have is a convention, and programs differ in it. */
import type { NetworkBorder } from './model-size';
import type { ModelSpec } from './model-spec';
import { placeLayers } from './sequential-layers';

/** `channel`: channel by channel, as PyTorch flattens; `pixel`: pixel by pixel, as images with channels last lie. */
export type RowOrder = 'channel' | 'pixel';

/** A layer that reads a row which was an image. */
export interface FlattenedReader {
  /** Its parameters are `<name>.weight` and so on. */
  readonly name: string;
  /** Axis of its tensors that counts the numbers of the row: of a linear layer the second of its weight, of a norm the only one of all. */
  readonly axis: 0 | 1;
  readonly pixels: number;
  readonly channels: number;
}

/** The order of rows in a model's own network, and the layers that read such a row; none where images shrink to one pixel. */
export interface Flattening {
  readonly order: RowOrder;
  readonly readers: readonly FlattenedReader[];
}

/** Where a model makes a row of an image, by its spec. Never throws. */
export function flatteningOf(model: ModelSpec, border: NetworkBorder): Flattening {
  if (model.family === 'sequential') return { order: 'channel', readers: readersOf(model, border) };
  if (model.family !== 'vgg' || border.sample.kind !== 'image')
    return { order: 'pixel', readers: [] };
  let { height, width } = border.sample;
  for (let pooling = 0; pooling < 5 && Math.min(height, width) >= 2; pooling++)
    [height, width] = [Math.floor(height / 2), Math.floor(width / 2)];
  const pixels = height * width;
  const readers = [{ name: 'fc', axis: 1, pixels, channels: 8 * model.width } as const];
  return { order: 'pixel', readers: pixels === 1 ? [] : readers };
}

function readersOf(
  model: Extract<ModelSpec, { family: 'sequential' }>,
  border: NetworkBorder,
): FlattenedReader[] {
  const readers: FlattenedReader[] = [];
  let image: { readonly pixels: number; readonly channels: number } | null = null;
  for (const { layer, before } of placeLayers(model.layers, border).placed) {
    if (layer.layer === 'flatten' && before.length === 3) {
      const [height, width, channels] = before;
      image = height * width === 1 || channels === 1 ? null : { pixels: height * width, channels };
    } else if (image && layer.layer === 'norm') {
      readers.push({ name: layer.name, axis: 0, ...image });
    } else if (layer.layer === 'linear') {
      if (image) readers.push({ name: layer.name, axis: 1, ...image });
      image = null;
    }
  }
  return readers;
}
