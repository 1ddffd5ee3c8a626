/** The layers of a network that is written down as a chain, and how the extents of a sample change along it. */
import { z } from 'zod';
import type { NetworkBorder } from './model-size';

const whole = (least: number, most: number) => z.number().int().min(least).max(most);

/** Longest chain, and most channels or features of a layer. */
const mostLayers = 1000;
const mostOutputs = 65_536;

/** Parameters are called `<name>.weight`, as in a state dict. */
const name = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/,
    'must be letters, digits, dashes and underscores, with dots between',
  )
  .max(100);
const bias = z.boolean().default(true);
const out = whole(1, mostOutputs);

/** One layer; images are meant as PyTorch means them, whatever order they are kept in. */
export const sequentialLayerSchema = z.discriminatedUnion('layer', [
  z.strictObject({
    layer: z.literal('convolution'),
    name,
    out,
    kernel: whole(1, 64),
    stride: whole(1, 64).default(1),
    padding: whole(0, 64).default(0),
    bias,
  }),
  z.strictObject({
    layer: z.literal('norm'),
    name,
    /** `layer`: over all of a sample with a scale for each channel, which is PyTorch's group norm of one group. */
    kind: z.enum(['batch', 'layer', 'group']),
    /** Of group norm; by default the largest divisor of the channels up to 8. */
    groups: out.optional(),
    /** Added to variances before their square root. */
    epsilon: z.number().gt(0).max(1).default(1e-5),
  }),
  z.strictObject({
    layer: z.literal('activation'),
    kind: z.enum(['relu', 'tanh', 'gelu', 'gelu-tanh']).default('relu'),
  }),
  /** Blocks of size x size pixels that do not overlap; rows and columns left over are dropped. */
  z.strictObject({ layer: z.literal('max-pool'), size: whole(2, 16).default(2) }),
  /** The mean of every channel over all pixels, as a row. */
  z.strictObject({ layer: z.literal('average-pool') }),
  /** An image as a row, channel by channel, as PyTorch flattens. */
  z.strictObject({ layer: z.literal('flatten') }),
  z.strictObject({ layer: z.literal('linear'), name, out, bias }),
]);
export type SequentialLayer = z.output<typeof sequentialLayerSchema>;

export const sequentialLayersSchema = z
  .array(sequentialLayerSchema)
  .min(1)
  .max(mostLayers)
  .superRefine((layers, context) => {
    const seen = new Set<string>();
    for (const [index, layer] of layers.entries()) {
      if (!('name' in layer)) continue;
      if (seen.has(layer.name))
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: 'must differ from the names of the other layers',
        });
      seen.add(layer.name);
    }
  });

/** Extents of a sample between two layers: a row of features, or height, width and channels of an image. */
export type SampleExtents = readonly [number] | readonly [number, number, number];

export interface PlacedLayer {
  readonly layer: SequentialLayer;
  readonly before: SampleExtents;
  readonly after: SampleExtents;
}

/** Why a layer cannot stand where it stands. */
export interface MisplacedLayer {
  /** Position in the chain. */
  readonly index: number;
  readonly rule: string;
  readonly got: string;
  readonly fix: string;
}

/** The extents in which a chain of layers is given a sample: images as images, all else as a row. Never throws. */
export function startOfLayers({ sample, inputs }: NetworkBorder): SampleExtents {
  if (sample.kind === 'image') return [sample.height, sample.width, sample.channels];
  return [sample.kind === 'points' ? sample.coordinates : inputs];
}

/**
 * Every layer with the extents before and after it, up to the first that cannot stand where it stands.
 * @returns that one as `misplaced`; null where the chain leads from the samples to one number for each class. Never throws.
 */
export function placeLayers(
  layers: readonly SequentialLayer[],
  border: NetworkBorder,
): { readonly placed: readonly PlacedLayer[]; readonly misplaced: MisplacedLayer | null } {
  const placed: PlacedLayer[] = [];
  let before = startOfLayers(border);
  for (const [index, layer] of layers.entries()) {
    const after = extentsAfter(layer, before);
    if ('rule' in after) return { placed, misplaced: { index, ...after } };
    placed.push({ layer, before, after });
    before = after;
  }
  const { classes } = border;
  if (before.length === 1 && before[0] === classes) return { placed, misplaced: null };
  const rule = `must leave a row of ${classes} numbers, one for each class`;
  const fix = `end with a linear layer of ${classes} outputs`;
  return {
    placed,
    misplaced: { index: layers.length - 1, rule, got: describeExtents(before), fix },
  };
}

type Misplacement = Omit<MisplacedLayer, 'index'>;

function extentsAfter(layer: SequentialLayer, before: SampleExtents): SampleExtents | Misplacement {
  switch (layer.layer) {
    case 'convolution': {
      if (before.length === 1) return needsImage(before);
      const [height, width] = before;
      const { kernel, stride, padding, out: channels } = layer;
      const reach = Math.min(height, width) + 2 * padding;
      if (reach < kernel)
        return {
          rule: `must have a kernel that fits into the padded image of ${reach} pixels`,
          got: `${kernel} x ${kernel}`,
          fix: 'use a smaller kernel, more padding or fewer reductions before it',
        };
      const along = (extent: number) => Math.floor((extent + 2 * padding - kernel) / stride) + 1;
      return [along(height), along(width), channels];
    }
    case 'norm': {
      const channels = before.at(-1) as number;
      const { groups } = layer;
      if (groups === undefined) return before;
      if (layer.kind !== 'group')
        return { rule: `must have no groups`, got: layer.kind, fix: 'leave them out' };
      if (channels % groups === 0) return before;
      const rule = `must have groups that divide the ${channels} channels`;
      return { rule, got: String(groups), fix: 'use a divisor' };
    }
    case 'activation':
      return before;
    case 'max-pool': {
      if (before.length === 1) return needsImage(before);
      const [height, width, channels] = before;
      const { size } = layer;
      if (Math.min(height, width) >= size)
        return [Math.floor(height / size), Math.floor(width / size), channels];
      const rule = `must find a block of ${size} x ${size} pixels`;
      return { rule, got: describeExtents(before), fix: 'pool less often, or smaller blocks' };
    }
    case 'average-pool':
      return before.length === 1 ? needsImage(before) : [before[2]];
    case 'flatten':
      return [before.reduce((product, extent) => product * extent, 1)];
    case 'linear':
      if (before.length === 1) return [layer.out];
      return {
        rule: 'must be given a row of features',
        got: describeExtents(before),
        fix: 'put a flatten or an average-pool before it',
      };
    default:
      return layer satisfies never;
  }
}

function needsImage(before: SampleExtents): Misplacement {
  return {
    rule: 'must be given images',
    got: describeExtents(before),
    fix: 'leave it out, or use a data set of images',
  };
}

function describeExtents(extents: SampleExtents): string {
  if (extents.length === 1) return `a row of ${extents[0]} features`;
  const [height, width, channels] = extents;
  return `images of ${height} x ${width} pixels and ${channels} channels`;
}
