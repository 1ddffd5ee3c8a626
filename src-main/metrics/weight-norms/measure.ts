/** Measures `weight-norms`: how large the weights are, and how far from their beginning. */
import { sizeOf } from '#main/engine/tensor';
import type { Network } from '#main/engine/networks/network';
import type { Measurement } from '#shared/domain/measurement';
import { compareWeights } from '../compare-weights';
import { inTurn } from '../in-turn';
import type { MeasureSurroundings, RunMeasure, TrainedModel } from '../measure';
import { networkLayers } from '../network-layers';
import { runScalar, type ValueOrReason } from '../run-scalar';
import { pathNorm } from './path-norm';
import { spectralNorm } from './spectral-norm';

const samples = 'all weights and biases';

export const measure: RunMeasure<unknown> = {
  subject: 'run',
  measure: (around, runs) =>
    inTurn(runs, async (run) => ({ measurements: await measureRun(around, run) })),
};

async function measureRun(
  { context, settings }: MeasureSurroundings,
  run: TrainedModel,
): Promise<Measurement[]> {
  const { theta } = run.weights;
  const initial = run.initial().theta;
  const { distance, norms } = compareWeights(theta, initial);
  const relative: ValueOrReason =
    norms[1] === 0 ? { reason: 'the initial weights are 0' } : { value: distance / norms[1] };
  const scalar = (name: string, of: ValueOrReason) =>
    runScalar(name, { seed: run.seed, samples }, of);
  const subject = { kind: 'run', seed: run.seed } as const;
  const layers = networkLayers(context.network).map(({ name, from, to }) => ({
    name,
    ...compareWeights(theta.subarray(from, to), initial.subarray(from, to)),
  }));
  const matrices = weightMatrices(context.network);
  return [
    scalar('weightNorm', { value: norms[0] }),
    scalar('pathNorm', await pathNorm(context, run.weights, settings.model)),
    scalar('initialDistance', { value: distance }),
    scalar('relativeInitialDistance', relative),
    {
      kind: 'series',
      name: 'weight-norms-by-layer',
      subject,
      columns: {
        layer: layers.map((_, layer) => layer),
        norm: layers.map((layer) => layer.norms[0]),
        initialNorm: layers.map((layer) => layer.norms[1]),
        initialDistance: layers.map((layer) => layer.distance),
      },
      samples,
      facts: { names: layers.map(({ name }) => name) },
    },
    {
      kind: 'series',
      name: 'spectral-norms',
      subject,
      columns: {
        matrix: matrices.map((_, matrix) => matrix),
        norm: matrices.map(({ from, rows, columns }) =>
          spectralNorm(theta.subarray(from, from + rows * columns), [rows, columns]),
        ),
      },
      samples: 'all weight matrices',
      facts: { names: matrices.map(({ name }) => name) },
    },
  ];
}

/** Parameters of two or more axes as matrices: one row for each of the first axis. */
function weightMatrices({ parameters }: Network) {
  let from = 0;
  return parameters.flatMap(({ name, shape }) => {
    const own = from;
    from += sizeOf(shape);
    const [rows, ...rest] = shape;
    if (rows === undefined || rest.length === 0) return [];
    return [{ name, from: own, rows, columns: sizeOf(rest) }];
  });
}
