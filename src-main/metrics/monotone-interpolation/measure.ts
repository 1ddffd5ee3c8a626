/** Measures `monotone-interpolation`: loss and outputs on the straight line from the initial to the trained weights. */
import type { z } from 'zod';
import { logitsProgram } from '#main/engine/network-programs';
import type { Tensor } from '#main/engine/tensor';
import type { Measurement, ScalarMeasurement } from '#shared/domain/measurement';
import {
  modelRow,
  sampleChunks,
  samplesBetween,
  type CellContext,
  type ModelStack,
  type SampleTensors,
} from '../context';
import { equalSteps, linearPath } from '../linear-path';
import { inTurn } from '../in-turn';
import type { RunMeasure, TrainedModel } from '../measure';
import { evaluateStack, modelsAlong, whyNotFinite, type PathPoint } from '../path-points';
import { largestRise } from './bump';
import type { definition } from './definition';
import { GaussLength } from './gauss-length';

export type InterpolationSettings = z.output<typeof definition.settings>;

/** The line of each run, one after another. */
export const measure: RunMeasure<InterpolationSettings> = {
  subject: 'run',
  measure: ({ context }, runs, settings) =>
    inTurn(runs, async (run) => ({ measurements: await measureRun(context, run, settings) })),
};

async function measureRun(
  context: CellContext,
  run: TrainedModel,
  settings: InterpolationSettings,
): Promise<Measurement[]> {
  const { measured, measuredOrder } = context;
  const count = Math.min(settings.samples, measured.labels.length);
  const samples = samplesBetween(measured, 0, count);
  const alphas = equalSteps(settings.points);
  const first = run.initial().theta;
  const path = linearPath({ first, last: run.weights.theta, alphas, samples });
  const points: PathPoint[] = [];
  const outputs = new GaussLength();
  for await (const models of modelsAlong(context, path)) {
    const here = await evaluateStack(context, models, samples);
    const logits = await outputsOf(context, models, samples);
    for (const point of logits) outputs.add(point);
    points.push(...here);
  }
  const base = {
    subject: { kind: 'run', seed: run.seed },
    samples: `first ${count} training samples${measuredOrder}`,
  } as const;
  return [
    ...scalarsOf(points, outputs.length, settings.tolerance).map((scalar) => ({
      ...scalar,
      ...base,
    })),
    {
      kind: 'series',
      name: 'monotone-interpolation',
      ...base,
      columns: {
        alpha: alphas,
        loss: points.map(({ loss }) => loss),
        error: points.map(({ error }) => error),
      },
    },
  ];
}

function scalarsOf(
  points: readonly PathPoint[],
  gaussLength: number,
  tolerance: number,
): Omit<ScalarMeasurement, 'subject' | 'samples'>[] {
  const scalar = (name: string) => ({ kind: 'scalar', name, error: null }) as const;
  const names = ['interpolationBump', 'interpolationMonotone', 'interpolationGaussLength'] as const;
  const reason = whyNotFinite(points);
  if (reason !== null) return names.map((name) => ({ ...scalar(name), value: null, reason }));
  const bump = largestRise(points.map(({ loss }) => loss as number));
  const values = {
    interpolationBump: bump,
    interpolationMonotone: Number(bump <= tolerance),
    interpolationGaussLength: gaussLength,
  };
  return names.map((name) => ({ ...scalar(name), value: values[name] }));
}

/** Outputs before softmax of each model on all samples, flat. */
async function outputsOf(
  context: CellContext,
  models: ModelStack,
  samples: SampleTensors,
): Promise<Float32Array[]> {
  const { executor, network, objective, inputs, classes } = context;
  const count = models.theta.shape[0] as number;
  const all = Array.from(
    { length: count },
    () => new Float32Array(samples.labels.length * classes),
  );
  for (const [from, to] of sampleChunks(context, samples.labels.length, count)) {
    const shape = { samples: to - from, inputs, objective };
    const key = `logits ${network.key} ${objective.key} models=${count} samples=${to - from}`;
    const program = await executor.program(key, () => logitsProgram(network, count, shape));
    const { x } = samplesBetween(samples, from, to);
    const { logits } = await program.run({ ...models, x });
    all.forEach((row, s) => {
      row.set(modelRow(logits as Tensor, s), from * classes);
    });
  }
  return all;
}
