import type { StatementResult } from '../../../runtime/ports/warehouse';
import { translateError } from '../storage/duckdb-errors';
import type { CommandSession } from './command';

/** Runs an INSERT, UPDATE or DELETE; the result says how many rows it changed. */
export async function changedRows(session: CommandSession, sql: string): Promise<StatementResult> {
  try {
    const reader = await session.connection.runAndReadAll(sql);
    return { columns: [], rows: [], rowCount: reader.rowsChanged };
  } catch (error) {
    throw translateError(error);
  }
}
