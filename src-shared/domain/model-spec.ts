/** The model part of a spec: one schema per family, told apart by `family`. */
import { z } from 'zod';
import type { SampleKind } from './datasets';
import { sequentialLayersSchema } from './sequential-layers';

const whole = (least: number, most: number) => z.number().int().min(least).max(most);
const width = whole(1, 16384);
const activation = z.enum(['relu', 'tanh', 'gelu', 'gelu-tanh']);
const initialisation = z.enum(['fan-in-uniform', 'he', 'xavier']).default('fan-in-uniform');
/** Rate at which units are dropped while training; 0 drops none. */
const dropout = z.number().min(0).lt(1).default(0);
const imageNorm = z.enum(['none', 'batch', 'layer', 'group']);

/** Depths of residual networks for small images: 18, or 6n + 2. */
const residualDepth = whole(8, 1202).refine((depth) => depth === 18 || depth % 6 === 2, {
  error: 'must be 18, or 6n + 2 such as 20, 32, 44, 56 or 110',
});

/** Every family's schema, by its name. */
const modelSchemas = {
  mlp: z.strictObject({
    family: z.literal('mlp'),
    width,
    depth: whole(1, 64).default(2),
    activation: activation.default('relu'),
    norm: z.enum(['none', 'batch', 'layer']).default('none'),
    initialisation,
    dropout,
  }),
  cnn: z.strictObject({
    family: z.literal('cnn'),
    width,
    depth: whole(1, 8).default(3),
    activation: activation.default('relu'),
    norm: imageNorm.default('none'),
    initialisation,
    dropout,
  }),
  vgg: z.strictObject({
    family: z.literal('vgg'),
    width,
    depth: z.literal(11).default(11),
    activation: activation.default('relu'),
    norm: imageNorm.default('batch'),
    initialisation,
    dropout,
  }),
  resnet: z.strictObject({
    family: z.literal('resnet'),
    width,
    depth: residualDepth.default(18),
    skip: z.boolean().default(true),
    activation: activation.default('relu'),
    norm: imageNorm.default('batch'),
    initialisation,
    dropout,
  }),
  transformer: z.strictObject({
    family: z.literal('transformer'),
    width,
    depth: whole(1, 64).default(1),
    heads: whole(1, 256).default(2),
    /** Width of the two-layer network after each attention, in units of `width`. */
    expansion: whole(1, 64).default(4),
    activation: activation.default('gelu'),
    causal: z.boolean().default(false),
    pooling: z.enum(['last', 'mean']).default('last'),
    initialisation,
    dropout,
  }),
  /** A chain of layers, each written down: what the other families cannot say. */
  sequential: z.strictObject({
    family: z.literal('sequential'),
    layers: sequentialLayersSchema,
    initialisation,
  }),
} as const;

/** What a family's samples must be; null: anything. */
export const neededSample = {
  mlp: null,
  cnn: 'image',
  vgg: 'image',
  resnet: 'image',
  transformer: 'tokens',
  sequential: null,
} as const;

export type ModelFamily = keyof typeof modelSchemas;

/** Whether a family can be trained on samples of that kind. */
export function canRead(family: ModelFamily, sample: SampleKind['kind']): boolean {
  const needed = neededSample[family];
  return needed === null || needed === sample;
}

export const modelSchema = z.discriminatedUnion('family', [
  modelSchemas.mlp,
  modelSchemas.cnn,
  modelSchemas.vgg,
  modelSchemas.resnet,
  modelSchemas.transformer,
  modelSchemas.sequential,
]);

export type ModelSpec = z.output<typeof modelSchema>;
export type ModelSpecOf<F extends ModelFamily> = Extract<ModelSpec, { family: F }>;
