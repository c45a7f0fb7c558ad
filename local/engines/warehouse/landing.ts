/** Bulk writes: rows of text go into a temp table by data chunks, and from there into the target, cast. */
import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import type { TableColumn } from './catalog';
import { quoteName } from './sql/reader';
import type { TableName } from './sql/translation';
import { duckdbType } from './sql/types';

/** DuckDB's vector size. */
const CHUNK_ROWS = 2048;
const NAME = 'twin landing';

export class Landing {
  private waiting: (readonly (string | null)[])[] = [];

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly appender: DuckDBAppender,
    private readonly target: string,
    private readonly columns: readonly TableColumn[],
  ) {}

  /** Part of the connection's open transaction. */
  static async open(
    connection: DuckDBConnection,
    database: string,
    table: TableName,
    columns: readonly TableColumn[],
  ): Promise<Landing> {
    const list = columns.map((_, index) => `c${index} VARCHAR`).join(', ');
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${quoteName(NAME)} (${list})`);
    const appender = await connection.createAppender(NAME, 'main', 'temp');
    const target =
      table.schema === undefined
        ? `temp.main.${quoteName(table.table)}`
        : `${quoteName(database)}.${quoteName(table.schema)}.${quoteName(table.table)}`;
    return new Landing(connection, appender, target, columns);
  }

  /** Values as texts that cast to the columns' types without loss. */
  add(row: readonly (string | null)[]): void {
    this.waiting.push(row);
    if (this.waiting.length === CHUNK_ROWS) this.flush();
  }

  private flush(): void {
    if (this.waiting.length === 0) return;
    const chunk = DuckDBDataChunk.create(
      this.columns.map(() => VARCHAR),
      this.waiting.length,
    );
    for (let column = 0; column < this.columns.length; column += 1) {
      chunk.setColumnValues(
        column,
        this.waiting.map((row) => row[column] ?? null),
      );
    }
    this.appender.appendDataChunk(chunk);
    this.waiting = [];
  }

  async finish(): Promise<void> {
    this.flush();
    this.appender.closeSync();
    const names = this.columns.map(({ name }) => quoteName(name)).join(', ');
    const casts = this.columns.map((column, index) => castText(column, `c${index}`)).join(', ');
    await this.connection.run(
      `INSERT INTO ${this.target} (${names}) SELECT ${casts} FROM temp.main.${quoteName(NAME)}`,
    );
    await this.connection.run(`DROP TABLE temp.main.${quoteName(NAME)}`);
  }

  async discard(): Promise<void> {
    this.appender.closeSync();
    await this.connection.run(`DROP TABLE temp.main.${quoteName(NAME)}`);
  }
}

const castText = (column: TableColumn, source: string): string =>
  duckdbType(column.type) === 'VARCHAR' ? source : `CAST(${source} AS ${duckdbType(column.type)})`;
