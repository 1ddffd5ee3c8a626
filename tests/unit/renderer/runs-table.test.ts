import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, defaultColumns, groupText } from '#renderer/features/runs/columns';
import { conditionWords, readValue } from '#renderer/features/runs/condition-words';
import { exportHeader, exportRow } from '#renderer/features/runs/export-rows';
import { RunPages } from '#renderer/features/runs/run-pages';
import { flatLayout, groupedLayout, groupKey } from '#renderer/features/runs/table-items';
import {
  filterText,
  nextSort,
  parseFilter,
  parseSort,
  sortText,
} from '#renderer/features/runs/view-text';
import type { RunField, RunRow } from '#shared/contract/run-views';
import { runRelations, valuesOf, type RunCondition } from '#shared/domain/run-conditions';

const field = (changes: Partial<RunField>): RunField => ({
  name: 'testAccuracy',
  title: 'Test accuracy',
  unit: '',
  definition: '',
  kind: 'number',
  type: 'number',
  varies: true,
  ...changes,
});
const row = (changes: Partial<RunRow>): RunRow => ({
  cell: 3,
  seed: 1,
  state: 'done',
  archived: false,
  note: '',
  tags: [],
  values: [],
  errors: [],
  reasons: {},
  ...changes,
});

describe('the order in the address', () => {
  it('goes up, down and away by clicks, with shift beside the others', () => {
    const once = nextSort([], 'testLoss', false);
    expect(sortText(once)).toBe('testLoss');
    expect(sortText(nextSort(once, 'testLoss', false))).toBe('-testLoss');
    expect(nextSort(parseSort('-testLoss'), 'testLoss', false)).toEqual([]);
    expect(sortText(nextSort(once, 'model.width', false))).toBe('model.width');
    expect(sortText(nextSort(once, 'model.width', true))).toBe('testLoss,model.width');
    expect(sortText(nextSort(parseSort('testLoss,seed'), 'testLoss', true))).toBe('-testLoss,seed');
    expect(sortText(nextSort(parseSort('-testLoss,seed'), 'testLoss', true))).toBe('seed');
    expect(parseSort(',-,seed')).toEqual([{ by: 'seed', descending: false }]);
  });
});

describe('the filter in the address', () => {
  const scalar = fc.oneof(
    fc.string(),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
  );
  const condition = fc
    .record({
      field: fc.string({ minLength: 1 }).filter((name) => name.isWellFormed()),
      relation: fc.constantFrom(...runRelations),
      values: fc.array(scalar, { minLength: 1, maxLength: 4 }),
    })
    .map(({ values, ...rest }): RunCondition => {
      const needed = valuesOf(rest.relation);
      return { ...rest, values: values.slice(0, { none: 0, one: 1, some: 4 }[needed]) };
    });
  it('reads back whatever it wrote', () => {
    const wellFormed = (c: RunCondition) =>
      c.values.every((value) => typeof value !== 'string' || value.isWellFormed());
    fc.assert(
      fc.property(fc.array(condition.filter(wellFormed), { maxLength: 5 }), (filter) => {
        expect(parseFilter(filterText(filter))).toEqual(filter);
      }),
    );
  });
  it('is short for what is usual, and leaves out what means nothing', () => {
    const text = 'testAccuracy>0.9;state=tfailed|tdiverged;note?';
    expect(filterText(parseFilter(text))).toBe(text);
    expect(parseFilter('nonsense;x>abc;%E0%A4%A=1;')).toEqual([]);
  });
  it('reads as a sentence', () => {
    const above: RunCondition = { field: 'testAccuracy', relation: 'above', values: [0.9] };
    expect(conditionWords(above, field({}))).toBe('Test accuracy above 0.9');
    expect(conditionWords(above, undefined)).toBe('testAccuracy above 0.9');
    const tags = { field: 'tags', relation: 'is-not', values: ['good', 'odd'] } as const;
    expect(conditionWords(tags, field({ title: 'Tags', type: 'tags' }))).toBe(
      'Tags do not have good or odd',
    );
    expect(readValue(field({}), '\u22120.5')).toBe(-0.5);
    expect(readValue(field({}), '0,5')).toBeNull();
    expect(readValue(field({ type: 'text' }), ' warm ')).toBe('warm');
  });
});

