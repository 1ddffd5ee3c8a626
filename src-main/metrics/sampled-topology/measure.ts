/** Measures `sampled-topology`: minima, saddles and persistence of the loss at points scattered in several random directions. */
import type { z } from 'zod';
import { RandomStream } from '#main/engine/random';
import { sampleGraph, type SampleGraph } from '#shared/domain/topology/sample-graph';
import type { CellContext } from '../context';
import { randomDirection } from '../directions/filter-normalised';
import { inTurn } from '../in-turn';
import type { Measured, RunMeasure, TrainedModel } from '../measure';
import { evaluateSlice } from '../slice';
import { describeStatistics } from '../slice-words';
import { topologyMeasurements, type SampledLandscape } from '../topology-measurements';
import { firstTrainingSamples } from '../measured-samples';
import type { definition } from './definition';

type Settings = z.output<typeof definition.settings>;

/** The same points for all cells and runs. */
const streamSeed = 0;

/** Points of several runs, one run after another. */
export const measure: RunMeasure<Settings> = {
  subject: 'run',
  measure: ({ context }, runs, settings) =>
    inTurn(runs, (run) => topologyOf(context, run, settings)),
};

async function topologyOf(
  context: CellContext,
  run: TrainedModel,
  settings: Settings,
): Promise<Measured> {
  const landscapes: SampledLandscape[] = [];
  for (let draw = 0; draw < settings.draws; draw++)
    landscapes.push(await sampleLandscape(context, run, { draw, settings }));
  const { graph, dimensions, threshold } = settings;
  return {
    measurements: topologyMeasurements(landscapes, {
      name: 'sampled-topology',
      prefix: 'sampled',
      what: 'draws of points',
      subject: { kind: 'run', seed: run.seed },
      samples: firstTrainingSamples(context, settings.samples).words,
      threshold,
      facts: {
        directions: `${dimensions} random, filter-normalised`,
        graph,
        ...neighbourFacts(graphOf(settings)),
        'persistence threshold, part of the range': threshold,
        ...describeStatistics(context, settings.statistics),
      },
    }),
  };
}

function neighbourFacts(graph: SampleGraph): Readonly<Record<string, number>> {
  return graph.kind === 'knn' ? { 'nearest neighbours': graph.k } : {};
}

function graphOf({ graph, neighbours, dimensions }: Settings): SampleGraph {
  switch (graph) {
    case 'gabriel':
      return { kind: 'gabriel' };
    case 'knn':
      return { kind: 'knn', k: neighbours, isMutual: false };
    case 'mutual-knn':
      return { kind: 'knn', k: 4 * dimensions, isMutual: true };
    default:
      return graph satisfies never;
  }
}

/** The trained weights and `points` others, uniform in [-range, range] along each direction. */
async function sampleLandscape(
  context: CellContext,
  { weights }: TrainedModel,
  { draw, settings }: { draw: number; settings: Settings },
): Promise<SampledLandscape> {
  const { dimensions, points, range } = settings;
  const { theta } = weights;
  const directions = Array.from({ length: dimensions }, (_, d) =>
    randomDirection(context.network.parameters, theta, draw * dimensions + d),
  );
  const stream = new RandomStream(streamSeed, 'slice-point', draw);
  const coordinates = Float64Array.from({ length: (points + 1) * dimensions }, (_, i) =>
    i < dimensions ? 0 : range * (2 * stream.uniform() - 1),
  );
  const { loss } = await evaluateSlice(
    context,
    weights,
    {
      count: points + 1,
      weightsAt(point, into) {
        const place = Float64Array.from(theta);
        directions.forEach((direction, d) => {
          const a = coordinates[point * dimensions + d] as number;
          for (let i = 0; i < place.length; i++)
            place[i] = (place[i] as number) + a * (direction[i] as number);
        });
        into.set(place);
      },
    },
    settings,
  );
  return { loss, graph: sampleGraph(coordinates, dimensions, graphOf(settings)) };
}
