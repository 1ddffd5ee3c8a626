/** A model that may be the one that weights are of, as far as their shapes tell. */
import type { z } from 'zod';
import type { NetworkBorder } from '#shared/domain/model-size';
import type { modelSchema } from '#shared/domain/model-spec';
import { isCounter, roleOf } from './tensor-names';
import type { NamedShape } from './match-tensors';

type ProposedModel = z.input<typeof modelSchema>;
type ProposedLayer = Extract<ProposedModel, { family: 'sequential' }>['layers'][number];

const layerOf = (name: string) => name.slice(0, Math.max(0, name.lastIndexOf('.')));

/** What programs put before every name when they wrap a model: `module.`, `_orig_mod.`, `model.`, one after another. */
function wrapperOf(tensors: readonly NamedShape[]): string {
  const [prefix = ''] = /^(?:(?:module|_orig_mod|model)\.)*/.exec(tensors[0]?.name ?? '') ?? [];
  return tensors.every(({ name }) => name.startsWith(prefix)) ? prefix : '';
}

/**
 * A chain of layers with the names and shapes of the tensors; null where they are none of a plain network (attention, embeddings, shortcuts
 * that branch off cannot be told from shapes, and are not looked for).
 *
 * A file of weights does not hold activations, strides and poolings: after each hidden layer ReLU is put, kernels of odd size are padded,
 * and poolings of 2 x 2 stand after the last convolutions as often as the first linear layer asks for. It is a draft to correct.
 * @param tensors - in the order of the layers
 */
export function proposeModel(
  tensors: readonly NamedShape[],
  { sample, classes }: NetworkBorder,
): ProposedModel | null {
  const prefix = wrapperOf(tensors);
  const groups = Map.groupBy(
    tensors.filter(({ name }) => !isCounter(name)),
    ({ name }) => layerOf(name.slice(prefix.length)),
  );
  const layers: ProposedLayer[] = [];
  let channels: number | null = sample.kind === 'image' ? sample.channels : null;
  let isRow = sample.kind !== 'image';
  for (const [name, parts] of groups) {
    const partOf = (role: string) => parts.find((part) => roleOf(part.name) === role);
    const shape = partOf('weight')?.shape ?? [];
    const bias = partOf('bias') !== undefined;
    if (name === '') return null;
    if (shape.length === 4) {
      const [out = 0, inputs, kernel = 0, width] = shape;
      if (isRow || inputs !== channels || kernel !== width) return null;
      layers.push({ layer: 'convolution', name, out, kernel, padding: (kernel - 1) >> 1, bias });
      layers.push({ layer: 'activation', kind: 'relu' });
      channels = out;
    } else if (shape.length === 2) {
      const [out = 0, inputs = 0] = shape;
      if (!isRow) layers.push(...intoRow(layers, inputs, { channels: channels ?? 1, sample }));
      isRow = true;
      layers.push({ layer: 'linear', name, out, bias }, { layer: 'activation', kind: 'relu' });
    } else if (shape.length === 1) {
      const kind = partOf('running_mean') ? 'batch' : 'layer';
      // A norm comes before the activation.
      const at = layers.at(-1)?.layer === 'activation' ? -1 : layers.length;
      layers.splice(at, 0, { layer: 'norm', name, kind });
    } else return null;
  }
  if (layers.at(-1)?.layer === 'activation') layers.pop();
  const last = layers.at(-1);
  return last?.layer === 'linear' && last.out === classes ? { family: 'sequential', layers } : null;
}

/** From images to the row that a linear layer reads: pools after the last convolutions, and flattens or takes the mean. */
function intoRow(
  layers: ProposedLayer[],
  inputs: number,
  { channels, sample }: { channels: number; sample: NetworkBorder['sample'] },
): ProposedLayer[] {
  const extents = sample.kind === 'image' ? sample : { height: 1, width: 1 };
  if (inputs === channels && layers.length > 0) return [{ layer: 'average-pool' }];
  const convolutions = layers.flatMap(({ layer }, i) => (layer === 'convolution' ? [i] : []));
  let { height, width } = extents;
  let pools = 0;
  while (height * width * channels > inputs && pools < convolutions.length) {
    [height, width] = [height >> 1, width >> 1];
    pools += 1;
  }
  for (const start of convolutions.slice(convolutions.length - pools).reverse()) {
    const activation = layers.findIndex(({ layer }, i) => i > start && layer === 'activation');
    layers.splice(activation + 1, 0, { layer: 'max-pool', size: 2 });
  }
  return [{ layer: 'flatten' }];
}
