/** One parsed statement, ready to run in a session. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { FetchObject, StatementResult } from '../../../runtime/ports/warehouse';
import type { TableName } from '../sql/names';
import type { TableColumn } from '../storage/catalog';
import type { PrivilegeNeed } from './privilege-need';

export type LockMode = 'read' | 'write' | 'exclusive';

export interface TableLock {
  readonly table: TableName;
  readonly mode: LockMode;
}

/** Only the parts that need no catalog are known before it runs: names are resolved, types are not. */
export interface Command {
  /** Taken before it runs, held to the end of the transaction. Temp tables need none. */
  readonly locks: readonly TableLock[];
  readonly needs: readonly PrivilegeNeed[];
  /** What it does to the transaction. VACUUM may not run inside one; TRUNCATE ends it. */
  readonly transaction?: 'begin' | 'commit' | 'rollback' | 'forbidden' | 'commits';
  /** It makes, alters or drops tables or views: only temp tables of its session, or others. */
  readonly changesTables?: 'temp' | 'any';
  run(session: CommandSession): Promise<StatementResult>;
  /** DuckDB text whose rows are the answer: for those who read it piece by piece, or ask only for its columns. */
  queryText?(session: CommandSession): Promise<string>;
}

/** What a command may use of its session. */
export interface CommandSession {
  readonly connection: DuckDBConnection;
  readonly database: string;
  readonly user: string;
  /** A superuser passes every check. */
  readonly superuser: boolean;
  /** Only statements that read are taken. */
  readonly readOnly: boolean;
  readonly tempTables: Set<string>;
  readonly settings: Map<string, string>;
  /** Of tables that a search path of several schemas finds. */
  readonly schemaOf: ReadonlyMap<string, string>;
  readonly fetchObject: FetchObject;
  /** Where a command may put files for the engine to read. */
  readonly partFolder: string;
  readonly counters: SessionCounters;
  /** Runs DuckDB SQL; errors come out in Redshift's words. */
  execute(sql: string): Promise<StatementResult>;
  /** Columns of a table. @throws WarehouseError when there is no such table. */
  columnsOf(table: TableName): Promise<TableColumn[]>;
  /** Columns of a view of the catalog. */
  columnsOfSystemView(view: string): Promise<TableColumn[]>;
  /** Writes rows that outlive a rollback: what COPY says of bad input. */
  recordLoadErrors(rows: readonly LoadErrorRow[]): Promise<void>;
}

export interface SessionCounters {
  /** Rows of the last COPY, for pg_last_copy_count(). */
  lastCopyRows: number;
  lastCopyId: number;
  /** Of the statement that runs, as RedshiftQueryId and the error tables give it. */
  queryId: number;
}

export interface LoadErrorRow {
  readonly queryId: number;
  readonly tableName: string;
  readonly fileName: string;
  readonly lineNumber: number;
  readonly columnName: string;
  readonly columnType: string;
  readonly columnLength: string;
  readonly position: number;
  readonly rawLine: string;
  readonly rawValue: string;
  readonly errorCode: number;
  readonly errorMessage: string;
}

export const EMPTY_RESULT: StatementResult = { columns: [], rows: [], rowCount: -1 };
