import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTitle, formatScalar, layOutAxis, tickIndices } from '#shared/domain/diagram-axis';

const axis = (values: readonly (number | string | boolean)[], path = 'model.width') => ({
  path,
  role: 'load' as const,
  values,
});

describe('layOutAxis', () => {
  it('spaces powers of two evenly, with borders at the geometric midpoints', () => {
    const { scale, positions, edges } = layOutAxis(axis([4, 8, 16, 32, 64]), 'horizontal');
    expect(scale).toBe('log');
    for (const [i, at] of [0.1, 0.3, 0.5, 0.7, 0.9].entries())
      expect(positions[i]).toBeCloseTo(at, 12);
    for (const [i, at] of [0, 0.2, 0.4, 0.6, 0.8, 1].entries())
      expect(edges[i]).toBeCloseTo(at, 12);
  });

  it('keeps even values linear and values that are not numbers as categories in order', () => {
    expect(layOutAxis(axis([0, 0.1, 0.2, 0.3]), 'horizontal').scale).toBe('linear');
    expect(layOutAxis(axis([1, 2, 3, 4, 5, 6]), 'horizontal').scale).toBe('linear');
    const named = layOutAxis(axis(['tanh', 'relu', 'gelu']), 'horizontal');
    expect(named.scale).toBe('category');
    expect(named.labels).toEqual(['tanh', 'relu', 'gelu']);
  });

  it('puts values with a 0 at even steps where a number line would crowd them', () => {
    const decay = layOutAxis(axis([0, 0.0001, 0.0005, 0.002, 0.01, 0.05]), 'horizontal');
    expect(decay.scale).toBe('category');
    for (const [i, edge] of decay.edges.entries()) expect(edge).toBeCloseTo(i / 6, 12);
    // Half as fine at the fine end as that: still a number line.
    expect(layOutAxis(axis([0, 0.01, 0.03, 0.1]), 'horizontal').scale).toBe('linear');
    const chosen = layOutAxis(axis([0, 0.0001, 0.05]), 'horizontal', { scale: 'linear' });
    expect(chosen.scale).toBe('linear');
  });

  it('sorts numbers that were given in another order', () => {
    expect(layOutAxis(axis([64, 4, 16]), 'horizontal').values).toEqual([4, 16, 64]);
  });

  it('puts a small batch and a high learning rate at the top', () => {
    const batch = layOutAxis(axis([8, 16, 32], 'training.batchSize'), 'vertical');
    expect(batch.values).toEqual([32, 16, 8]);
    expect(batch.inverted).toBe(true);
    const rate = layOutAxis(axis([0.01, 0.1, 1], 'optimizer.learningRate'), 'vertical');
    expect(rate.values).toEqual([0.01, 0.1, 1]);
    expect(layOutAxis(axis([8, 16, 32], 'batch_size'), 'vertical').inverted).toBe(true);
    expect(layOutAxis(axis([8, 16, 32], 'training.batchSize'), 'horizontal').inverted).toBe(false);
  });

  it('gives a single value the whole plot', () => {
    expect(layOutAxis(axis([16]), 'horizontal')).toMatchObject({ positions: [0.5], edges: [0, 1] });
  });

  it('always gives rising borders from 0 to 1 with each position inside its own', () => {
    const values = fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(values, fc.boolean(), (list, batch) => {
        const laid = layOutAxis(
          axis(list, batch ? 'training.batchSize' : 'model.width'),
          'vertical',
        );
        expect(laid.edges).toHaveLength(list.length + 1);
        expect(laid.edges[0]).toBeCloseTo(0, 12);
        expect(laid.edges.at(-1)).toBeCloseTo(1, 12);
        for (const [i, position] of laid.positions.entries()) {
          expect(position).toBeGreaterThan(laid.edges[i] as number);
          expect(position).toBeLessThan(laid.edges[i + 1] as number);
        }
        expect([...laid.values].sort()).toEqual([...list].sort());
      }),
    );
  });
});

describe('tickIndices', () => {
  it('labels powers of two first and keeps the distance asked for', () => {
    const laid = layOutAxis(axis([16, 19, 24, 27, 32, 44, 64, 92, 128]), 'horizontal');
    const ticks = tickIndices(laid, 0.12);
    expect(ticks.map((i) => laid.labels[i])).toEqual(['16', '32', '64', '128']);
    for (const [i, tick] of ticks.slice(1).entries()) {
      const gap = (laid.positions[tick] as number) - (laid.positions[ticks[i] as number] as number);
      expect(gap).toBeGreaterThanOrEqual(0.12);
    }
  });
});

describe('tickIndices at even steps', () => {
  it('labels every second value, the 0 among them', () => {
    const laid = layOutAxis(axis([0, 0.0001, 0.0005, 0.002, 0.01, 0.05]), 'horizontal');
    expect(tickIndices(laid, 0.2).map((i) => laid.labels[i])).toEqual(['0', '0.0005', '0.01']);
  });
});

describe('axisTitle and formatScalar', () => {
  it('turn paths and values into words', () => {
    expect(axisTitle('training.batchSize')).toBe('Batch size');
    expect(axisTitle('batch_size')).toBe('Batch size');
    expect(axisTitle('dataset.fraction')).toBe('Fraction of the data');
    expect(formatScalar(0.1 + 0.2)).toBe('0.3');
    expect(formatScalar(true)).toBe('true');
  });
});