describe('columns of the table of runs', () => {
  it('shows the settings that vary and the usual numbers until somebody chooses', () => {
    const fields = [
      field({ name: 'model.width', kind: 'setting' }),
      field({ name: 'model.depth', kind: 'setting', varies: false }),
      field({ name: 'seed', kind: 'fact' }),
      field({ name: 'weightNorm' }),
      field({ name: 'testAccuracy' }),
    ];
    expect(defaultColumns(fields)).toEqual([
      'model.width',
      'seed',
      'state',
      'testAccuracy',
      'tags',
    ]);
  });
  it('writes numbers with their error, why there is none, and settings as they are', () => {
    expect(cellText(field({}), row({ values: [0.91234], errors: [0.01] }), 0)).toBe(
      '0.912 ± 0.010',
    );
    expect(cellText(field({}), row({ values: [0.91234], errors: [null] }), 0)).toBe('0.912');
    expect(cellText(field({}), row({ values: [null] }), 0)).toBe('–');
    const reasons = { testAccuracy: 'the run diverged' };
    expect(cellText(field({}), row({ values: [null], reasons }), 0)).toBe('none');
    expect(cellText(field({ kind: 'setting' }), row({ values: [0.123456789] }), 0)).toBe(
      '0.123457',
    );
    expect(cellText(field({ kind: 'fact', name: 'steps' }), row({ values: [12345] }), 0)).toBe(
      '12,345',
    );
  });
  it('writes the statistic asked for, and the range of a setting', () => {
    const numbers = { n: 4, mean: 0.5, sd: 0.1, median: 0.4, min: 0.25, max: 1 };
    expect(groupText(field({}), numbers, 'mean')).toBe('0.50 ± 0.10');
    expect(groupText(field({}), numbers, 'median')).toBe('0.400');
    expect(groupText(field({}), numbers, 'n')).toBe('4');
    expect(groupText(field({ kind: 'setting' }), numbers, 'mean')).toBe('0.25 to 1');
    expect(groupText(field({}), undefined, 'mean')).toBe('');
  });
  it('exports cell and seed always, numbers unrounded', () => {
    const columns = [field({ name: 'seed', kind: 'fact' }), field({})];
    expect(exportHeader(columns)).toEqual(['cell', 'seed', 'testAccuracy']);
    expect(exportRow(columns, row({ values: [1, 0.123456789] }))).toEqual([3, 1, 0.123456789]);
  });
});

describe('lines of the table of runs', () => {
  it('puts the runs of unfolded groups below them', () => {
    const groups = [2, 3, 1].map((runs, value) => ({ value, runs }));
    const layout = groupedLayout(groups, new Set([groupKey(1)]));
    const lines = Array.from({ length: layout.count }, (_, line) => layout.itemAt(line));
    expect(lines).toEqual([
      { kind: 'group', group: 0 },
      { kind: 'group', group: 1 },
      { kind: 'run', group: 1, index: 0 },
      { kind: 'run', group: 1, index: 1 },
      { kind: 'run', group: 1, index: 2 },
      { kind: 'group', group: 2 },
    ]);
    expect(layout.ranges(0, 5)).toEqual([{ group: 1, first: 0, last: 2 }]);
    expect(layout.ranges(3, 3)).toEqual([{ group: 1, first: 1, last: 1 }]);
    expect(layout.ranges(0, 1)).toEqual([]);
    expect(flatLayout(7).ranges(2, 4)).toEqual([{ group: null, first: 2, last: 4 }]);
  });
});

describe('RunPages', () => {
  it('fetches the page in sight first, then those around it, each once', async () => {
    const asked: number[] = [];
    const pages = new RunPages(({ limit, offset }) => {
      asked.push(offset);
      const rows = Array.from({ length: limit }, (_, i) => row({ cell: offset + i }));
      return Promise.resolve({ ok: true, value: { total: 1000, rows } });
    });
    await pages.need(0, 40);
    expect(asked).toEqual([0]);
    await pages.need(500, 540);
    expect(asked).toEqual([0, 500, 400, 600, 300, 700, 200, 800]);
    await pages.need(505, 545);
    expect(asked).toHaveLength(8);
    expect(pages.row(523)?.cell).toBe(523);
    expect(pages.row(900)).toBeUndefined();
    pages.renew();
    expect(pages.row(523)?.cell).toBe(523);
    await pages.need(505, 510);
    expect(asked).toHaveLength(15);
  });
  it('tells what was refused and asks again when told to', async () => {
    let isRefused = true;
    const pages = new RunPages(() =>
      Promise.resolve(
        isRefused
          ? { ok: false as const, error: { code: 'invalid-input' as const, message: 'no' } }
          : { ok: true as const, value: { total: 1, rows: [row({})] } },
      ),
    );
    await pages.need(0, 10);
    expect(pages.error.value?.message).toBe('no');
    isRefused = false;
    await pages.need(0, 10);
    expect([pages.error.value, pages.total.value]).toEqual([null, 1]);
  });
});
