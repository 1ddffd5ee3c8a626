/** Measures `compressibility`: the ratio of two norms of the weights. */
import type { Measured, RunMeasure } from '../measure';
import { networkLayers } from '../network-layers';
import { runScalar } from '../run-scalar';
import { normRatio } from './norm-ratio';

const samples = 'all weights and biases';

export const measure: RunMeasure<unknown> = {
  subject: 'run',
  measure({ context }, runs) {
    const layers = networkLayers(context.network);
    const results = runs.map(({ seed, weights: { theta } }): Measured => {
      const value = normRatio(theta);
      const whole = value === null ? { reason: 'all weights are 0' } : { value };
      return {
        measurements: [
          runScalar('compressibility', { seed, samples }, whole),
          {
            kind: 'series',
            name: 'compressibility-by-layer',
            subject: { kind: 'run', seed },
            columns: {
              layer: layers.map((_, layer) => layer),
              ratio: layers.map(({ from, to }) => normRatio(theta.subarray(from, to))),
              parameters: layers.map(({ from, to }) => to - from),
            },
            samples,
            facts: { names: layers.map(({ name }) => name) },
          },
        ],
      };
    });
    return Promise.resolve(results);
  },
};
