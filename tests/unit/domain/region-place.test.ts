import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutAxis } from '#shared/domain/diagram-axis';
import { placeOfName } from '#shared/domain/region-place';

const axis = (values: readonly number[]) =>
  layOutAxis({ path: 'a', role: 'none', values }, 'horizontal');
const even = (n: number) => axis(Array.from({ length: n }, (_, i) => i));

/** Every rectangle of the grid, by brute force. */
function roomByHand(columns: number, rows: number, cells: ReadonlySet<number>): number {
  let best = 0;
  for (let left = 0; left < columns; left++)
    for (let right = left; right < columns; right++)
      for (let low = 0; low < rows; low++)
        for (let high = low; high < rows; high++) {
          const inside = Array.from({ length: columns * rows }, (_, i) => i).filter((i) => {
            const [column, row] = [i % columns, Math.floor(i / columns)];
            return column >= left && column <= right && row >= low && row <= high;
          });
          if (!inside.every((i) => cells.has(i))) continue;
          const room = Math.min((right - left + 1) / columns / 2, (high - low + 1) / rows);
          best = Math.max(best, room);
        }
  return best;
}

describe('placeOfName', () => {
  it('is the wide arm of an L, not its centroid', () => {
    // Top row first: the left column and the whole bottom row.
    const grid = { x: even(4), y: even(3) };
    const place = placeOfName(grid, [0, 1, 2, 3, 4, 8]);
    expect(place.left).toBeCloseTo(0, 12);
    expect(place.right).toBeCloseTo(1, 12);
    expect([place.bottom, place.top].map((v) => Math.round(v * 3))).toEqual([0, 1]);
  });

  it('knows that columns are uneven', () => {
    const grid = { x: axis([1, 2, 10]), y: even(1) };
    const place = placeOfName({ ...grid, x: axis([0, 1, 10]) }, [0, 1, 2]);
    expect(place).toMatchObject({ left: 0, right: 1 });
  });

  it('has as much room as any rectangle inside, and lies inside (any region)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }),
        (columns, rows, chosen) => {
          const cells = Array.from({ length: columns * rows }, (_, i) => i).filter(
            (i) => chosen[i] === true,
          );
          fc.pre(cells.length > 0);
          const place = placeOfName({ x: even(columns), y: even(rows) }, cells);
          const room = Math.min((place.right - place.left) / 2, place.top - place.bottom);
          expect(room).toBeCloseTo(roomByHand(columns, rows, new Set(cells)), 9);
          const middle = (low: number, high: number, n: number) =>
            Math.floor(((low + high) / 2) * n - 1e-9);
          const at =
            middle(place.bottom, place.top, rows) * columns +
            middle(place.left, place.right, columns);
          expect(cells).toContain(at);
        },
      ),
    );
  });
});
