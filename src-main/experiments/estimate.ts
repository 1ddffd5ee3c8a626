/** How long tasks take and how much they keep: estimates only, from what this project measured where it can. */
import { fractionCount, type DatasetFacts } from '#shared/domain/datasets';
import type { MetricCost, MetricWork } from '#shared/domain/metric-definition';
import { metricOf } from '#shared/domain/metric-registry';
import { parameterCount, productCount } from '#shared/domain/model-size';
import type { OptimizerSpec } from '#shared/domain/optimizer-spec';
import { largestSeedBlock } from '#shared/domain/seed-pairs';
import { stepsPerEpoch, trajectoryPoints } from '#shared/domain/trajectory';
import type { PlannedTask } from './plan';

type Sized = Pick<PlannedTask, 'kind' | 'settings' | 'metric' | 'seeds' | 'imported'> & {
  readonly data: { readonly facts: DatasetFacts };
};

/**
 * Measured on two cores with ONNX Runtime: a training step of a small network costs 20 us of overhead, and arithmetic runs at about 1e11
 * multiplications and additions a second; starting a program costs about 3 ms a task.
 */
const stepOverheadMs = 0.02;
const operationsPerMs = 1e8;
const taskOverheadMs = 3;

/** Multiplications and additions of one forward and backward pass, per product of the forward pass and sample. */
const trainingOperations = 6;

/** Optimiser steps of one task; 0 where nothing is trained. */
export function optimiserSteps(task: Sized): number {
  const { kind, metric, settings, data, imported } = task;
  if (metric) return metricOf(metric).steps?.(metric, workOf(task)) ?? 0;
  if (kind !== 'train' || imported) return 0;
  const samples = fractionCount(data.facts.trainCount, settings.dataset.fraction);
  return settings.training.epochs * stepsPerEpoch(settings.training, samples);
}

/** What the cost of a measurement depends on. */
function workOf({
  settings: { model, dataset, training },
  seeds,
  data: { facts },
}: Sized): MetricWork {
  const trainSamples = fractionCount(facts.trainCount, dataset.fraction);
  return {
    parameters: parameterCount(model, facts),
    trainSamples,
    testSamples: facts.testCount,
    training,
    runs: seeds.length,
    pairs: pairCount(seeds.length),
    trajectoryPoints: trajectoryPoints(training, stepsPerEpoch(training, trainSamples)),
  };
}

/** What a task costs in gradients; trainings too. Never throws. */
export function gradientCost(task: Sized): MetricCost {
  const { imported, metric, settings } = task;
  if (metric) return metricOf(metric).cost(metric, workOf(task));
  // One look at every sample, a third of a gradient.
  if (imported) return { gradients: 1 / 3, samples: samplesOf(task) };
  return {
    gradients: optimiserSteps(task) * gradientsPerStep(settings.optimizer),
    samples: settings.training.batchSize,
  };
}

const samplesOf = ({ settings: { dataset }, data: { facts } }: Sized) =>
  fractionCount(facts.trainCount, dataset.fraction) + facts.testCount;

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
  const { settings, data } = task;
  const { gradients, samples, otherMs = 0 } = gradientCost(task);
  const gradientMs = expectedGradientMs(productCount(settings.model, data.facts), samples);
  return taskOverheadMs + gradients * gradientMs + otherMs;
}

/** Milliseconds of one gradient over so many samples, from the products of the forward pass of one. Never throws. */
export function expectedGradientMs(products: number, samples: number): number {
  return stepOverheadMs + (trainingOperations * products * samples) / operationsPerMs;
}

/** Bytes a task is expected to keep: weights as float32, series and rows as text. Never throws. */
export function diskBytes(task: Sized): number {
  const rowBytes = 2_000;
  if (task.metric)
    return rowBytes + (metricOf(task.metric).diskBytes?.(task.metric, workOf(task)) ?? 0);
  // Initial and final weights, six numbers an epoch, and the recorded weights with their rows.
  const { parameters, training, trajectoryPoints: points } = workOf(task);
  const weightsBytes = 4 * parameters;
  if (task.imported) return weightsBytes + rowBytes;
  return 2 * weightsBytes + rowBytes + 120 * training.epochs + points * (weightsBytes + rowBytes);
}

/** Measured time over expected time of a kind of task. */
export type CostFactors = (kind: string) => number;

/**
 * Factors by which the expected times are off on this machine.
 *
 * Definition: sum of measured over sum of expected milliseconds, per kind; kinds without a measurement take the factor of all together.
 */
export function costFactors(
  measured: readonly { kind: string; expectedMs: number; measuredMs: number }[],
): CostFactors {
  const ratio = (rows: typeof measured, otherwise: number) => {
    const expected = rows.reduce((sum, row) => sum + row.expectedMs, 0);
    return expected > 0 ? rows.reduce((sum, row) => sum + row.measuredMs, 0) / expected : otherwise;
  };
  const overall = ratio(measured, 1);
  const factors = new Map(
    [...Map.groupBy(measured, ({ kind }) => kind)].map(([kind, rows]) => [
      kind,
      ratio(rows, overall),
    ]),
  );
  return (kind) => factors.get(kind) ?? overall;
}
