/** Writes the rows of sys_load_error_detail, one after the other: a failed COPY rolls back all but these. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LoadErrorRow } from '../commands/command';
import { HIDDEN_SCHEMA, quoteName } from '../sql/names';
import type { SessionContext } from './session-context';

/** @param control a connection that no session uses, so that the rows are in a transaction of their own */
export function loadErrorWriter(
  control: DuckDBConnection,
  database: string,
): SessionContext['recordLoadErrors'] {
  const table = `${quoteName(database)}.${HIDDEN_SCHEMA}.load_errors`;
  let turn: Promise<unknown> = Promise.resolve();
  const write = async (rows: readonly LoadErrorRow[], user: string): Promise<void> => {
    for (const row of rows) {
      await control.run(
        `INSERT INTO ${table} VALUES ($1, $2, CAST(timezone('UTC', now()) AS TIMESTAMP), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
        [
          row.queryId,
          0,
          row.tableName,
          row.fileName,
          row.lineNumber,
          row.columnName,
          row.columnType,
          row.columnLength,
          row.position,
          row.rawLine,
          row.rawValue,
          row.errorCode,
          row.errorMessage,
          user,
        ],
      );
    }
  };
  return (rows, user) => {
    const done = turn.then(() => write(rows, user));
    turn = done.catch(() => undefined);
    return done;
  };
}
