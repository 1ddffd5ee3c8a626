import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutAxis } from '#shared/domain/diagram-axis';
import { phaseBoundaries, phaseRegions, type PhaseGrid } from '#shared/domain/diagram-regions';
import { phaseNames, type Phase } from '#shared/domain/phases';

/** Rows are written as on the screen, top row first. */
function gridOf(rows: readonly (readonly Phase[])[]): PhaseGrid {
  const even = (n: number) =>
    layOutAxis(
      { path: 'a', role: 'none', values: Array.from({ length: n }, (_, i) => i) },
      'horizontal',
    );
  return {
    x: even(rows[0]?.length ?? 0),
    y: even(rows.length),
    phases: [...rows].reverse().flat(),
  };
}

const lengthOf = (points: readonly (readonly [number, number])[]) =>
  points
    .slice(1)
    .reduce(
      (sum, [x, y], i) => sum + Math.hypot(x - (points[i]?.[0] ?? 0), y - (points[i]?.[1] ?? 0)),
      0,
    );

describe('phaseRegions', () => {
  it('finds one region per connected set, with its label inside it', () => {
    const regions = phaseRegions(
      gridOf([
        ['I', 'I', 'III'],
        ['I', 'II', 'III'],
        ['III', 'II', 'III'],
      ]),
    );
    expect(regions.map((r) => [r.phase, r.cells.length])).toEqual([
      ['III', 1],
      ['II', 2],
      ['III', 3],
      ['I', 3],
    ]);
    const right = regions[2];
    expect(right?.label[0]).toBeCloseTo(5 / 6, 12);
    expect(right?.label[1]).toBeCloseTo(0.5, 12);
    expect(right?.room.height).toBeCloseTo(1, 12);
    expect(right?.room.width).toBeCloseTo(1 / 3, 12);
  });

  it('does not join cells that touch at a corner only', () => {
    expect(
      phaseRegions(
        gridOf([
          ['I', 'II'],
          ['II', 'I'],
        ]),
      ),
    ).toHaveLength(4);
  });

  it('puts every cell into exactly one region (any grid)', () => {
    fc.assert(
      fc.property(gridArbitrary, (grid) => {
        const cells = phaseRegions(grid).flatMap((r) => r.cells);
        expect([...cells].sort((a, b) => a - b)).toEqual([...grid.phases.keys()]);
      }),
    );
  });
});

describe('phaseBoundaries', () => {
  it('draws one straight line between two halves', () => {
    const [line, ...others] = phaseBoundaries(
      gridOf([
        ['I', 'II'],
        ['I', 'II'],
        ['I', 'II'],
      ]),
    );
    expect(others).toEqual([]);
    expect(line).toEqual({
      kind: 'decided',
      points: [
        [0.5, 0],
        [0.5, 1],
      ],
    });
  });

  it('closes the line around an island', () => {
    const [line] = phaseBoundaries(
      gridOf([
        ['I', 'I', 'I'],
        ['I', 'III', 'I'],
        ['I', 'I', 'I'],
      ]),
    );
    expect(line?.points).toHaveLength(5);
    expect(line?.points[0]).toEqual(line?.points.at(-1));
    expect(lengthOf(line?.points ?? [])).toBeCloseTo(4 / 3, 12);
  });

  it('tells lines beside undecided cells apart', () => {
    const kinds = phaseBoundaries(gridOf([['I', 'undecided', 'III']])).map((b) => b.kind);
    expect(kinds).toEqual(['undecided', 'undecided']);
  });

  it('is as long as all sides between different phases together (any grid)', () => {
    fc.assert(
      fc.property(gridArbitrary, (grid) => {
        const columns = grid.x.positions.length;
        const rows = grid.y.positions.length;
        let expected = 0;
        for (const [cell, phase] of grid.phases.entries()) {
          if ((cell + 1) % columns !== 0 && grid.phases[cell + 1] !== phase) expected += 1 / rows;
          if (cell + columns < grid.phases.length && grid.phases[cell + columns] !== phase)
            expected += 1 / columns;
        }
        const total = phaseBoundaries(grid).reduce((sum, b) => sum + lengthOf(b.points), 0);
        expect(total).toBeCloseTo(expected, 9);
      }),
    );
  });
});

const gridArbitrary = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([columns, rows]) =>
    fc
      .array(fc.array(fc.constantFrom(...phaseNames), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      })
      .map(gridOf),
  );
