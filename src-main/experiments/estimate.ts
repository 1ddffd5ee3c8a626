/** How long tasks take and how much they keep: estimates only, from what this project measured where it can. */
import { fractionCount, type DatasetFacts } from '#shared/domain/datasets';
import { parameterCount, productCount } from '#shared/domain/model-size';
import type { OptimizerSpec } from '#shared/domain/optimizer-spec';
import { largestSeedBlock } from '#shared/domain/seed-pairs';
import { stepsPerEpoch, trajectoryPoints } from '#shared/domain/trajectory';
import type { JobKind } from '../workers/job';
import type { PlannedTask } from './plan';

type Sized = Pick<PlannedTask, 'kind' | 'settings' | 'metric' | 'seeds'> & {
  readonly data: { readonly facts: DatasetFacts };
};

/**
 * Measured on two cores with ONNX Runtime: a training step of a small network costs 20 us of overhead, and arithmetic runs at about 1e11
 * multiplications and additions a second; starting a program costs about 3 ms a task.
 */
const stepOverheadMs = 0.02;
const operationsPerMs = 1e8;
const taskOverheadMs = 3;

/** Measured as the above: CKA of one pair takes 0.7 ms on 640 samples; a distance reads a million weights in 2 ms. */
const ckaSampleMs = 0.7 / 640;
const distancesPerMs = 500_000;

/** Multiplications and additions of one forward and backward pass, per product of the forward pass and sample. */
const trainingOperations = 6;

/** Optimiser steps of one task; 0 where nothing is trained. */
export function optimiserSteps({ kind, metric, settings, data }: Sized): number {
  const samples = fractionCount(data.facts.trainCount, settings.dataset.fraction);
  if (kind === 'train') {
    return settings.training.epochs * stepsPerEpoch(settings.training, samples);
  }
  if (metric?.name === 'mode-connectivity')
    return metric.epochs * Math.ceil(samples / metric.batchSize);
  return 0;
}

/** Gradients that one step looks at, or what costs as much. */
function gradientsPerStep(optimizer: OptimizerSpec): number {
  switch (optimizer.name) {
    case 'sgd':
    case 'adam':
    case 'adamw':
      return 1;
    case 'sam':
      return 2;
    case 'entropy-sgd':
      return optimizer.innerSteps;
    case 'pal':
      // The second loss of the parabola is a forward pass: a third of a gradient.
      return 4 / 3;
    default:
      return optimizer satisfies never;
  }
}

/** Pairs of one task: every pair of one block of seeds, or those across two blocks. */
function pairCount(seeds: number): number {
  return seeds > largestSeedBlock ? (seeds / 2) ** 2 : (seeds * (seeds - 1)) / 2;
}

/** Milliseconds a task is expected to take on one core, before any measurement. Never throws. */
export function defaultCostMs(task: Sized): number {
  const { kind, metric, settings, seeds, data } = task;
  const weights = parameterCount(settings.model, data.facts);
  const products = productCount(settings.model, data.facts);
  const passes = (steps: number, samples: number) =>
    steps * (stepOverheadMs + (trainingOperations * products * samples) / operationsPerMs);
  switch (kind) {
    case 'train': {
      const gradients = optimiserSteps(task) * gradientsPerStep(settings.optimizer);
      return taskOverheadMs + passes(gradients, settings.training.batchSize);
    }
    case 'mode-connectivity': {
      const batch = metric?.name === 'mode-connectivity' ? metric.batchSize : 128;
      return taskOverheadMs + passes(optimiserSteps(task), batch);
    }
    case 'hessian': {
      // A product costs about two gradients; Lanczos and the trace need some 30 and up to `probes` of them.
      const { samples, probes } =
        metric?.name === 'hessian' ? metric : { samples: 512, probes: 100 };
      return taskOverheadMs + passes(2 * (30 + probes), samples);
    }
    case 'cka': {
      const samples = metric?.name === 'cka' ? metric.samples : 640;
      const pairsMs = pairCount(seeds.length) * samples * ckaSampleMs;
      return taskOverheadMs + passes(seeds.length, samples) + pairsMs;
    }
    case 'weight-distance':
      return taskOverheadMs + (pairCount(seeds.length) * weights) / distancesPerMs;
    default:
      return kind satisfies never;
  }
}

/** Bytes a task is expected to keep: weights as float32, series and rows as text. Never throws. */
export function diskBytes(task: Sized): number {
  const weightsBytes = 4 * parameterCount(task.settings.model, task.data.facts);
  const rowBytes = 2_000;
  switch (task.kind) {
    case 'train': {
      // Initial and final weights, six numbers an epoch, and the recorded weights with their rows.
      const { training, dataset } = task.settings;
      const samples = fractionCount(task.data.facts.trainCount, dataset.fraction);
      const points = trajectoryPoints(training, stepsPerEpoch(training, samples));
      const recorded = points * (weightsBytes + rowBytes);
      return 2 * weightsBytes + rowBytes + 120 * training.epochs + recorded;
    }
    case 'mode-connectivity':
      return weightsBytes + rowBytes;
    case 'hessian':
    case 'cka':
    case 'weight-distance':
      return rowBytes;
    default:
      return task.kind satisfies never;
  }
}

/** Measured time over expected time, by kind of task. */
export type CostFactors = Readonly<Record<JobKind, number>>;

export const unmeasuredFactors: CostFactors = {
  train: 1,
  hessian: 1,
  cka: 1,
  'weight-distance': 1,
  'mode-connectivity': 1,
};

/**
 * Factors by which the expected times are off on this machine.
 *
 * Definition: sum of measured over sum of expected milliseconds, per kind; kinds without a measurement take the factor of all together.
 */
export function costFactors(
  measured: readonly { kind: JobKind; expectedMs: number; measuredMs: number }[],
): CostFactors {
  const ratio = (rows: typeof measured, otherwise: number) => {
    const expected = rows.reduce((sum, row) => sum + row.expectedMs, 0);
    return expected > 0 ? rows.reduce((sum, row) => sum + row.measuredMs, 0) / expected : otherwise;
  };
  const overall = ratio(measured, 1);
  const of = (kind: JobKind) =>
    ratio(
      measured.filter((row) => row.kind === kind),
      overall,
    );
  return {
    train: of('train'),
    hessian: of('hessian'),
    cka: of('cka'),
    'weight-distance': of('weight-distance'),
    'mode-connectivity': of('mode-connectivity'),
  };
}
