/** The port of the warehouse twin: Redshift SQL in, Redshift answers out, over DuckDB. */
import { Kind } from '../registry';

export interface ResultColumn {
  /** Lower case, as Redshift folds it. */
  readonly name: string;
  /** Redshift's type name: int2, int4, int8, float4, float8, bool, numeric, varchar, date, timestamp, timestamptz, super. */
  readonly typeName: string;
  readonly precision: number;
  readonly scale: number;
}

/** A value as the Data API carries it: 64-bit integers and decimals never become a JavaScript number. */
export type ResultValue = null | boolean | bigint | number | string;

export interface StatementResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly ResultValue[])[];
  /** Rows returned, or rows affected. */
  readonly rowCount: number;
}

/** An error of the warehouse, worded as Redshift words it. */
export class WarehouseError extends Error {
  override readonly name = 'WarehouseError';
}

/** Rows that the warehouse reads in one thread; several such groups are read at the same time. */
export const ROWS_A_GROUP = 122_880;
/** Rows that it takes at once; a group has many such steps. */
export const ROWS_A_STEP = 2_048;

/** The values of one column as bytes, for rows that are appended together. */
export interface PackedColumn {
  readonly name: string;
  /** Each value that is not NULL: its length in bytes (four bytes, little-endian), then its text in UTF-8. */
  readonly values: Buffer;
  /** A bit for each row, from the lowest of the first byte on: set where the row has a value. Absent: each has one. */
  readonly present?: Buffer;
  /** Where the values of each further step of {@link ROWS_A_STEP} rows begin. */
  readonly steps: readonly number[];
  /** A longer text is one that does not fit, even if the column could hold it. */
  readonly maxBytes?: number;
  readonly maxCharacters?: number;
  /** The SHA-256 of each text goes into the column, in upper-case digits; the limits are of the text. */
  readonly isHashed?: true;
}

/** What becomes of a row among changes; one that is replaced or gone by the end only has to fit. */
export const ROW_FATES = { replaced: 0, stays: 1, goes: 2, gone: 3 } as const;
/** Added to the fate of a row that does not fit, for a reason that the engine does not see. */
export const UNFIT = 4;

/** Rows that wait outside of memory for a change by key, in the order in which they came. */
export interface WaitingRows {
  /** Once it has resolved, the columns' memory may be used for other rows. */
  add(columns: readonly PackedColumn[], rowCount: number): Promise<void>;
  /** Some at a time, those of which one is wanted. */
  read(isWanted: (row: number) => boolean): AsyncGenerator<{
    readonly firstRow: number;
    readonly columns: readonly PackedColumn[];
    readonly rowCount: number;
  }>;
  /** They are not needed any more. A second call does nothing. */
  drop(): void;
}

export interface KeyedChanges {
  /** Rows that come before those of `columns`. */
  readonly waiting?: WaitingRows;
  readonly columns: readonly PackedColumn[];
  /** Indexes of columns. A row that goes, or is gone, has only these. */
  readonly key: readonly number[];
  /** One of {@link ROW_FATES} for each row, of those that wait first, with {@link UNFIT} or without. */
  readonly fates: Uint8Array;
  /** Of `columns`. */
  readonly rowCount: number;
}

export interface PreparedChanges {
  /** The numbers of the rows that have a value which does not fit its column exactly. */
  readonly misfits: readonly number[];
  /** Part of the open transaction. Of the misfits, one that should stay takes away what has its key. */
  apply(): Promise<void>;
  /** After `apply`, or in place of it. */
  drop(): Promise<void>;
}

/** One database session: own temp tables, one transaction at a time, statements run in order. */
export interface WarehouseSession {
  /** Runs one Redshift statement; outside `begin`/`commit` it commits by itself. @throws WarehouseError */
  run(sql: string): Promise<StatementResult>;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /**
   * Appends rows in bulk, each value as the text that Redshift would cast to the column's type; null is NULL.
   * `table` is `schema.table` or a temp table's name, quoted where SQL needs it. Part of the open transaction.
   */
  append(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly (string | null)[])[],
  ): Promise<void>;
  /**
   * The same of whole columns, much faster, and all rows or none. Numbers and times must be in the form that MySQL's
   * type contract gives them.
   * @throws WarehouseError when a value does not fit its column exactly, or the type is not taken here; the open
   * transaction is then to be rolled back. `append` tells which it is.
   */
  appendColumns(table: string, columns: readonly PackedColumn[], rowCount: number): Promise<void>;
  /**
   * Looks at changes of rows by key: of the rows given, those whose fate says so take the place of what has their key,
   * or take it away. Keys of those are unique. Nothing is done before `apply`.
   */
  prepareChanges(table: string, changes: KeyedChanges): Promise<PreparedChanges>;
  /** Moves what a large transaction has written so far out of memory, as far as that can be. */
  freeMemory(): Promise<void>;
  /** Until it is taken back, the whole engine keeps less in memory, if it can, and is slower. */
  limitMemory(isLimited: boolean): Promise<void>;
  /** For {@link KeyedChanges}; only this session can take them. */
  openWaitingRows(): WaitingRows;
  /** Rolls back what is open and drops the session's temp tables. */
  close(): Promise<void>;
}

export type ExportFormat = 'duckdb' | 'parquet' | 'csv';

export interface ExportedTable {
  /** `schema.table`. */
  readonly table: string;
  readonly rowCount: number;
}

export interface ExportResult {
  /** Whoever asked takes the files from there and removes it. */
  readonly folder: string;
  readonly tables: readonly ExportedTable[];
}

export interface Warehouse {
  openSession(): Promise<WarehouseSession>;
  /** Writes the replicated tables, as they are at one moment, into a new folder. */
  exportTables(format: ExportFormat): Promise<ExportResult>;
  close(): Promise<void>;
}

/**
 * How COPY reaches S3, by the role that it names: the bytes of one object, or a thrown Error whose message says why
 * not. `default` is the cluster's default role.
 */
export type FetchObject = (bucket: string, key: string, role: string) => Promise<Buffer>;

/** By the name of the workgroup: AWS ends them in an id of its own. */
export const WORKGROUP_ARNS = new Kind<string>('ARNs of workgroups');

/** Where Postgres clients read a warehouse, by database name. */
export const CLIENT_PORTS = new Kind<number>('ports of warehouses');

/** By database name. */
export const WAREHOUSES = new Kind<Warehouse>('warehouses');
