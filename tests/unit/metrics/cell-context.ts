/** A small cell on the digits for tests: everything that a worker would have loaded. */
import { join } from 'node:path';
import { expandCells, type RunSettings } from '#shared/domain/cells';
import { requireSpec } from '#shared/domain/check-spec';
import type { ExperimentSpecInput } from '#shared/domain/spec';

export const resourcesFolder = join(import.meta.dirname, '../../../resources');

/** Settings of a quick run: 64-5-5-10, 3 epochs on a tenth of the digits. */
export function quickSettings(
  change: (spec: ExperimentSpecInput) => void = () => undefined,
): RunSettings {
  const spec: ExperimentSpecInput = {
    specVersion: 1,
    name: 'quick',
    dataset: { name: 'digits', fraction: 0.1 },
    model: { family: 'mlp', width: 5 },
    optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 },
    training: { epochs: 3, batchSize: 16 },
    axes: [],
    seeds: [0, 1, 2],
    metrics: [],
  };
  change(spec);
  return (expandCells(requireSpec(spec))[0] as { settings: RunSettings }).settings;
}
