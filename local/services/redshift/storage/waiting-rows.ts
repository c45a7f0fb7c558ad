/**
 * The port's rows outside of memory: each addition is a part file that lacks its last column, what becomes of each
 * row, as that is known only when all rows are.
 */
import { rmSync } from 'node:fs';
import { appendFile, open, writeFile } from 'node:fs/promises';
import type { PackedColumn, WaitingRows } from '../../../runtime/ports/warehouse';
import { ParquetRows, presentIn } from './parquet-file';
import { nextPartFile } from './part-file';

interface Part {
  readonly file: string;
  readonly rows: ParquetRows;
  /** Without their values. */
  readonly columns: readonly PackedColumn[];
}

const NO_BYTES = Buffer.alloc(0);

export class RowsInFiles implements WaitingRows {
  private parts: Part[] = [];

  constructor(private readonly folder: string) {}

  async add(columns: readonly PackedColumn[], rowCount: number): Promise<void> {
    const rows = new ParquetRows(rowCount, columns);
    const file = nextPartFile(this.folder);
    this.parts.push({ file, rows, columns: columns.map((column) => ({ ...column, values: NO_BYTES })) });
    await writeFile(
      file,
      columns.flatMap((column) => rows.addColumn(column)),
    );
  }

  async *read(): ReturnType<WaitingRows['read']> {
    for (const { file, rows, columns } of this.parts) {
      const handle = await open(file);
      try {
        for (const { firstRow, rowCount, pages } of rows.pages()) {
          const read = columns.map(async (column, index): Promise<PackedColumn> => {
            const { valuesAt, valuesBytes } = pages[index] as (typeof pages)[number];
            const values = Buffer.allocUnsafe(valuesBytes);
            await handle.read(values, 0, valuesBytes, valuesAt);
            const present = presentIn(column, firstRow, rowCount);
            return { ...column, steps: [], values, ...(present === undefined ? {} : { present }) };
          });
          yield { columns: await Promise.all(read), rowCount };
        }
      } finally {
        await handle.close();
      }
    }
  }

  /** The files, once they have the last column. */
  async complete(columnOf: (from: number, to: number) => PackedColumn): Promise<string[]> {
    let from = 0;
    for (const { file, rows } of this.parts) {
      await appendFile(
        file,
        Buffer.concat([...rows.addColumn(columnOf(from, from + rows.rowCount)), ...rows.finish()]),
      );
      from += rows.rowCount;
    }
    return this.parts.map(({ file }) => file);
  }

  get rowCount(): number {
    return this.parts.reduce((sum, { rows }) => sum + rows.rowCount, 0);
  }

  drop(): void {
    for (const { file } of this.parts) rmSync(file, { force: true });
    this.parts = [];
  }
}
