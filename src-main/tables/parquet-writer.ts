/** Tables as Parquet: doubles, 64-bit integers, texts and truths, all nullable; a row group for each part. */
import { exportMark, type TableColumn, type TableValue } from '#shared/domain/data-export';
import { ByteWriter, ParquetWriter, schemaFromColumnData, type BasicType } from 'hyparquet-writer';
import type { BeginTable, TableRow } from './table-writer';

const types = {
  number: 'DOUBLE',
  integer: 'INT64',
  text: 'STRING',
  truth: 'BOOLEAN',
} as const satisfies Record<TableColumn['type'], BasicType>;

/**
 * Begins a Parquet file. What it says of itself is JSON under the key `phasescape-data`, so that readers of Parquet find units and
 * definitions; a null is a value that is not there. Source of the format: parquet.apache.org, version 2.
 */
export const parquetWriter: BeginTable = (about, sink) => {
  const { columns } = about;
  const schema = schemaFromColumnData({
    columnData: columns.map(({ name, type }) => ({
      name,
      type: types[type],
      nullable: true,
      data: [],
    })),
  });
  const bytes = new ByteWriter();
  const flush = () => {
    if (bytes.index > 0) sink(new Uint8Array(bytes.buffer.slice(0, bytes.index)));
    bytes.index = 0;
  };
  // As the library's own writer of files: what is written leaves the memory after each row group.
  Object.assign(bytes, { flush, finish: flush });
  const writer = new ParquetWriter({
    writer: bytes,
    schema,
    createdBy: `phasescape ${about.version}`,
    kvMetadata: [{ key: exportMark, value: JSON.stringify(about) }],
  });
  return {
    rows: (rows) => {
      const columnData = columns.map((column, at) => ({
        name: column.name,
        data: dataOf(column, rows, at),
      }));
      if (rows.length > 0) void writer.write({ columnData, rowGroupSize: rows.length });
    },
    end: () => void writer.finish(),
  };
};

function dataOf({ type }: TableColumn, rows: readonly TableRow[], at: number): unknown[] {
  const data = rows.map((row): TableValue => row[at] ?? null);
  // Of 64 bits in the file.
  return type === 'integer' ? data.map((v) => (typeof v === 'number' ? BigInt(v) : null)) : data;
}
