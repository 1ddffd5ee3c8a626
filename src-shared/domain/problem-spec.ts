/**
 * Problems: differential equations that a network solves, in the place of a data set. Their samples are collocation points, their
 * settings the coefficients of the equation, and the error against the exact solution takes the place of accuracy.
 */
import { z } from 'zod';

const whole = (least: number, most: number) => z.number().int().min(least).max(most);
const seed = whole(0, 0xffffffff);
const weight = z.number().min(0).max(1e6);

/** A setting of data sets that a problem has no use for: 0 is all that it may be. */
const unused = (why: string) =>
  z.custom<0>((value) => value === 0, { error: `must be 0 for a problem: ${why}` }).default(0);

const common = {
  fraction: z.number().gt(0).max(1).default(1),
  labelNoise: unused('it has no labels'),
  pixelNoise: unused('its points are exact'),
  noiseSeed: seed.default(12345),
  /** Collocation points to train on. */
  points: whole(1, 10_000_000).default(1024),
  /** How they lie: evenly, by an additive recurrence with a random start, or drawn one by one. */
  sampling: z.enum(['even', 'random']).default('even'),
  dataSeed: seed.default(0),
};

const evolution = {
  ...common,
  /** Test points along each coordinate: the middles of so many parts. */
  grid: whole(2, 1000).default(32),
  initialWeight: weight.default(1),
  boundaryWeight: weight.default(1),
};

const poisson = {
  ...common,
  /** Half waves of the exact solution along each coordinate. */
  frequency: whole(1, 20).default(1),
  formulation: z.enum(['deep-ritz', 'deep-galerkin']).default('deep-ritz'),
  boundary: z.enum(['exact', 'penalty']).default('exact'),
  /** Of the penalty; an exact boundary has none. */
  boundaryWeight: weight.default(500),
};

/** Every problem's schema, by its name. */
export const problemSchemas = {
  convection: z.strictObject({
    name: z.literal('convection'),
    ...evolution,
    beta: z.number().min(-1000).max(1000).default(1),
  }),
  reaction: z.strictObject({
    name: z.literal('reaction'),
    ...evolution,
    rho: z.number().min(-100).max(100).default(1),
  }),
  'poisson-1d': z.strictObject({
    name: z.literal('poisson-1d'),
    ...poisson,
    grid: whole(2, 10000).default(128),
  }),
  'poisson-2d': z.strictObject({
    name: z.literal('poisson-2d'),
    ...poisson,
    grid: whole(2, 1000).default(32),
  }),
} as const;

type ProblemName = keyof typeof problemSchemas;
export type ProblemSpec = z.output<(typeof problemSchemas)[ProblemName]>;

/** Whether a data set's name is that of a problem. Never throws. */
export function isProblemName(name: unknown): name is ProblemName {
  return typeof name === 'string' && Object.hasOwn(problemSchemas, name);
}

/** Whether the settings of a data set are those of a problem. Never throws. */
export function isProblem<D extends { readonly name: string }>(
  dataset: D,
): dataset is Extract<D, ProblemSpec> {
  return isProblemName(dataset.name);
}
