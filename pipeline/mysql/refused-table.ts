/** Tables that set-up leaves as they are: each is named with the reason, and the others are set up. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { PipelineError } from '../errors';
import type { MysqlTable } from '../tables';
import {
  CASCADE_SERVER_SQL,
  CASCADING_KEYS_SQL,
  type CascadingKey,
  cascadeProblem,
  logsCascades,
  type ServerVariable,
} from './foreign-key-cascades';
import { checkMysqlTable } from './mysql-table-check';

export interface RefusedTable {
  /** `database.table`. */
  readonly table: string;
  readonly reason: string;
}

/**
 * Looks at every table, in the order given.
 * @throws PipelineError SOURCE_NOT_READY (halt) when every table is refused; what is no matter of a table.
 */
export async function findRefusedTables(
  connection: Connection,
  tables: readonly MysqlTable[],
): Promise<RefusedTable[]> {
  const [variables] = await connection.query<RowDataPacket[]>(CASCADE_SERVER_SQL);
  const cascadesAreLogged = logsCascades(variables as ServerVariable[]);
  const refused: RefusedTable[] = [];
  for (const table of tables) {
    const reason = await refusalOf(connection, table, cascadesAreLogged);
    if (reason !== undefined) refused.push({ table: `${table.database}.${table.name}`, reason });
  }
  if (refused.length > 0 && refused.length === tables.length) throw allRefused(refused);
  return refused;
}

async function refusalOf(
  connection: Connection,
  table: MysqlTable,
  cascadesAreLogged: boolean,
): Promise<string | undefined> {
  try {
    await checkMysqlTable(connection, table);
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'SOURCE_NOT_READY') return error.message;
    throw error;
  }
  if (cascadesAreLogged) return undefined;
  const [keys] = await connection.query<RowDataPacket[]>(CASCADING_KEYS_SQL, [table.database, table.name]);
  return cascadeProblem(keys as CascadingKey[]);
}

const allRefused = (refused: readonly RefusedTable[]): PipelineError =>
  new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: refused.map(({ table, reason }) => `${table}: ${reason}`).join('; '),
    context: { tableCount: refused.length },
  });
