/** Tables that set-up leaves as they are: each is named with the reason, and the others are set up. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { PipelineError } from '../errors';
import { type MysqlTable, mysqlName, sourcePlace } from '../tables';
import { storageEngineProblem } from '../values/storage-engine';
import { foldedNameProblem, readFolding, readKeptName } from './folded-name';
import {
  CASCADE_SERVER_SQL,
  CASCADING_KEYS_SQL,
  type CascadingKey,
  cascadeProblem,
  logsCascades,
  type ServerVariable,
} from './foreign-key-cascades';
import { checkMysqlTable } from './mysql-table-check';

/** A column that the source has and the catalogue does not: the others are replicated. */
export interface IgnoredColumn {
  /** `database.table`. */
  readonly table: string;
  readonly column: string;
}

export interface CheckedSourceTables {
  readonly refused: readonly RefusedTable[];
  readonly ignored: readonly IgnoredColumn[];
}

export interface OnlySourceOption {
  /** Nothing else is replicated: with every table refused there is nothing to set up. By default it is so. */
  readonly isOnlySource?: boolean;
}

export interface RefusedTable {
  /** `database.table`. */
  readonly table: string;
  readonly reason: string;
}

/**
 * Looks at every table, in the order given.
 * @throws PipelineError SOURCE_NOT_READY (halt) when every table is refused and there is no other source; what is no
 * matter of a table.
 */
export async function checkSourceTables(
  connection: Connection,
  tables: readonly MysqlTable[],
  { isOnlySource = true }: OnlySourceOption = {},
): Promise<CheckedSourceTables> {
  const found = await lookAtSourceTables(connection, tables);
  const { refused } = found;
  if (isOnlySource && refused.length > 0 && refused.length === tables.length) throw allRefused(refused);
  return found;
}

/** As `checkSourceTables`, and leaves it to the caller what is to become of them. */
export async function lookAtSourceTables(
  connection: Connection,
  tables: readonly MysqlTable[],
): Promise<CheckedSourceTables> {
  const [variables] = await connection.query<RowDataPacket[]>(CASCADE_SERVER_SQL);
  const cascadesAreLogged = logsCascades(variables as ServerVariable[]);
  const folding = await readFolding(connection);
  const refused: RefusedTable[] = [];
  const ignored: IgnoredColumn[] = [];
  for (const table of tables) {
    const name = mysqlName(table);
    const kept = await readKeptName(connection, sourcePlace(table), folding);
    const found = foldedNameProblem(table, kept) ?? (await checkTable(connection, table, cascadesAreLogged));
    if (typeof found === 'string') refused.push({ table: name, reason: found });
    else ignored.push(...found.map((column) => ({ table: name, column })));
  }
  return { refused, ignored };
}

const ENGINE_SQL =
  'SELECT ENGINE AS engine FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?';

/** @returns columns that are ignored, or why the table is refused */
async function checkTable(
  connection: Connection,
  table: MysqlTable,
  cascadesAreLogged: boolean,
): Promise<string[] | string> {
  const place = [table.database, table.sourceTable ?? table.name];
  const [[found]] = await connection.query<RowDataPacket[]>(ENGINE_SQL, place);
  const refused = found === undefined ? undefined : storageEngineProblem(found.engine as string | null);
  if (refused !== undefined) return refused;
  let ignored: string[];
  try {
    ignored = await checkMysqlTable(connection, table);
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'SOURCE_NOT_READY') return error.reason;
    throw error;
  }
  if (cascadesAreLogged) return ignored;
  const [keys] = await connection.query<RowDataPacket[]>(CASCADING_KEYS_SQL, place);
  return cascadeProblem(keys as CascadingKey[]) ?? ignored;
}

const allRefused = (refused: readonly RefusedTable[]): PipelineError =>
  new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: refused.map(({ table, reason }) => `${table}: ${reason}`).join('; '),
    context: { tableCount: refused.length },
  });
