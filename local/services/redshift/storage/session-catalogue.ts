/** The tables as one session sees them: those of others from the cache while it may, its temp tables from its own. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteTableName, type TableName } from '../sql/names';
import { noSuchTable, readAllColumns, readColumns, readSystemColumns, type TableColumn } from './catalog';
import type { ColumnCache } from './column-cache';

export class SessionCatalogue {
  /** Of temp tables, which only this session changes. */
  private readonly temp = new Map<string, TableColumn[]>();
  private readonly systemViews = new Map<string, TableColumn[]>();
  /** What the open transaction reads; undefined where only the engine knows. */
  private seen: number | undefined;
  /** The open transaction changed tables that others see. */
  private isChanged = false;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly database: string,
    private readonly cache: ColumnCache,
  ) {}

  /** To be called before the transaction begins. */
  begin(): void {
    this.seen = this.cache.current;
    this.isChanged = false;
  }

  commit(work: () => Promise<unknown>): Promise<unknown> {
    return this.isChanged ? this.cache.change(work) : work();
  }

  rolledBack(): void {
    this.temp.clear();
  }

  /** Around a statement that changes tables. */
  async change<Result>(which: 'temp' | 'any', work: () => Promise<Result>): Promise<Result> {
    if (which === 'any') this.isChanged = true;
    this.temp.clear();
    return work().finally(() => this.temp.clear());
  }

  async columnsOf(table: TableName): Promise<TableColumn[]> {
    if (table.schema === undefined) return this.tempColumnsOf(table);
    const all = await this.cache.read(this.isChanged ? undefined : this.seen, () =>
      readAllColumns(this.connection, this.database),
    );
    if (all === undefined) return readColumns(this.connection, this.database, table);
    const found = all.get(quoteTableName(this.database, table));
    if (found === undefined) throw noSuchTable(table);
    return found;
  }

  private async tempColumnsOf(table: TableName): Promise<TableColumn[]> {
    const known = this.temp.get(table.table) ?? (await readColumns(this.connection, this.database, table));
    this.temp.set(table.table, known);
    return known;
  }

  /** The twin's views are the same as long as it runs. */
  async columnsOfSystemView(view: string): Promise<TableColumn[]> {
    const known = this.systemViews.get(view) ?? (await readSystemColumns(this.connection, view));
    this.systemViews.set(view, known);
    return known;
  }
}
