/** Measures `loss-change-allocation`: follows the recorded weights of each run, one step in memory at a time. */
import type { z } from 'zod';
import type { CellContext, ModelWeights, SampleTensors } from '../context';
import { addScaled, eachMeanGradient, meanGradient, type MeanGradient } from '../mean-gradients';
import { inTurn } from '../in-turn';
import type { Measured, RunMeasure, TrainedModel } from '../measure';
import { firstTestSamples, firstTrainingSamples, type NamedSamples } from '../measured-samples';
import { modelBetween } from '../model-segment';
import { networkLayers, type NetworkLayer } from '../network-layers';
import { AllocationTotals } from './allocation-totals';
import type { definition } from './definition';
import { allocationMeasurements, type FollowedRun } from './measurements';
import { allocateSegment, type LossSegment } from './segment-allocation';

type Settings = z.output<typeof definition.settings>;

/** What the quadrature may miss of a step, in units of max(1, |change|). */
const tolerance = 1e-3;

export const measure: RunMeasure<Settings> = {
  subject: 'run',
  measure: ({ context }, runs, settings) =>
    inTurn(runs, (run) => measureRun(context, run, settings)),
};

async function measureRun(
  context: CellContext,
  run: TrainedModel,
  { samples: count, mostSplits }: Settings,
): Promise<Measured> {
  const layers = allocatedLayers(context);
  const sets = [firstTrainingSamples(context, count), firstTestSamples(context, count)] as const;
  const follow = (on: NamedSamples) => followRun(context, run, { on, layers, mostSplits });
  const [train, test] = [await follow(sets[0]), await follow(sets[1])];
  return { measurements: allocationMeasurements(run.seed, { train, test, layers, sets }) };
}

/** The layers of the weights, and the running averages of batch norm after them as one more. */
function allocatedLayers({ network }: CellContext): NetworkLayer[] {
  const { parameterCount, statisticsCount } = network;
  const layers = networkLayers(network);
  if (statisticsCount === 0) return layers;
  const to = parameterCount + statisticsCount;
  return [...layers, { name: 'running averages', from: parameterCount, to }];
}

async function followRun(
  context: CellContext,
  run: TrainedModel,
  options: {
    readonly on: NamedSamples;
    readonly layers: readonly NetworkLayer[];
    readonly mostSplits: number;
  },
): Promise<FollowedRun> {
  const { samples } = options.on;
  const totals = new AllocationTotals(options.layers, context.network.parameterCount);
  const epochs: number[] = [];
  const [start, ...rest] = run.trajectory();
  if (!start || rest.length === 0)
    return { totals, epochs, reason: 'the training recorded no two weights' };
  let here = await stateAt(context, start.weights(), samples);
  for (const { epoch, step, weights } of rest) {
    const there = await stateAt(context, weights(), samples);
    const lossChange = there.loss - here.loss;
    if (!Number.isFinite(lossChange))
      return { totals, epochs, reason: `the loss is not finite up to step ${step}` };
    const segment = segmentOf(context, [here, there], samples);
    const limits = { tolerance, mostSplits: options.mostSplits };
    totals.add(epoch, await allocateSegment(segment, limits));
    epochs.push(epoch);
    here = there;
  }
  return { totals, epochs, reason: null };
}

/** A model with its loss and gradient; vectors [P + Q] join weights and running averages. */
interface State {
  readonly model: ModelWeights;
  readonly loss: number;
  readonly gradient: Float64Array;
}

async function stateAt(
  context: CellContext,
  model: ModelWeights,
  samples: SampleTensors,
): Promise<State> {
  const { loss, gradient, statisticsGradient } = await meanGradient(context, model, samples);
  return { model, loss, gradient: joined(gradient, statisticsGradient) };
}

function segmentOf(
  context: CellContext,
  [here, there]: readonly [State, State],
  samples: SampleTensors,
): LossSegment {
  const movement = joined(there.model.theta, there.model.statistics);
  addScaled(movement, joined(here.model.theta, here.model.statistics), -1);
  return {
    movement,
    lossChange: there.loss - here.loss,
    first: here.gradient,
    last: there.gradient,
    async gradientSum(positions) {
      const sum = new Float64Array(movement.length);
      const take = ({ gradient, statisticsGradient }: MeanGradient) => {
        addScaled(sum, joined(gradient, statisticsGradient), 1);
      };
      await eachMeanGradient(context, pointsOf(here.model, there.model, positions), {
        samples,
        take,
      });
      return sum;
    },
  };
}

/** One point after another: memory holds those of one call. */
function* pointsOf(
  from: ModelWeights,
  to: ModelWeights,
  positions: readonly number[],
): Generator<ModelWeights> {
  for (const position of positions) yield modelBetween(from, to, position);
}

function joined(weights: ArrayLike<number>, statistics: ArrayLike<number>): Float64Array {
  const all = new Float64Array(weights.length + statistics.length);
  all.set(weights);
  all.set(statistics, weights.length);
  return all;
}
