/**
 * Bulk writes by data chunks, typed in JavaScript: straight into the table, or, when a column that is left out has
 * a default, by way of a temp table. Part of the connection's open transaction.
 */
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { quoteName, type TableName } from '../sql/names';
import { appendType, type ToValue, valueReader } from './bulk-values';
import type { TableColumn } from './catalog';

/** DuckDB's vector size. */
const CHUNK_ROWS = 2048;
const DETOUR = 'twin bulk';

export interface BulkWriteTarget {
  readonly database: string;
  readonly table: TableName;
  /** All columns of the table, in its order. */
  readonly known: readonly TableColumn[];
  /** Those that rows have a value for, in the rows' order. */
  readonly columns: readonly TableColumn[];
}

export class BulkWrite {
  private readonly vectors: DuckDBValue[][];
  private waiting = 0;

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly appender: DuckDBAppender,
    /** Of the columns as they are appended. */
    private readonly types: readonly DuckDBType[],
    /** For each value of a row: how to read it, and which vector takes it. */
    private readonly readers: readonly { readonly toValue: ToValue; readonly vector: number }[],
    private readonly detour: string | undefined,
  ) {
    this.vectors = types.map(() => []);
  }

  static async open(connection: DuckDBConnection, target: BulkWriteTarget): Promise<BulkWrite> {
    const { database, table, known, columns } = target;
    const text =
      table.schema === undefined
        ? `temp.main.${quoteName(table.table)}`
        : `${quoteName(database)}.${quoteName(table.schema)}.${quoteName(table.table)}`;
    const direct = known.every((column) => columns.includes(column) || column.defaultSql === undefined);
    const appended = direct ? known : columns;
    const readers = columns.map((column) => ({
      toValue: valueReader(column),
      vector: appended.indexOf(column),
    }));
    const types = appended.map(appendType);
    if (direct) {
      const appender =
        table.schema === undefined
          ? await connection.createAppender(table.table, 'main', 'temp')
          : await connection.createAppender(table.table, table.schema, database);
      return new BulkWrite(connection, appender, types, readers, undefined);
    }
    const names = columns.map(({ name }) => quoteName(name)).join(', ');
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE ${quoteName(DETOUR)} AS SELECT ${names} FROM ${text} LIMIT 0`,
    );
    const appender = await connection.createAppender(DETOUR, 'main', 'temp');
    const finish = `INSERT INTO ${text} (${names}) SELECT * FROM temp.main.${quoteName(DETOUR)}`;
    return new BulkWrite(connection, appender, types, readers, finish);
  }

  /** Values as texts in canonical form, as `convertValue` gives them. */
  add(row: readonly (string | null)[]): void {
    for (let index = 0; index < this.readers.length; index += 1) {
      const { toValue, vector } = this.readers[index]!;
      const text = row[index] ?? null;
      this.vectors[vector]![this.waiting] = text === null ? null : toValue(text);
    }
    this.waiting += 1;
    if (this.waiting === CHUNK_ROWS) this.flush();
  }

  private flush(): void {
    const rows = this.waiting;
    if (rows === 0) return;
    const chunk = DuckDBDataChunk.create(this.types, rows);
    for (const [index, vector] of this.vectors.entries()) {
      // A column that is left out stays NULL.
      if (vector.length === 0) vector.push(...new Array<null>(rows).fill(null));
      vector.length = rows;
      chunk.setColumnValues(index, vector);
    }
    this.appender.appendDataChunk(chunk);
    this.waiting = 0;
  }

  /** After an error: what the appender still holds must not be written when it is collected, in another transaction. */
  abandon(): void {
    this.appender.clear();
    try {
      this.appender.closeSync();
    } catch {
      // It was closed by its own error.
    }
  }

  async finish(): Promise<void> {
    try {
      this.flush();
      this.appender.closeSync();
    } catch (error) {
      this.abandon();
      throw error;
    }
    if (this.detour === undefined) return;
    await this.connection.run(this.detour);
    await this.connection.run(`DROP TABLE temp.main.${quoteName(DETOUR)}`);
  }
}
