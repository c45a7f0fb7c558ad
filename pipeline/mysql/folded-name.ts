/**
 * Names of tables on a server that does not tell capitals apart (`lower_case_table_names`). With 1 it keeps them in
 * lower case; with 2, as on macOS, as they were written. Its binlog has rows under names in lower case in both, and
 * statements as they were written; its grants are in lower case (seen on MariaDB 10.11 and MySQL 9.7).
 */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { type MysqlTable, mysqlName } from '../tables';

export interface NamedPlace {
  readonly database: string;
  readonly table: string;
}

export type Folding = 0 | 1 | 2;

export async function readFolding(connection: Connection): Promise<Folding> {
  const [[row]] = await connection.query<RowDataPacket[]>(
    'SELECT @@GLOBAL.lower_case_table_names AS folding',
  );
  return Number(row?.folding) as Folding;
}

/** Two names that the server takes for one become equal. It goes character by character, and makes one of each. */
export const foldSourceName = (name: string): string =>
  [...name].map((character) => (character === 'İ' ? 'i' : character.toLowerCase())).join('');

export const isSameName = (one: string, other: string, folding: Folding): boolean =>
  one === other || (folding !== 0 && foldSourceName(one) === foldSourceName(other));

/** The name by which its information schema lists a table; as it was asked for where there is none. */
export async function readKeptName(
  connection: Connection,
  asked: NamedPlace,
  folding: Folding,
): Promise<NamedPlace> {
  switch (folding) {
    case 0:
      return asked;
    case 1:
      return {
        database: await foldedByServer(connection, asked.database),
        table: await foldedByServer(connection, asked.table),
      };
    case 2: {
      const database = await findKept(
        connection,
        asked.database,
        'SELECT SCHEMA_NAME AS name FROM INFORMATION_SCHEMA.SCHEMATA',
      );
      // A condition on the name itself would be answered with the name that it has (MariaDB).
      const table = await findKept(
        connection,
        asked.table,
        'SELECT TABLE_NAME AS name FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ?',
        database,
      );
      return { database, table };
    }
  }
}

/** It knows fewer characters than Node does. */
async function foldedByServer(connection: Connection, name: string): Promise<string> {
  const [[row]] = await connection.query<RowDataPacket[]>(
    'SELECT LOWER(CONVERT(? USING utf8mb3) COLLATE utf8mb3_general_ci) AS name',
    [name],
  );
  return String(row?.name);
}

async function findKept(
  connection: Connection,
  asked: string,
  sql: string,
  database?: string,
): Promise<string> {
  const [rows] = await connection.query<RowDataPacket[]>(sql, [database]);
  const names = rows.map(({ name }) => String(name));
  return names.includes(asked)
    ? asked
    : (names.find((name) => foldSourceName(name) === foldSourceName(asked)) ?? asked);
}

/** Why a table cannot be found by the name that the catalogue has for it; undefined when it can. */
export function foldedNameProblem(table: MysqlTable, kept: NamedPlace): string | undefined {
  const name = `${kept.database}.${kept.table}`;
  if (name === mysqlName(table)) return undefined;
  return `the server does not tell capitals apart (lower_case_table_names) and lists this table as ${name}; the replication task finds it by no other name. Write tables/${table.name}.json again: npm run add-table -- mysql ${name}`;
}
