/** Where the nodes of training programs run: one without a kernel on the GPU runs on the CPU, with copies both ways in every step. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { curveLoop } from '#main/engine/curve-loop';
import { encodeModel } from '#main/engine/executors/onnx/model-format';
import { writeLoop } from '#main/engine/executors/onnx/write-model';
import { cnn } from '#main/engine/networks/convolutional';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { transformer } from '#main/engine/networks/transformer';
import type { LoopProgram } from '#main/engine/program';
import { adam } from '#main/engine/optimisers/adam';
import { entropySgd } from '#main/engine/optimisers/entropy-sgd';
import type { Optimiser } from '#main/engine/optimisers/optimiser';
import { pal } from '#main/engine/optimisers/pal';
import { sam, sgd } from '#main/engine/optimisers/sgd';
import { trainingLoop } from '#main/engine/training-loop';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { absentExecutors, closeExecutors } from './executors';

afterAll(closeExecutors);

/** Opens a model and logs where its nodes are placed. */
const script = `
const [library, model] = process.argv.slice(1);
const executionProviders = ['webgpu'];
require(library)
  .InferenceSession.create(model, { executionProviders, graphOptimizationLevel: 'basic', logSeverityLevel: 0, logVerbosityLevel: 1 })
  .catch((error) => { console.error(error); process.exitCode = 1; });
`;

/** Operators by the provider that they are placed on. */
function placements(loop: LoopProgram): Map<string, string[]> {
  const model = join(temporaryFolder(), 'loop.onnx');
  writeFileSync(model, encodeModel(writeLoop(loop, 'webgpu')));
  const library = createRequire(import.meta.url).resolve('onnxruntime-node');
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, library, model], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  expect(status, stderr.slice(-1000)).toBe(0);
  const placed = new Map<string, string[]>();
  let provider = '';
  for (const [, line = ''] of stderr.matchAll(/VerifyEachNodeIsAssignedToAnEp\] (.*)/g)) {
    provider = /placed on \[(\w+)\]/.exec(line)?.[1] ?? provider;
    const operator = /^ +(\w+) \(/.exec(line)?.[1];
    if (operator) placed.set(provider, [...(placed.get(provider) ?? []), operator]);
  }
  return placed;
}

const shape = { models: 2, batchSize: 5, samples: 20, classes: 3 };
const descent = { momentum: 0.9, nesterov: true, weightDecay: 1e-4 };
const image = { image: [8, 8, 2] as const, classes: 3, width: 4, activation: 'relu' as const };
const tokens = { length: 5, vocabulary: 11, classes: 3, width: 8, heads: 2, depth: 1 };
const networks: Readonly<Record<string, { network: Network; inputs: number }>> = {
  'an MLP': { network: mlp({ sizes: [6, 5, 3], activation: 'relu' }), inputs: 6 },
  'a CNN with batch norm': { network: cnn({ ...image, depth: 2, norm: 'batch' }), inputs: 128 },
  'a transformer': {
    network: transformer({
      ...tokens,
      feedForward: 16,
      activation: 'gelu',
      causal: true,
      pooling: 'last',
    }),
    inputs: 55,
  },
};

const optimisers: Readonly<Record<string, Optimiser>> = {
  SGD: sgd(descent),
  SAM: sam({ ...descent, rho: 0.05 }),
  Adam: adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4, isDecoupled: true }),
  'Entropy-SGD': entropySgd({
    innerSteps: 2,
    innerRate: 0.1,
    noise: 1e-4,
    averaging: 0.75,
    scope: 0.03,
    scoping: 1e-3,
    ...descent,
  }),
  PAL: pal({
    relaxation: 0.6,
    longest: 3,
    fullMeasuringStep: 0.1,
    momentum: 0.4,
    weightDecay: 1e-4,
  }),
};

function training({ network, inputs }: { network: Network; inputs: number }, optimiser: Optimiser) {
  const options = { optimiser, constantRate: false, compressibility: 0.01 };
  return trainingLoop(network, { ...shape, inputs }, options);
}

describe.skipIf(absentExecutors.has('onnx-webgpu'))('a training program on onnx-webgpu', () => {
  const mlpOf = networks['an MLP'] as (typeof networks)[string];
  const loops: readonly [string, () => LoopProgram][] = [
    ...Object.entries(networks).flatMap(([name, of]): [string, () => LoopProgram][] => [
      [`training ${name}`, () => training(of, sgd(descent))],
      [
        `training a curve of ${name}`,
        () => curveLoop(of.network, { ...shape, inputs: of.inputs }, { ...descent, bends: 1 }),
      ],
    ]),
    ...Object.entries(optimisers).map(([name, optimiser]): [string, () => LoopProgram] => [
      `training by ${name}`,
      () => training(mlpOf, optimiser),
    ]),
  ];
  for (const [name, loop] of loops) {
    it(`has all arithmetic on the GPU and no copies in its steps: ${name}`, () => {
      const placed = placements(loop());
      expect(placed.get('WebGpuExecutionProvider')?.length).toBeGreaterThan(30);
      expect(placed.get('WebGpuExecutionProvider')).not.toContain('MemcpyToHost');
      expect(placed.get('WebGpuExecutionProvider')).not.toContain('MemcpyFromHost');
      // The loop itself, and its condition, which is always true.
      expect(new Set(placed.get('CPUExecutionProvider'))).toEqual(new Set(['Loop', 'Identity']));
    });
  }
});
