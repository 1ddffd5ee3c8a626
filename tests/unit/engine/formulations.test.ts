import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { chooseFormulations } from '#main/engine/executors/onnx/choose-formulations';
import {
  gathered,
  layerName,
  layerOf,
  type ConvolutionLayer,
  type ConvolutionNode,
  type LayerFormulations,
} from '#main/engine/executors/onnx/formulations';
import { rememberedFormulations } from '#main/engine/executors/onnx/remembered-formulations';
import { conv2d, conv2dInput, conv2dWeight, input } from '#main/engine/graph';
import { makeProgram } from '#main/engine/program';
import { tensor } from '#main/engine/tensor';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const layer: ConvolutionLayer = {
  geometry: {
    image: [5, 4],
    kernel: [3, 3],
    stride: [2, 1],
    padding: [1, 1],
    dilation: [1, 1],
    groups: 1,
  },
  channels: 2,
  out: 3,
};
const direct: LayerFormulations = { ...gathered, conv2d: 'direct' };
const library = 'library 1';

describe('layerOf', () => {
  it('is the same for the three operations of a layer, however many images and models there are', () => {
    const { geometry } = layer;
    const image = input('image', [7, 5, 4, 2]);
    const images = input('images', [3, 1, 9, 5, 4, 2]);
    const result = input('result', [7, 3, 4, 3]);
    const weights = input('weights', [3, 2, 3, 3]);
    const nodes = [
      conv2d(image, weights, geometry),
      conv2d(images, weights, geometry),
      conv2dInput(result, weights, geometry),
      conv2dWeight(image, result, geometry),
    ];
    const names = nodes.map((node) => layerName(layerOf(node as ConvolutionNode)));
    expect(new Set(names)).toEqual(
      new Set(['5x4x2 to 3, kernel 3x3, stride 2x1, padding 1x1, dilation 1x1, groups 1']),
    );
  });
});

describe('chooseFormulations', () => {
  /** Runs that take as long as a test says, on a clock of its own. */
  const choose = (msOf: (formulations: LayerFormulations) => number) => {
    let ms = 0;
    const compile = (_program: unknown, formulations: LayerFormulations) =>
      Promise.resolve(() => {
        ms += msOf(formulations);
        return Promise.resolve();
      });
    return chooseFormulations(layer, compile, () => ms);
  };

  it('takes what is faster by more than a tenth, operation by operation', async () => {
    expect(await choose(() => 1)).toEqual(gathered);
    for (const op of Object.keys(gathered) as (keyof LayerFormulations)[]) {
      expect(await choose((each) => (each[op] === 'direct' ? 2 : 3))).toEqual({
        ...gathered,
        [op]: 'direct',
      });
      expect(await choose((each) => (each[op] === 'direct' ? 19 : 20))).toEqual(gathered);
    }
  });

  it('sees that operations which gather share their patches', async () => {
    const isBoth = ({ conv2d, conv2dWeight }: LayerFormulations) =>
      conv2d === 'direct' && conv2dWeight === 'direct';
    expect(await choose((each) => (isBoth(each) ? 2 : 3))).toEqual({
      ...gathered,
      conv2d: 'direct',
      conv2dWeight: 'direct',
    });
  });

  it('measures a layer on the executor itself', async () => {
    const chosen: LayerFormulations[] = [];
    await using executor = new OnnxCpuExecutor(async (_layer, _library, time) => {
      const own = await time();
      chosen.push(own);
      return own;
    });
    const node = conv2d(input('x', [2, 5, 4, 2]), input('w', [3, 2, 3, 3]), layer.geometry);
    const program = await executor.program('one', () => makeProgram({ y: node }));
    const ones = (shape: readonly number[], size: number) =>
      tensor(shape, new Float32Array(size).fill(1));
    const { y } = await program.run({ x: ones([2, 5, 4, 2], 80), w: ones([3, 2, 3, 3], 54) });
    expect(chosen.map((own) => Object.keys(own).sort())).toEqual([Object.keys(gathered).sort()]);
    // A corner reads four pixels of two channels.
    expect(y?.data[0]).toBe(8);
  });
});

