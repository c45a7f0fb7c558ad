/** What every command is made from: the tree, the names resolved in it, and the way to DuckDB text. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteTableName, type TableName } from '../sql/names';
import { SqlRenderer } from '../sql/render/sql-renderer';
import { type ReadingParts, readingParts } from '../sql/resolve/reading-parts';
import {
  type NameContext,
  type ResolvedNames,
  resolveNames,
  resolveTableName,
} from '../sql/resolve/resolve-names';
import { type ColumnCatalog, resolveTypes } from '../sql/resolve/resolve-types';
import type { SqlStatement } from '../sql/syntax/statement-tree';
import type { NameParts } from '../sql/syntax/tree';
import type { TableColumn } from '../storage/catalog';
import type { CommandSession, TableLock } from './command';
import { type PrivilegeNeed, toRead } from './privilege-need';

export interface PlanContext extends NameContext {
  readonly user: string;
}

export class Plan {
  readonly parts: ReadingParts;
  readonly names: ResolvedNames;

  constructor(
    statement: SqlStatement,
    readonly context: PlanContext,
  ) {
    this.parts = readingParts(statement);
    this.names = resolveNames(this.parts, context);
  }

  table(parts: NameParts): TableName {
    return resolveTableName(this.context, parts);
  }

  /** Where a new table or view lies: a name that begins with # is a temp table as well. */
  newTable(parts: NameParts, temporary: boolean): TableName {
    const table = parts.at(-1)!;
    if (Buffer.byteLength(table) > 127) {
      throw new WarehouseError(`identifier "${table}" is longer than 127 bytes`);
    }
    if (temporary || table.startsWith('#')) {
      if (parts.length > 1) throw new WarehouseError('temporary tables may not specify a schema name');
      return { table };
    }
    // A temp table of that name is another table.
    const { database, defaultSchema } = this.context;
    return resolveTableName({ database, defaultSchema, tempTables: new Set() }, parts);
  }

  /** Full DuckDB name. */
  text(table: TableName): string {
    return quoteTableName(this.context.database, table);
  }

  get readLocks(): TableLock[] {
    return this.names.reads.map((table) => ({ table, mode: 'read' as const }));
  }

  get readNeeds(): PrivilegeNeed[] {
    return toRead(this.names.reads);
  }

  /**
   * Resolves the types, from the catalog as the transaction sees it: after the locks, so that the snapshot shows
   * what the locks waited for. @throws WarehouseError for a table, column or function that is not there.
   */
  async renderer(session: CommandSession): Promise<SqlRenderer> {
    const catalog = await readCatalog(session, this.names);
    const types = resolveTypes(this.parts, this.names, catalog);
    return new SqlRenderer(this.context, this.names, types);
  }
}

async function readCatalog(session: CommandSession, names: ResolvedNames): Promise<ColumnCatalog> {
  const tables = new Map<string, readonly TableColumn[] | undefined>();
  const views = new Map<string, readonly TableColumn[]>();
  const keyOf = (table: TableName): string => quoteTableName(session.database, table);
  for (const source of names.sources.values()) {
    if (source.kind === 'table')
      tables.set(keyOf(source.table), await existingColumns(session, source.table));
    if (source.kind === 'system') views.set(source.view, await session.columnsOfSystemView(source.view));
  }
  return {
    database: session.database,
    tableColumns: (table) => tables.get(keyOf(table))?.map(typed),
    systemColumns: (view) => (views.get(view) ?? []).map(typed),
  };
}

const typed = ({ name, type }: TableColumn) => ({ name, type: type.name });

/** Undefined when there is no such table. */
export async function existingColumns(
  session: CommandSession,
  table: TableName,
): Promise<TableColumn[] | undefined> {
  try {
    return await session.columnsOf(table);
  } catch (error) {
    if (error instanceof WarehouseError) return undefined;
    throw error;
  }
}
