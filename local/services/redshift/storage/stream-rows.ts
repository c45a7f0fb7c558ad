/** A query's rows for a reader that may be slower than the engine: only the piece that is read is in memory. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ResultColumn, ResultValue } from '../../../runtime/ports/warehouse';
import type { Command, CommandSession } from '../commands/command';
import { checkCopies } from './check-copies';
import { resultColumn, resultColumns, resultRow } from './result';

type Row = readonly ResultValue[];

/** Gets the columns, and rows as it asks for them until there are no more; it may end before. */
export type TakeRows = (
  columns: readonly ResultColumn[],
  next: () => Promise<readonly Row[] | undefined>,
) => Promise<void>;

/** The rows of a query as the engine has them, and what any other command answers at once. */
export async function giveRows(
  session: CommandSession,
  command: Command,
  checkCancelled: () => void,
  take: TakeRows,
): Promise<void> {
  if (command.queryText !== undefined) {
    const sql = await command.queryText(session);
    checkCopies(sql);
    await streamRows(session.connection, sql, checkCancelled, take);
    return;
  }
  const { columns, rows } = await command.run(session);
  const pieces = [rows];
  await take(columns, async () => pieces.pop());
}

async function streamRows(
  connection: DuckDBConnection,
  sql: string,
  checkCancelled: () => void,
  take: TakeRows,
): Promise<void> {
  const result = await connection.stream(sql);
  const columns = resultColumns(result);
  let isOver = false;
  try {
    await take(columns, async () => {
      const chunk = await result.fetchChunk();
      checkCancelled();
      isOver = chunk === null || chunk.rowCount === 0;
      return isOver ? undefined : chunk!.getRows().map((values) => resultRow(values, columns));
    });
  } finally {
    // Whatever the engine still works at for this query ends.
    if (!isOver) connection.interrupt();
  }
}

export async function describeQuery(connection: DuckDBConnection, sql: string): Promise<ResultColumn[]> {
  const described = await connection.runAndReadAll(`DESCRIBE ${sql}`);
  return (described.getRows() as [string, string][]).map(([name, type]) => resultColumn(name, type));
}
