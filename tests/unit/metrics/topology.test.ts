import { describe, expect, it } from 'vitest';
import { mul, constant } from '#main/engine/graph';
import { initialParameters } from '#main/engine/networks/initialise';
import { mlp } from '#main/engine/networks/mlp';
import type { CellContext } from '#main/metrics/context';
import { definition as planes } from '#main/metrics/landscape-topology/definition';
import { measure as measurePlanes } from '#main/metrics/landscape-topology/measure';
import type { Measured } from '#main/metrics/measure';
import { definition as sampled } from '#main/metrics/sampled-topology/definition';
import { measure as measureSampled } from '#main/metrics/sampled-topology/measure';
import { topologyMeasurements } from '#main/metrics/topology-measurements';
import type {
  FieldMeasurement,
  ScalarMeasurement,
  SeriesMeasurement,
} from '#shared/domain/measurement';
import {
  gridNeighbourhoods,
  gridOffsets,
  type GridNeighbourhood,
} from '#shared/domain/topology/grid-graph';
import { graphOfEdges } from '#shared/domain/topology/vertex-graph';
import {
  contextOf,
  halfSquares,
  randomSamples,
  surroundingsOf,
  trainedModel,
  weightsOf,
} from '../../fixtures/small-landscapes';

const network = mlp({ sizes: [5, 4, 3], activation: 'relu' });
const samples = randomSamples({ inputs: 5, classes: 3, count: 12 });
const context = contextOf(network, samples);
const model = (seed: number) =>
  trainedModel(seed, weightsOf(initialParameters(network, seed, 'fan-in-uniform')));

const scalarsOf = ({ measurements }: Measured) =>
  Object.fromEntries(
    measurements.flatMap((m): [string, ScalarMeasurement][] =>
      m.kind === 'scalar' ? [[m.name, m]] : [],
    ),
  );
const seriesOf = ({ measurements }: Measured, name: string) =>
  measurements.find((m): m is SeriesMeasurement => m.kind === 'series' && m.name === name)
    ?.columns as Record<string, number[]>;

async function onPlanes(options: object, on: CellContext = context): Promise<Measured> {
  const settings = planes.settings.parse({
    name: 'landscape-topology',
    points: 9,
    range: 8,
    samples: 12,
    ...options,
  });
  const [result] = await measurePlanes.measure(surroundingsOf(on), [model(0)], settings);
  return result as Measured;
}

async function onSamples(
  options: object,
  seeds: readonly number[] = [0],
): Promise<readonly Measured[]> {
  const settings = sampled.settings.parse({
    name: 'sampled-topology',
    points: 40,
    range: 8,
    samples: 12,
    ...options,
  });
  return measureSampled.measure(surroundingsOf(context), seeds.map(model), settings);
}

/** Points of a square grid that are lower than every neighbour. */
function lowPoints(
  values: readonly number[],
  side: number,
  neighbourhood: GridNeighbourhood,
): number {
  return values.filter((value, i) =>
    gridOffsets[neighbourhood].every(([down, right]) => {
      const [row, column] = [Math.floor(i / side) + down, (i % side) + right];
      const isOutside = row < 0 || row >= side || column < 0 || column >= side;
      return isOutside || (values[row * side + column] as number) > value;
    }),
  ).length;
}

