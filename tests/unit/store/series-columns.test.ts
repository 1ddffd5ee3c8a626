import { describe, expect, it } from 'vitest';
import { decodeSeries, encodeSeries } from '#main/store/series-columns';

const subject = { kind: 'run', seed: 3 } as const;

describe('encodeSeries', () => {
  it('gives fields back as they were, what is not finite as null', () => {
    const field = {
      kind: 'field',
      name: 'surface',
      subject,
      x: [-1, 0, 1],
      y: [0, 2],
      values: [1, 2, null, NaN, 5, Infinity],
      samples: 'all 9 training samples',
      facts: { 'explained variance': 0.5, names: ['a', 'b'] },
    } as const;
    const decoded = decodeSeries(encodeSeries(field), 'task');
    expect(decoded).toEqual({
      kind: 'field',
      x: [-1, 0, 1],
      y: [0, 2],
      values: [1, 2, null, null, 5, null],
      facts: { 'explained variance': 0.5, names: ['a', 'b'] },
    });
  });

  it('writes series without facts as older versions did', () => {
    const columns = { t: [0, 1], loss: [0.5, null] };
    const series = { kind: 'series', name: 'path', subject, columns, samples: 's' } as const;
    const encoded = encodeSeries(series);
    expect(encoded).toEqual({ columns: '{"t":[0,1],"loss":[0.5,null]}', more: null });
    expect(decodeSeries(encoded, 'task')).toEqual({ kind: 'series', columns });
    const told = { ...series, facts: { scale: 2 } };
    expect(decodeSeries(encodeSeries(told), 'task')).toEqual({
      kind: 'series',
      columns,
      facts: { scale: 2 },
    });
  });

  it('refuses columns that are damaged', () => {
    expect(() => decodeSeries({ columns: '{"t": 1}', more: null }, 'abc')).toThrow(
      /series\.columns of task abc/,
    );
    expect(() => decodeSeries({ columns: '{"t": [1]}', more: '7' }, 'abc')).toThrow(
      /series\.more of task abc/,
    );
  });
});
