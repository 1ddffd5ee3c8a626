import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bottleneckDistance, type DiagramPoint } from '#shared/domain/topology/bottleneck-distance';
import { gridGraph, gridNeighbourhoods } from '#shared/domain/topology/grid-graph';
import { simplifyTopology } from '#shared/domain/topology/simplify-topology';
import { sublevelTopology } from '#shared/domain/topology/sublevel';
import { summariseTopology } from '#shared/domain/topology/topology-summary';
import { lowToHigh } from '#shared/domain/topology/value-order';
import { graphOfEdges } from '#shared/domain/topology/vertex-graph';
import { exactStatistics } from '../tolerances';

const side = 6;
const field = fc.array(fc.integer({ min: 0, max: 40 }), {
  minLength: side * side,
  maxLength: side * side,
});
const neighbourhood = fc.constantFrom(...gridNeighbourhoods);
const diagram = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 8 }))
    .map(([birth, length]) => ({ birth, death: birth + length })),
  { maxLength: 4 },
);

const topologyOf = (values: readonly number[], of: (typeof gridNeighbourhoods)[number]) =>
  sublevelTopology(Float64Array.from(values), gridGraph(side, side, of));

/** Components of {f <= level}, counted by flooding. */
function componentsBelow(
  values: readonly number[],
  of: (typeof gridNeighbourhoods)[number],
  level: number,
): number {
  const graph = gridGraph(side, side, of);
  const seen = new Set<number>();
  const near = new Int32Array(graph.mostNeighbours);
  let components = 0;
  for (const start of values.keys()) {
    if (seen.has(start) || (values[start] as number) > level) continue;
    components++;
    const stack = [start];
    while (stack.length > 0) {
      const at = stack.pop() as number;
      if (seen.has(at) || (values[at] as number) > level) continue;
      seen.add(at);
      const count = graph.neighbours(at, near);
      stack.push(...near.slice(0, count));
    }
  }
  return components;
}

/** Least of the largest distances over every matching, tried one after another. */
function bottleneckByEnumeration(a: readonly DiagramPoint[], b: readonly DiagramPoint[]): number {
  const [point, ...rest] = a;
  const half = ({ birth, death }: DiagramPoint) => (death - birth) / 2;
  if (!point) return Math.max(0, ...b.map(half));
  let least = Math.max(half(point), bottleneckByEnumeration(rest, b));
  b.forEach((other, i) => {
    const apart = Math.max(
      Math.abs(point.birth - other.birth),
      Math.abs(point.death - other.death),
    );
    const left = bottleneckByEnumeration(rest, [...b.slice(0, i), ...b.slice(i + 1)]);
    least = Math.min(least, Math.max(apart, left));
  });
  return least;
}