describe('landscape-topology', () => {
  it.each(gridNeighbourhoods)(
    'counts the low points of its first plane, neighbourhood %s',
    async (neighbourhood) => {
      const result = await onPlanes({ neighbourhood });
      const field = result.measurements.find((m): m is FieldMeasurement => m.kind === 'field');
      const numbers = seriesOf(result, 'topology-numbers');
      expect(numbers['minima']?.[0]).toBe(lowPoints(field?.values as number[], 9, neighbourhood));
      expect(field?.facts?.['neighbourhood']).toBe(neighbourhood);
    },
  );

  it('gives the mean over planes with its standard error, and a diagram and a tree of the first', async () => {
    const result = await onPlanes({ planes: 4 });
    const numbers = seriesOf(result, 'topology-numbers');
    for (const name of [
      'minima',
      'saddles',
      'averagePersistence',
      'totalPersistence',
      'maxPersistence',
      'smad',
    ]) {
      const values = numbers[name] as number[];
      const mean = values.reduce((a, b) => a + b) / 4;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3;
      const scalar = scalarsOf(result)[name];
      expect(scalar?.value).toBeCloseTo(mean, 12);
      expect(scalar?.error).toBeCloseTo(Math.sqrt(variance / 4), 12);
      expect(scalar?.errorOver).toBe('standard error over 4 random planes');
    }
    const diagram = seriesOf(result, 'topology-diagram');
    const depths = (diagram['death'] as number[]).map(
      (death, i) => death - (diagram['birth']?.[i] as number),
    );
    expect(depths).toHaveLength((numbers['minima']?.[0] as number) - 1);
    expect(depths.reduce((a, b) => a + b, 0)).toBeCloseTo(
      numbers['totalPersistence']?.[0] as number,
      12,
    );
    const tree = seriesOf(result, 'topology-tree');
    expect(tree['parent']?.filter((parent) => parent === -1)).toHaveLength(1);
    tree['parent']?.forEach((parent, i) => {
      if (parent === -1) return;
      const above = tree['node']?.indexOf(parent) as number;
      expect(tree['value']?.[above]).toBeGreaterThanOrEqual(tree['value']?.[i] as number);
    });
  });

  it('has no spread and no distance with one plane', async () => {
    const scalars = scalarsOf(await onPlanes({ planes: 1 }));
    expect(scalars['minima']).toMatchObject({
      error: null,
      errorOver: 'one of random planes: no spread',
    });
    expect(scalars['diagramDistance']).toMatchObject({
      value: null,
      reason: 'there is one of random planes only',
    });
  });

  it('has one minimum, no saddle and zeros where the loss is constant or the threshold is the whole range', async () => {
    const flat = {
      ...halfSquares,
      key: 'constant',
      losses: (...given: Parameters<typeof halfSquares.losses>) =>
        mul(constant(0), halfSquares.losses(...given)),
    };
    for (const result of [
      await onPlanes({}, contextOf(network, samples, { objective: flat })),
      await onPlanes({ threshold: 1 }),
    ]) {
      const scalars = scalarsOf(result);
      expect(scalars['minima']?.value).toBe(1);
      for (const name of [
        'saddles',
        'averagePersistence',
        'totalPersistence',
        'maxPersistence',
        'smad',
        'diagramDistance',
      ])
        expect(scalars[name]?.value).toBe(0);
    }
  });
});

describe('sampled-topology', () => {
  it.each(['knn', 'mutual-knn', 'gabriel'])(
    'is for several runs what each has alone, graph %s',
    async (graph) => {
      const together = await onSamples({ graph }, [0, 1]);
      expect([(await onSamples({ graph }, [0]))[0], (await onSamples({ graph }, [1]))[0]]).toEqual(
        together,
      );
      expect(scalarsOf(together[0] as Measured)['sampledMinima']?.value).toBeGreaterThanOrEqual(1);
    },
  );

  it('has no more minima the more neighbours a point has', async () => {
    const counts: number[] = [];
    for (const neighbours of [2, 8, 40]) {
      const [result] = await onSamples({ neighbours, dimensions: 4 });
      counts.push(scalarsOf(result as Measured)['sampledMinima']?.value as number);
    }
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    // Forty others are all others.
    expect(counts.at(-1)).toBe(1);
    expect(counts[0]).toBeGreaterThan(1);
  });
});

describe('topologyMeasurements', () => {
  const report = {
    name: 'topology',
    prefix: '',
    what: 'random planes',
    subject: { kind: 'run', seed: 0 },
    samples: 'all',
    threshold: 0,
    facts: {},
  } as const;
  const line = (length: number) =>
    graphOfEdges(
      length,
      Array.from({ length: length - 1 }, (_, i) => [i, i + 1] as const),
    );

  it('is null with the place where a loss is not finite', () => {
    const found = topologyMeasurements(
      [
        { loss: [1, 0, 2], graph: line(3) },
        { loss: [1, null, null], graph: line(3) },
      ],
      report,
    );
    expect(found.map((m) => (m.kind === 'scalar' ? m.value : 'more'))).toEqual(
      new Array(7).fill(null),
    );
    expect(found[0]).toMatchObject({
      reason:
        'the loss is not finite at 2 of 3 points of random planes 2; a smaller range may stay where it is',
    });
  });

  it('compares diagrams by the bottleneck distance', () => {
    const scalars = scalarsOf({
      measurements: topologyMeasurements(
        [
          { loss: [0, 5, 1], graph: line(3) },
          { loss: [0, 6, 1], graph: line(3) },
          { loss: [0, 1, 2], graph: line(3) },
        ],
        report,
      ),
    });
    // Diagrams {(1, 5)}, {(1, 6)} and none: 1 apart, and 2 and 2.5 from the diagonal.
    expect(scalars['diagramDistance']?.value).toBeCloseTo((1 + 2 + 2.5) / 3, 12);
  });
});
