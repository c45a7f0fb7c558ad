/** What is known and what is found out while one statement is turned from Redshift's SQL into DuckDB's. */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { HIDDEN_SCHEMA, TWIN_SCHEMA } from './names';
import type { Piece, PieceType } from './piece';
import { quoteName, type TokenReader } from './reader';
import { systemViewOf } from './system-views';

/** A table of the database, or a temp table of the session. */
export interface TableName {
  /** Absent for a temp table. */
  readonly schema?: string;
  readonly table: string;
}

export interface TranslationOptions {
  readonly database: string;
  /** Where an unqualified name is looked up when no temp table has it. */
  readonly defaultSchema: string;
  readonly tempTables: ReadonlySet<string>;
  readonly user: string;
  /** Types of columns by name, as far as all tables of the statement agree on them. */
  readonly columnTypes?: ReadonlyMap<string, PieceType | undefined>;
}

export class Translation {
  /** Tables that the statement reads. */
  readonly reads: TableName[] = [];
  /** Names of common table expressions seen so far. */
  readonly expressionNames = new Set<string>();
  /** Types of output columns by label, where they are known; `undefined` where two differ. */
  readonly labels = new Map<string, PieceType | undefined>();
  /** Set by the parser of queries, which itself needs expressions. */
  parseQuery: () => string = () => {
    throw new Error('no query parser is attached');
  };

  constructor(
    readonly reader: TokenReader,
    readonly options: TranslationOptions,
  ) {}

  typeOf(column: string): PieceType | undefined {
    return this.options.columnTypes?.get(column);
  }

  /** The type of CASE, COALESCE and the like; NULL literals do not count. */
  commonType(pieces: readonly Piece[]): PieceType | undefined {
    const types = pieces.filter((piece) => piece.sql !== 'NULL').map((piece) => piece.type);
    if (types.length === 0 || types.includes(undefined)) return undefined;
    if (types.every((type) => type === 'time')) return 'time';
    if (types.includes('other') || types.includes('time')) return 'other';
    return types.includes('int8') ? 'int8' : 'int4';
  }

  addLabel(label: string, type: PieceType | undefined): void {
    this.labels.set(label, this.labels.has(label) && this.labels.get(label) !== type ? undefined : type);
  }

  /** Reads `[[database.]schema.]table` and says which table it is. */
  tableName(): TableName {
    return this.resolve(this.dottedName());
  }

  dottedName(): string[] {
    const parts = [this.reader.name()];
    while (this.reader.acceptOperator('.')) parts.push(this.reader.label());
    return parts;
  }

  resolve(parts: readonly string[]): TableName {
    const table = parts.at(-1)!;
    if (parts.length === 1) {
      if (this.options.tempTables.has(table) || table.startsWith('#')) return { table };
      return { schema: this.options.defaultSchema, table };
    }
    const [schema, database] = [parts.at(-2)!, parts.at(-3)];
    if (parts.length > 3)
      throw new WarehouseError(`improper qualified name (too many dotted names): ${parts.join('.')}`);
    if (database !== undefined && database !== this.options.database) {
      throw new WarehouseError(`cross-database reference to "${parts.join('.')}" is not supported`);
    }
    if (schema === HIDDEN_SCHEMA || schema === 'main')
      throw new WarehouseError(`schema "${schema}" does not exist`);
    return { schema, table };
  }

  /** Text of a table to read in a FROM clause. */
  readTable(parts: readonly string[]): string {
    if (parts.length === 1 && this.expressionNames.has(parts[0]!)) return quoteName(parts[0]!);
    const view = systemViewOf(parts.length === 3 ? parts.slice(1) : parts);
    if (view !== undefined) return `${TWIN_SCHEMA}.${quoteName(view)}`;
    const table = this.resolve(parts);
    this.reads.push(table);
    return this.text(table);
  }

  /** Full DuckDB name. */
  text(table: TableName): string {
    if (table.schema === undefined) return `temp.main.${quoteName(table.table)}`;
    return `${quoteName(this.options.database)}.${quoteName(table.schema)}.${quoteName(table.table)}`;
  }
}

/** As messages name it. */
export const displayName = (table: TableName): string =>
  table.schema === undefined ? table.table : `${table.schema}.${table.table}`;
