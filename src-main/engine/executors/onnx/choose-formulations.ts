/** Which formulation of a layer is fastest here: each is run on random numbers of its shapes, in turn. */
import { RandomStream } from '../../random';
import { resultSize } from '../../convolution';
import { conv2d, conv2dInput, conv2dWeight, input, mul, sum } from '../../graph';
import { makeProgram, type Program } from '../../program';
import { sizeOf, tensor, type Shape } from '../../tensor';
import type { Tensors } from '../../executor';
import type { ConvolutionLayer, Formulation, LayerFormulations } from './formulations';

/** Compiles a program with the formulations given, to be run again and again. */
export type Compile = (
  program: Program,
  formulations: LayerFormulations,
) => Promise<(inputs: Tensors) => Promise<unknown>>;

/** Turns of each candidate; the fastest counts, since a busy machine only makes them longer. */
const rounds = 5;
/** A turn repeats small programs for so long: processor time is told in coarse steps on some systems. */
const leastTurnMs = 2;
/** Being direct, an operation must make the program so much faster: differences below are noise. */
const leastGain = 0.9;
/**
 * Weight vectors that take the same images. Gathered, the images' patches are laid out once for all of them; choosing by a training
 * step alone left the steps of the CNN sweep on digits as fast as they were, and its Hessians and curves a tenth slower.
 */
const sharingVectors = 10;
/** Images of a run: a usual batch, as far as their patches stay below 32 MB. */
const mostImages = 64;
const mostPatchFloats = 8_000_000;

const kinds: readonly Formulation[] = ['gather', 'direct'];
/** Every combination, all gathered first. */
const combinations: readonly LayerFormulations[] = kinds.flatMap((conv2d) =>
  kinds.flatMap((conv2dInput) =>
    kinds.map((conv2dWeight) => ({ conv2d, conv2dInput, conv2dWeight })),
  ),
);

/**
 * Times every combination of formulations of a layer in one program: all its operations as a training step has them, where those
 * that gather share their patches, and its result for several weight vectors on the same images, as measurements have it.
 *
 * Takes the fastest; an operation that is direct there is gathered all the same where that costs less than a tenth.
 * Cost: some 50 runs of the layer, and eight programs.
 * @param now - processor time of this process in milliseconds: other work on the machine must not decide
 */
export async function chooseFormulations(
  layer: ConvolutionLayer,
  compile: Compile,
  now: () => number = processorMs,
): Promise<LayerFormulations> {
  const { program, values } = layerProgram(layer);
  const runs: (() => Promise<unknown>)[] = [];
  for (const combination of combinations) {
    const run = await compile(program, combination);
    runs.push(() => run(values));
  }
  const times = await leastTimes(runs, now);
  const timeOf = ({ conv2d, conv2dInput, conv2dWeight }: LayerFormulations) =>
    times[
      combinations.findIndex(
        (each) =>
          each.conv2d === conv2d &&
          each.conv2dInput === conv2dInput &&
          each.conv2dWeight === conv2dWeight,
      )
    ] as number;
  let best = combinations[times.indexOf(Math.min(...times))] as LayerFormulations;
  for (const op of Object.keys(best) as (keyof LayerFormulations)[]) {
    const plain = { ...best, [op]: 'gather' as const };
    if (timeOf(best) > leastGain * timeOf(plain)) best = plain;
  }
  return best;
}

/** The shortest processor time of each, over several rounds in turn. */
async function leastTimes(
  runs: readonly (() => Promise<unknown>)[],
  now: () => number,
): Promise<number[]> {
  const repeats: number[] = [];
  for (const run of runs) {
    await run();
    const started = now();
    await run();
    repeats.push(Math.ceil(leastTurnMs / Math.max(leastTurnMs / 100, now() - started)));
  }
  const least = runs.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of runs.entries()) {
      const times = repeats[i] as number;
      const started = now();
      for (let repeat = 0; repeat < times; repeat++) await run();
      least[i] = Math.min(least[i] as number, (now() - started) / times);
    }
  }
  return least;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The program that is timed, with random numbers; what is large stays inside. */
function layerProgram({ geometry, channels, out }: ConvolutionLayer) {
  const size = resultSize(geometry);
  const patch = sizeOf(size) * sizeOf(geometry.kernel) * channels;
  const count = Math.max(1, Math.min(mostImages, Math.floor(mostPatchFloats / patch)));
  const kernels = [out, channels / geometry.groups, ...geometry.kernel];
  const shapes = {
    image: [count, ...geometry.image, channels],
    slope: [count, ...size, out],
    weights: kernels,
    vectors: [sharingVectors, ...kernels],
  };
  const image = input('image', shapes.image);
  const weights = input('weights', shapes.weights);
  const slopes = mul(conv2d(image, weights, geometry), input('slope', shapes.slope));
  const program = makeProgram({
    weights: conv2dWeight(image, slopes, geometry),
    image: sum(conv2dInput(slopes, weights, geometry), [0, 1, 2]),
    many: sum(conv2d(image, input('vectors', shapes.vectors), geometry), [1, 2, 3]),
  });
  const stream = new RandomStream(0, 'test');
  const random = (shape: Shape) =>
    tensor(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => stream.uniform() - 0.5),
    );
  const values = {
    image: random(shapes.image),
    slope: random(shapes.slope),
    weights: random(shapes.weights),
    vectors: random(shapes.vectors),
  };
  return { program, values };
}