describe('sublevelTopology', () => {
  it('has as many pairs alive at a level as the sublevel set has components', () => {
    fc.assert(
      fc.property(field, neighbourhood, fc.integer({ min: 0, max: 40 }), (values, of, level) => {
        const { pairs, globalPairs } = topologyOf(values, of);
        const alive =
          pairs.filter(({ birth, death }) => birth <= level && level < death).length +
          globalPairs.filter(({ birth }) => birth <= level).length;
        expect(alive).toBe(componentsBelow(values, of, level));
      }),
    );
  });

  it('has a diagram that moves no farther than the values do', () => {
    fc.assert(
      fc.property(
        field,
        neighbourhood,
        fc.array(fc.integer({ min: -3, max: 3 }), {
          minLength: side * side,
          maxLength: side * side,
        }),
        (values, of, moves) => {
          const moved = values.map((value, i) => value + (moves[i] as number));
          const most = Math.max(...moves.map(Math.abs));
          const before = topologyOf(values, of).pairs;
          const after = topologyOf(moved, of).pairs;
          expect(bottleneckDistance(before, after)).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  it('refuses values that are not finite, and another number of them', () => {
    const graph = gridGraph(1, 3, '4');
    expect(() => sublevelTopology(Float64Array.of(1, NaN, 2), graph)).toThrow(/NaN at vertex 1/);
    expect(() => sublevelTopology(Float64Array.of(1, 2), graph)).toThrow(/2 values and 3 vertices/);
    expect(() => sublevelTopology(new Float64Array(0), gridGraph(0, 0, '8'))).toThrow(
      /at least one/,
    );
  });
});

describe('lowToHigh', () => {
  it('orders any finite numbers by value, then index', () => {
    const number = fc.oneof(
      fc.constantFrom(0, -0, 5e-324, -5e-324, 1e308, -1e308, 1, -1, 1 + Number.EPSILON),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -3, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(number, { maxLength: 60 }), (values) => {
        const expected = Array.from(values.keys()).sort(
          (a, b) => (values[a] as number) - (values[b] as number) || a - b,
        );
        // Differences of huge numbers overflow to infinity, which sorts as well.
        expect([...lowToHigh(Float64Array.from(values))]).toEqual(expected);
      }),
    );
  });
});

describe('sublevelTopology of a graph in parts', () => {
  it('is that of each part, joined in order', () => {
    const parts = [Float64Array.of(4, 1, 3, 0, 6), Float64Array.of(2, 5, -1, 7)];
    const edges = [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [5, 6],
      [6, 7],
      [7, 8],
    ] as const;
    const whole = sublevelTopology(
      Float64Array.from(parts.flatMap((part) => [...part])),
      graphOfEdges(9, edges),
    );
    const pairs = [
      { birthVertex: 1, deathVertex: 2, birth: 1, death: 3 },
      { birthVertex: 5, deathVertex: 6, birth: 2, death: 5 },
    ];
    expect(whole.pairs).toEqual(pairs);
    expect(whole.globalPairs).toEqual([
      { birthVertex: 7, deathVertex: 8, birth: -1, death: 7 },
      { birthVertex: 3, deathVertex: 4, birth: 0, death: 6 },
    ]);
    expect(whole.mergeTree.edges).toEqual([
      { child: 3, parent: 2 },
      { child: 1, parent: 2 },
      { child: 7, parent: 6 },
      { child: 5, parent: 6 },
      { child: 2, parent: 4 },
      { child: 6, parent: 8 },
    ]);
  });
});

describe('simplifyTopology', () => {
  it('keeps the deep pairs, one minimum each, and every vertex in a basin', () => {
    fc.assert(
      fc.property(field, neighbourhood, fc.integer({ min: 0, max: 100 }), (values, of, percent) => {
        const topology = topologyOf(values, of);
        const range = Math.max(...values) - Math.min(...values);
        const simple = simplifyTopology(topology, percent / 100);
        expect(simple.pairs).toEqual(
          topology.pairs.filter(({ birth, death }) => death - birth >= (percent / 100) * range),
        );
        const summary = summariseTopology(simple);
        expect(summary.minima).toBe(simple.pairs.length + simple.globalPairs.length);
        const { nodes, edges } = simple.mergeTree;
        const roots = nodes.filter(({ vertex }) => edges.every(({ child }) => child !== vertex));
        expect(roots).toHaveLength(simple.globalPairs.length);
        for (const { vertex, kind } of nodes) {
          const children = edges.filter(({ parent }) => parent === vertex).length;
          expect(
            kind === 'minimum' ? children === 0 : kind === 'root' ? children === 1 : children > 1,
          ).toBe(true);
        }
        const basins = simple.basins.map(({ size }) => size);
        expect(basins.reduce((a, b) => a + b, 0)).toBe(side * side);
        expect(simple.basins.map(({ vertex }) => vertex)).toEqual(
          nodes.filter(({ kind }) => kind === 'minimum').map(({ vertex }) => vertex),
        );
      }),
    );
  });

  it('takes a shallow dent out of a line', () => {
    const values = Float64Array.of(5, 0, 4, 3, 6, 1, 9);
    const topology = sublevelTopology(values, gridGraph(1, 7, '4'));
    expect(topology.pairs).toHaveLength(2);
    const simple = simplifyTopology(topology, 0.2);
    expect(simple.pairs).toEqual([{ birthVertex: 5, deathVertex: 4, birth: 1, death: 6 }]);
    expect(simple.mergeTree.edges).toEqual([
      { child: 1, parent: 4 },
      { child: 5, parent: 4 },
      { child: 4, parent: 6 },
    ]);
    expect(simple.basins).toEqual([
      { vertex: 1, size: 3 + 1 },
      { vertex: 5, size: 3 },
    ]);
    const one = simplifyTopology(topology, 1);
    expect(one.mergeTree.nodes.map(({ kind }) => kind)).toEqual(['minimum', 'root']);
    expect(summariseTopology(one).smad).toBe(0);
  });
});

describe('bottleneckDistance', () => {
  it('is the least over all matchings', () => {
    fc.assert(
      fc.property(diagram, diagram, (a, b) => {
        expect(bottleneckDistance(a, b)).toBe(bottleneckByEnumeration(a, b));
      }),
    );
  });
  it('is a metric up to points of no persistence', () => {
    fc.assert(
      fc.property(diagram, diagram, diagram, (a, b, c) => {
        expect(bottleneckDistance(a, a)).toBe(0);
        expect(bottleneckDistance(a, b)).toBe(bottleneckDistance(b, a));
        expect(bottleneckDistance(a, c)).toBeLessThanOrEqual(
          bottleneckDistance(a, b) + bottleneckDistance(b, c) + exactStatistics,
        );
      }),
    );
  });
  it('refuses diagrams too large to be exact about', () => {
    const many = Array.from({ length: 2001 }, (_, i) => ({ birth: i, death: i + 1 }));
    expect(() => bottleneckDistance(many, [])).toThrow(/2001 and 0; simplify/);
  });
});
