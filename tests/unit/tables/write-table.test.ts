import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { columnsFileOf } from '#main/tables/earlier-export';
import { writeTable } from '#main/tables/write-table';
import {
  exportFormats,
  exportMark,
  type TableAbout,
  type TableValue,
} from '#shared/domain/data-export';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const about: TableAbout = {
  ...{ experiment: 'small', level: 'runs', version: '1.2.3', missing: 'null' },
  columns: [
    { name: 'cell', type: 'integer', unit: '', definition: 'Place.' },
    { name: 'model.width', type: 'number', unit: '', definition: 'An axis.' },
    { name: 'hessianTrace', type: 'number', unit: 'nats per squared weight', definition: 'Trace.' },
    { name: 'hessianTraceReason', type: 'text', unit: '', definition: 'Why not.' },
    { name: 'isFlat', type: 'truth', unit: '', definition: 'Flat.' },
  ],
};
const names = about.columns.map(({ name }) => name);
const rows: readonly (readonly TableValue[])[] = [
  [0, 4, 0.1 + 0.2, null, true],
  [1, 8.5, null, 'came out as NaN, "twice"\nand more', false],
  [2 ** 40, -1e-300, Number.MAX_VALUE, 'ü, ;', null],
];

function place(ending: string): string {
  return join(temporaryFolder(), `data.${ending}`);
}

/** Every row of a Parquet file, read by another library. */
async function readParquet(path: string): Promise<TableValue[][]> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const objects = (await parquetReadObjects({ file })) as Record<string, unknown>[];
  return objects.map((object) =>
    names.map((name) => {
      const value = object[name] ?? null;
      return typeof value === 'bigint' ? Number(value) : (value as TableValue);
    }),
  );
}

describe('writeTable', () => {
  it('writes Parquet that another reader reads back, with units and definitions in it', async () => {
    const path = place('parquet');
    expect(writeTable(about, rows, { format: 'parquet', path }).rowCount).toBe(3);
    expect(await readParquet(path)).toEqual(rows);
    const bytes = readFileSync(path);
    const metadata = parquetMetadata(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    const kept = metadata.key_value_metadata?.find(({ key }) => key === exportMark)?.value ?? '';
    expect(JSON.parse(kept)).toEqual(about);
  });

  it('writes JSON with what it says of itself before the rows', () => {
    const path = place('json');
    writeTable(about, rows, { format: 'json', path });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ format: exportMark, ...about, rows });
  });

  it('writes CSV with empty fields for what is not there, and the columns in a file beside it', () => {
    const path = place('csv');
    const { files } = writeTable(about, rows, { format: 'csv', path });
    expect(readFileSync(path, 'utf8')).toBe(
      [
        'cell,model.width,hessianTrace,hessianTraceReason,isFlat',
        '0,4,0.30000000000000004,,true',
        '1,8.5,,"came out as NaN, ""twice""\nand more",false',
        '1099511627776,-1e-300,1.7976931348623157e+308,"ü, ;",',
        '',
      ].join('\n'),
    );
    expect(files.map((file) => file.path)).toEqual([path, columnsFileOf(path)]);
    expect(JSON.parse(readFileSync(columnsFileOf(path), 'utf8'))).toMatchObject({
      ...about,
      rowCount: 3,
    });
  });

  it('keeps every number and text in Parquet, over many row groups', async () => {
    const value = fc.tuple(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      fc.option(fc.string({ unit: 'grapheme' })),
      fc.option(fc.boolean()),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 300 }), async (written) => {
        const path = place('parquet');
        writeTable(about, written, { format: 'parquet', path });
        expect(await readParquet(path)).toEqual(written);
      }),
      { numRuns: 25 },
    );
    const many = Array.from({ length: 70_000 }, (_, i) => [
      i,
      i / 3,
      null,
      `row ${i % 7}`,
      i % 2 === 0,
    ]);
    const path = place('parquet');
    writeTable(about, many, { format: 'parquet', path });
    expect(await readParquet(path)).toEqual(many);
  });

  it.each(exportFormats)('leaves nothing when reading the rows of a %s fails', (format) => {
    const path = place(format);
    const failing = function* () {
      yield* rows;
      throw new RangeError('no more');
    };
    expect(() => writeTable(about, failing(), { format, path })).toThrow('no more');
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it.each(exportFormats)('writes a %s over an earlier export, not over another file', (format) => {
    const path = place(format);
    writeTable(about, rows, { format, path });
    writeTable(about, rows.slice(1), { format, path });
    writeFileSync(path, 'my own notes');
    expect(() => writeTable(about, rows, { format, path })).toThrow(
      /must be new or an earlier export, got another one.*--overwrite/,
    );
    expect(readFileSync(path, 'utf8')).toBe('my own notes');
    writeTable(about, rows, { format, path, overwrite: true });
    expect(readFileSync(path, 'utf8')).not.toBe('my own notes');
  });

  it('does not write over a CSV that was changed since', () => {
    const path = place('csv');
    writeTable(about, rows, { format: 'csv', path });
    writeFileSync(path, readFileSync(path, 'utf8').replace('8.5', '8.6'));
    expect(() => writeTable(about, rows, { format: 'csv', path })).toThrow('changed since');
  });

  it('refuses a folder that is not there, and a name of a folder', () => {
    const folder = temporaryFolder();
    const to = (path: string) => ({ format: 'csv', path, overwrite: true }) as const;
    expect(() => writeTable(about, rows, to(join(folder, 'none', 'a.csv')))).toThrow('must exist');
    expect(() => writeTable(about, rows, to(folder))).toThrow('got no file');
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
