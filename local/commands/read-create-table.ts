/** What MySQL says of a table, as text: `SHOW CREATE TABLE`, of the laptop's server or of another one. */
import { readFileSync } from 'node:fs';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { readFolding, readKeptName } from '../../pipeline/mysql/folded-name';
import { withMysqlConnection } from '../../pipeline/mysql/mysql-connection';
import { quoteMysqlIdentifier, quoteMysqlTable } from '../../pipeline/mysql/mysql-identifier';
import type { MysqlServer } from '../runtime/ports/mysql-server';

export interface TablePlace {
  readonly database: string;
  readonly table: string;
}

type MysqlLoginPlace = Pick<MysqlServer, 'host' | 'port' | 'adminUser' | 'adminPassword' | 'caFile'>;

interface Login {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** PEM file of the authority that signed the server's certificate; without, those that Node trusts. */
  readonly caFile?: string;
}

/** @throws PipelineError when there is no such table, or the login may not see it. */
export function readCreateTable(
  { host, port, adminUser, adminPassword, caFile }: MysqlLoginPlace,
  place: TablePlace,
): Promise<string> {
  return readFromServer({ host, port, username: adminUser, password: adminPassword, caFile }, place);
}

export function readFromServer(
  { caFile, ...login }: Login,
  { database, table }: TablePlace,
): Promise<string> {
  return withMysqlConnection(
    { arn: `mysql://${login.host}:${login.port}`, read: async () => login },
    async (connection) => {
      const kept = await readKeptName(connection, { database, table }, await readFolding(connection));
      const [rows] = await connection
        .query<RowDataPacket[]>(
          `SHOW CREATE TABLE ${quoteMysqlTable({ database: kept.database, name: kept.table })}`,
        )
        .catch(async (error: unknown) => {
          if ((error as { code?: unknown }).code !== 'ER_NO_SUCH_TABLE') throw error;
          throw await noTable(connection, { database, table });
        });
      const text = rows[0]?.['Create Table'];
      if (typeof text !== 'string') throw new Error(`${database}.${table} is a view, not a table`);
      return kept.database === database ? text : withDatabase(text, kept.database);
    },
    caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') },
  );
}

/** The server has the database under another name than it was asked for with. */
const withDatabase = (statement: string, database: string): string =>
  statement.replace(/^CREATE TABLE /, () => `CREATE TABLE ${quoteMysqlIdentifier(database)}.`);

/** The login may see only some: a table that it may not read is as one that is not there. */
async function noTable(connection: Connection, { database, table }: TablePlace): Promise<Error> {
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT TABLE_NAME AS name FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME LIMIT 40",
    [database],
  );
  const seen = rows.map(({ name }) => String(name)).join(', ');
  return new Error(
    `the server has no table ${database}.${table} that this login may see; in ${database} it sees ${seen || 'none'}`,
  );
}