describe('rememberedFormulations', () => {
  const folders = () => ({
    project: join(temporaryFolder(), 'formulations'),
    machine: join(temporaryFolder(), 'cache'),
  });
  const never = () => Promise.reject(new Error('must not be timed again'));
  const timed = (formulations: LayerFormulations) => () => Promise.resolve(formulations);

  it('times once a project, and once a machine', async () => {
    const first = folders();
    expect(await rememberedFormulations(first)(layer, library, timed(direct))).toEqual(direct);
    expect(await rememberedFormulations(first)(layer, library, never)).toEqual(direct);
    const next = { ...first, project: join(temporaryFolder(), 'formulations') };
    expect(await rememberedFormulations(next)(layer, library, never)).toEqual(direct);
    expect(readdirSync(next.project)).toHaveLength(1);
  });

  it('stays with what the project has, whatever the machine finds later', async () => {
    const first = folders();
    await rememberedFormulations(first)(layer, library, timed(direct));
    const elsewhere = { ...first, machine: join(temporaryFolder(), 'cache') };
    const slow = rememberedFormulations(elsewhere);
    expect(await slow(layer, library, timed(gathered))).toEqual(direct);
  });

  it('gives all workers that choose at the same time the same', async () => {
    const shared = folders();
    const alone = () => ({ ...shared, machine: join(temporaryFolder(), 'cache') });
    const answers = await Promise.all(
      [direct, gathered, { ...gathered, conv2dWeight: 'direct' as const }].map(async (own) => {
        const choose = rememberedFormulations(alone());
        return await choose(layer, library, timed(own));
      }),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(readdirSync(shared.project)).toHaveLength(1);
  });

  it('chooses anew for another version of the library, and another layer', async () => {
    const choose = rememberedFormulations(folders());
    await choose(layer, library, timed(direct));
    expect(await choose(layer, 'library 2', timed(gathered))).toEqual(gathered);
    expect(await choose({ ...layer, out: 4 }, library, timed(gathered))).toEqual(gathered);
  });

  it('does without a cache that is damaged or cannot be written', async () => {
    const first = folders();
    await rememberedFormulations(first)(layer, library, timed(direct));
    const [name = ''] = readdirSync(first.machine);
    writeFileSync(join(first.machine, name), '{"library":');
    const next = { ...first, project: join(temporaryFolder(), 'formulations') };
    expect(await rememberedFormulations(next)(layer, library, timed(gathered))).toEqual(gathered);

    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const without = { project: join(temporaryFolder(), 'formulations'), machine: join(file, 'x') };
    expect(await rememberedFormulations(without)(layer, library, timed(direct))).toEqual(direct);
    expect(await rememberedFormulations(without)(layer, library, never)).toEqual(direct);
  });

  it('refuses a choice of the project that was changed, and a folder that cannot be used', async () => {
    const first = folders();
    await rememberedFormulations(first)(layer, library, timed(direct));
    const [name = ''] = readdirSync(first.project);
    const file = join(first.project, name);
    for (const text of ['{"library":', readFileSync(file, 'utf8').replace('direct', 'diverse')]) {
      writeFileSync(file, text);
      await expect(rememberedFormulations(first)(layer, library, never)).rejects.toThrow(
        /^formulations: .+ must be as it was written, got .+; restore it, or delete it/,
      );
    }
    const blocked = join(temporaryFolder(), 'file');
    writeFileSync(blocked, '');
    const unusable = { ...first, project: join(blocked, 'formulations') };
    await expect(rememberedFormulations(unusable)(layer, library, never)).rejects.toThrow(
      /^formulations: .+ must be readable and writable, got .+; give rights or space/,
    );
  });
});
