/** The optimiser part of a spec: one schema per method, told apart by `name`. */
import { z } from 'zod';

const whole = (least: number, most: number) => z.number().int().min(least).max(most);
const part = z.number().min(0).lt(1);
const positive = z.number().gt(0).max(1e6);
const amount = z.number().min(0).max(1e6);

export const scheduleSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('constant') }),
  z.strictObject({
    name: z.literal('step'),
    every: whole(1, 100000),
    factor: z.number().gt(0).max(1).default(0.1),
  }),
  z.strictObject({ name: z.literal('cosine'), finalFactor: z.number().min(0).max(1).default(0) }),
  z.strictObject({ name: z.literal('linear'), finalFactor: z.number().min(0).max(1).default(0) }),
  z.strictObject({
    name: z.literal('warm-up'),
    epochs: whole(1, 100000),
    finalFactor: z.number().min(0).max(1).default(0),
  }),
]);

const common = {
  learningRate: positive,
  schedule: scheduleSchema.default({ name: 'constant' }),
};
const descent = {
  ...common,
  momentum: part.default(0),
  nesterov: z.boolean().default(false),
  weightDecay: amount.default(0),
};
const adam = {
  ...common,
  beta1: part.default(0.9),
  beta2: part.default(0.999),
  epsilon: positive.default(1e-8),
};

/** Every method's schema, by its name. */
const optimizerSchemas = {
  sgd: z.strictObject({ name: z.literal('sgd'), ...descent }),
  adam: z.strictObject({ name: z.literal('adam'), ...adam, weightDecay: amount.default(0) }),
  adamw: z.strictObject({ name: z.literal('adamw'), ...adam, weightDecay: amount.default(0.01) }),
  sam: z.strictObject({ name: z.literal('sam'), ...descent, rho: amount.default(0.05) }),
  'entropy-sgd': z.strictObject({
    name: z.literal('entropy-sgd'),
    ...common,
    innerSteps: whole(1, 10000).default(20),
    innerRate: positive.default(0.1),
    noise: amount.default(1e-4),
    averaging: z.number().gt(0).max(1).default(0.75),
    scope: amount.default(0.03),
    scoping: amount.default(1e-3),
    momentum: part.default(0),
    weightDecay: amount.default(0),
  }),
  pal: z.strictObject({
    name: z.literal('pal'),
    // The learning rate is the measuring step mu.
    ...common,
    relaxation: positive.default(1),
    longest: positive.default(3.16),
    momentum: part.default(0),
    weightDecay: amount.default(0),
  }),
} as const;

export const optimizerSchema = z.discriminatedUnion('name', [
  optimizerSchemas.sgd,
  optimizerSchemas.adam,
  optimizerSchemas.adamw,
  optimizerSchemas.sam,
  optimizerSchemas['entropy-sgd'],
  optimizerSchemas.pal,
]);
export type OptimizerSpec = z.output<typeof optimizerSchema>;
