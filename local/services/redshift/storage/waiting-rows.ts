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

  async *read(isWanted: (row: number) => boolean): ReturnType<WaitingRows['read']> {
    let partFrom = 0;
    for (const { file, rows, columns } of this.parts) {
      const handle = await open(file);
      try {
        for (const page of rows.pages()) {
          const firstRow = partFrom + page.firstRow;
          if (!isAnyOf(firstRow, page.rowCount, isWanted)) continue;
          const read = columns.map(async (column, index): Promise<PackedColumn> => {
            const { valuesAt, valuesBytes } = page.pages[index] as (typeof page.pages)[number];
            const values = Buffer.allocUnsafe(valuesBytes);
            await handle.read(values, 0, valuesBytes, valuesAt);
            const present = presentIn(column, page.firstRow, page.rowCount);
            return { ...column, steps: [], values, ...(present === undefined ? {} : { present }) };
          });
          yield { firstRow, columns: await Promise.all(read), rowCount: page.rowCount };
        }
      } finally {
        await handle.close();
      }
      partFrom += rows.rowCount;
    }
  }

  /** The files, once they have the last column, each with the number of its first row. */
  async complete(
    columnOf: (from: number, to: number) => PackedColumn,
  ): Promise<{ readonly file: string; readonly firstRow: number }[]> {
    const files: { readonly file: string; readonly firstRow: number }[] = [];
    let from = 0;
    for (const { file, rows } of this.parts) {
      await appendFile(
        file,
        Buffer.concat([...rows.addColumn(columnOf(from, from + rows.rowCount)), ...rows.finish()]),
      );
      files.push({ file, firstRow: from });
      from += rows.rowCount;
    }
    return files;
  }

  get rowCount(): number {
    return this.parts.reduce((sum, { rows }) => sum + rows.rowCount, 0);
  }

  drop(): void {
    for (const { file } of this.parts) rmSync(file, { force: true });
    this.parts = [];
  }
}

function isAnyOf(first: number, count: number, isWanted: (row: number) => boolean): boolean {
  for (let row = first; row < first + count; row += 1) if (isWanted(row)) return true;
  return false;
}
