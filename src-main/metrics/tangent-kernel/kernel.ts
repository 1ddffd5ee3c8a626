/** The tangent kernel of a model on some samples. */
import { outputGradientProgram } from '#main/engine/output-gradient-program';
import { tensor, type Tensor } from '#main/engine/tensor';
import { stackModels, type CellContext, type ModelWeights, type SampleTensors } from '../context';
import { addGram } from './gram';

/** Bytes of the gradients that one call yields, and of those that are kept for products with each other. */
const mostCallBytes = 32_000_000;
const mostKeptBytes = 256_000_000;

/**
 * K_(nc)(mk) = sum over parameters of d f_c(x_n) d f_k(x_m), f the outputs before softmax (of a problem the solution).
 *
 * Gradients come from the engine, mostly float32; their products are summed in float64, so that eigenvalues are exact to the
 * square of what the gradients are: small ones of an ill-conditioned kernel too.
 * Memory: at most some 300 MB besides a few gradients; large models are gone through part by part, each part with passes of its own.
 * @returns the lower triangle of [M, M], M = samples x outputs, row-major: sample n and output c at n outputs + c
 * Source: Jacot, Gabriel and Hongler 2018; checked in tests/unit/metrics/tangent-kernel.test.ts
 */
export async function tangentKernel(
  context: CellContext,
  model: ModelWeights,
  samples: SampleTensors,
): Promise<Float64Array> {
  const { parameterCount } = context.network;
  const size = samples.labels.length * context.classes;
  const kernel = new Float64Array(size * size);
  const width = Math.max(1, Math.floor(mostKeptBytes / (4 * size)));
  for (let start = 0; start < parameterCount; start += width) {
    const part = { start, end: Math.min(parameterCount, start + width) };
    addGram(kernel, await outputGradients(context, model, { samples, part }), size);
  }
  return kernel;
}

/** The part of all gradients, [M, end - start]. */
async function outputGradients(
  context: CellContext,
  model: ModelWeights,
  { samples, part }: { samples: SampleTensors; part: { start: number; end: number } },
): Promise<Float32Array> {
  const { network, classes } = context;
  const size = samples.labels.length * classes;
  const width = part.end - part.start;
  const most = Math.max(1, Math.floor(mostCallBytes / (4 * network.parameterCount)));
  const rows = Math.ceil(size / Math.ceil(size / most));
  const all = new Float32Array(size * width);
  for (let from = 0; from < size; from += rows) {
    const count = Math.min(rows, size - from);
    all.set(await gradientsOf(context, model, { samples, part, from, count }), from * width);
  }
  return all;
}

async function gradientsOf(
  { executor, network, objective, inputs, classes }: CellContext,
  model: ModelWeights,
  {
    samples,
    part,
    from,
    count,
  }: {
    samples: SampleTensors;
    part: { start: number; end: number };
    from: number;
    count: number;
  },
): Promise<Tensor['data']> {
  const x = new Float32Array(count * inputs);
  const directions = new Float32Array(count * classes);
  for (let r = 0; r < count; r++) {
    const sample = Math.floor((from + r) / classes);
    x.set(samples.x.data.subarray(sample * inputs, (sample + 1) * inputs), r * inputs);
    directions[r * classes + ((from + r) % classes)] = 1;
  }
  const key = `output gradients ${network.key} ${objective.key} rows=${count} ${part.start}-${part.end}`;
  const program = await executor.program(key, () =>
    outputGradientProgram(network, count, { inputs, outputs: classes, objective }, part),
  );
  const result = await program.run({
    ...stackModels([model]),
    x: tensor([count, 1, inputs], x),
    directions: tensor([count, 1, classes], directions),
  });
  return (result['gradients'] as Tensor).data;
}
