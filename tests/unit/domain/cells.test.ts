import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandCells, readPath, withPath } from '#shared/domain/cells';
import { seedPairs } from '#shared/domain/seed-pairs';
import { requireSpec } from '#shared/domain/check-spec';
import { widthOf } from '../../fixtures/small-spec';
import { digitsSpec } from '../../fixtures/specs';

describe('a cell of another kind', () => {
  it('has the defaults of that kind, so that equal settings are equal', () => {
    const spec = requireSpec(
      digitsSpec({
        training: { epochs: 2, batchSize: 32 },
        axes: [
          { path: 'training.stop.name', role: 'none', values: ['none', 'early-stop'] },
          { path: 'optimizer.schedule.name', role: 'none', values: ['constant', 'cosine'] },
        ],
      }),
    );
    const [, , , last] = expandCells(spec);
    expect(last?.settings.training.stop).toEqual({ name: 'early-stop', patience: 5 });
    expect(last?.settings.optimizer.schedule).toEqual({ name: 'cosine', finalFactor: 0 });
  });
});

describe('expandCells', () => {
  it('varies the last axis fastest and puts the values into the settings', () => {
    const cells = expandCells(requireSpec(digitsSpec()));
    expect(cells).toHaveLength(4);
    expect(cells.map((c) => c.index)).toEqual([0, 1, 2, 3]);
    expect(cells.map((c) => [widthOf(c.settings), c.settings.training.batchSize])).toEqual([
      [4, 16],
      [4, 64],
      [8, 16],
      [8, 64],
    ]);
  });

  it('makes one cell without coordinates when nothing varies', () => {
    const cells = expandCells(requireSpec(digitsSpec({ axes: [] })));
    expect(cells.map((c) => c.coordinates)).toEqual([[]]);
  });

  it('leaves the spec as it was', () => {
    const spec = requireSpec(digitsSpec());
    const before = structuredClone(spec);
    expandCells(spec);
    expect(spec).toEqual(before);
  });
});

describe('withPath and readPath', () => {
  it('read back what was put in and leave the rest alone (any nested key)', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(key, key, fc.integer(), (first, second, value) => {
        const root = { a: { a: 0, b: 1, c: 2 }, b: { a: 3, b: 4, c: 5 }, c: { a: 6, b: 7, c: 8 } };
        const path = `${first}.${second}`;
        const changed = withPath(root, path, value);
        expect(readPath(changed, path)).toBe(value);
        expect(withPath(changed, path, readPath(root, path))).toEqual(root);
      }),
    );
  });

  it('does not follow the prototype', () => {
    expect(readPath({}, 'constructor.name')).toBeUndefined();
    expect(withPath({}, '__proto__.polluted', true)).toEqual({});
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('seedPairs', () => {
  it('joins seeds in a ring, only the first two, or all', () => {
    expect(seedPairs(3, 'ring')).toEqual([
      [0, 1],
      [1, 2],
      [2, 0],
    ]);
    expect(seedPairs(2, 'ring')).toEqual([[0, 1]]);
    expect(seedPairs(5, 'first')).toEqual([[0, 1]]);
    expect(seedPairs(3, 'all')).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(seedPairs(1, 'ring')).toEqual([]);
  });
});
