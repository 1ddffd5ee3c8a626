import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { planOf } from '#main/engine/executors/tfjs/plan';
import { openTfjsCpu, openTfjsNodeGpu } from '#main/engine/executors/tfjs/load';
import { add, exp, gather, input, mul, neg } from '#main/engine/graph';
import { hessianVectorProgram } from '#main/engine/network-programs';
import { cnn } from '#main/engine/networks/convolutional';
import { sgd } from '#main/engine/optimisers/sgd';
import { makeLoop, makeProgram } from '#main/engine/program';
import { tensor } from '#main/engine/tensor';
import { trainingLoop } from '#main/engine/training-loop';

const load: (name: string) => unknown = createRequire(import.meta.url);
const tensorFlow = load('@tensorflow/tfjs-core') as { memory(): { numTensors: number } };
const liveTensors = () => tensorFlow.memory().numTensors;

describe('planOf', () => {
  it('frees a value after the last step that reads it, and no output', () => {
    const x = input('x', [2]);
    const a = exp(x);
    const b = mul(a, a);
    const c = add(b, a);
    const { steps } = planOf([c, b]);
    const freed = new Map(steps.map(({ node, lastUses }) => [node, lastUses]));
    expect(steps.map(({ node }) => node)).toEqual([x, a, b, c]);
    expect(freed.get(a)).toEqual([x]);
    expect(freed.get(b)).toEqual([]);
    expect(freed.get(c)).toEqual([a]);
  });
});

describe('TfjsExecutor', () => {
  const network = cnn({
    image: [6, 6, 2],
    classes: 3,
    width: 2,
    depth: 2,
    activation: 'relu',
    norm: 'batch',
  });
  const size = network.parameterCount;
  const shape = { samples: 4, inputs: 72, classes: 3 };
  const data = {
    x: tensor(
      [4, 72],
      new Float32Array(288).map((_, i) => (i % 7) / 7),
    ),
    targets: tensor([4, 3], Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0)),
  };
  const theta = new Float32Array(size).map((_, i) => Math.sin(i) / 3);

  it('leaves no tensor behind: constants go with the executor, everything else with its run', async () => {
    const executor = await openTfjsCpu();
    const before = liveTensors();
    const product = await executor.program('product', () =>
      hessianVectorProgram(network, { models: 1, vectors: 2 }, shape),
    );
    const loop = await executor.loop('loop', () =>
      trainingLoop(
        network,
        { ...shape, models: 1, batchSize: 2 },
        {
          optimiser: sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }),
          constantRate: true,
          compressibility: 0,
        },
      ),
    );
    const run = async () => {
      await product.run({
        theta: tensor([1, 1, 1, size], theta),
        vectors: tensor([1, 2, 1, size], new Float32Array(2 * size).fill(1)),
        statistics: tensor(
          [1, 1, 1, network.statisticsCount],
          new Float32Array(network.statisticsCount).fill(1),
        ),
        ...data,
      });
      await loop.run(3, {
        theta: tensor([1, 1, size], theta),
        buffer: tensor([1, 1, size], new Float32Array(size)),
        statistics: tensor(
          [1, 1, network.statisticsCount],
          new Float32Array(network.statisticsCount),
        ),
        indices: tensor([3, 1, 2], Int32Array.of(0, 1, 2, 3, 0, 2)),
        rate: tensor([], Float32Array.of(0.1)),
        ...data,
      });
    };
    await run();
    const constants = liveTensors();
    expect(constants).toBeGreaterThan(before);
    await run();
    expect(liveTensors()).toBe(constants);
    await executor[Symbol.asyncDispose]();
    expect(liveTensors()).toBe(before);
  });

  it('leaves no tensor behind when a run fails', async () => {
    await using executor = await openTfjsCpu();
    const before = liveTensors();
    const program = await executor.program('rows', () =>
      makeProgram({ y: gather(exp(input('x', [2])), input('i', [1], 'int')) }),
    );
    const inputs = { x: tensor([2], Float32Array.of(1, 2)), i: tensor([1], Int32Array.of(9)) };
    await expect(program.run(inputs)).rejects.toThrow('9 is not in [0, 1]');
    expect(liveTensors()).toBe(before);
  });

  it('gives inputs that are outputs, outputs that are the same value, and states that do not change', async () => {
    await using executor = await openTfjsCpu();
    const x = input('x', [2]);
    const y = neg(x);
    const program = await executor.program('same', () => makeProgram({ x, y, z: y }));
    const result = await program.run({ x: tensor([2], Float32Array.of(1, 2)) });
    expect(Object.values(result).map((r) => [...r.data])).toEqual([
      [1, 2],
      [-1, -2],
      [-1, -2],
    ]);
    const loop = await executor.loop('still', () =>
      makeLoop({ x, s: add(input('s', [2]), x) }, []),
    );
    const end = await loop.run(3, {
      x: tensor([2], Float32Array.of(1, 2)),
      s: tensor([2], Float32Array.of(0, 0)),
    });
    expect([...(end['x']?.data ?? [])]).toEqual([1, 2]);
    expect([...(end['s']?.data ?? [])]).toEqual([3, 6]);
  });
});

describe('openTfjsNodeGpu', () => {
  const gpuPackage = '@tensorflow/tfjs-node-gpu';
  /** Node's require with a package of our own in place of the native one. */
  const loading = (make: () => unknown) => (name: string) =>
    name === gpuPackage ? make() : load(name);

  it('says what to install when the package is not there', async () => {
    const missing = Object.assign(new Error(`Cannot find module '${gpuPackage}'\nRequire stack:`), {
      code: 'MODULE_NOT_FOUND',
    });
    await expect(
      openTfjsNodeGpu(
        loading(() => {
          throw missing;
        }),
      ),
    ).rejects.toThrow(
      /^tfjs-node-gpu: @tensorflow\/tfjs-node-gpu must be installed, got nothing; npm install --no-save --ignore-scripts @tensorflow\/tfjs-node-gpu@4\.22\.0, then node .*install\.js gpu download/,
    );
  });

  it('says what is broken when the package does not load', async () => {
    const broken = () => {
      throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found\nmore');
    };
    await expect(openTfjsNodeGpu(loading(broken))).rejects.toThrow(
      /^tfjs-node-gpu: @tensorflow\/tfjs-node-gpu must load, got "The Node\.js native addon module \(tfjs_binding\.node\) can not be found"; node .* \(it needs an NVIDIA GPU, CUDA 11\.2 and cuDNN 8\.1\)$/,
    );
  });

  it('gives the package the two functions that Node dropped and full float32, and refuses it without a GPU', async () => {
    const withoutGpu = () => {
      const util = load('node:util') as Record<string, (value: unknown) => boolean>;
      expect(util['isNullOrUndefined']?.(null)).toBe(true);
      expect(util['isArray']).toBeTypeOf('function');
      expect(process.env['NVIDIA_TF32_OVERRIDE']).toBe('0');
      return { backend: () => ({ isUsingGpuDevice: false }) };
    };
    await expect(openTfjsNodeGpu(loading(withoutGpu))).rejects.toThrow(
      'tfjs-node-gpu: TensorFlow must see a GPU, got none; install the NVIDIA driver, CUDA 11.2 and cuDNN 8.1',
    );
  });
});
