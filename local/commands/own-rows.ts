/** Rows that no seed file has, of any table of the MySQL server that is not the pipeline's own. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { readCsvRows } from '../../pipeline/files/csv-rows';
import type { ByteStream } from '../../pipeline/files/seed-file';
import { HEARTBEATS } from '../../pipeline/heartbeats';
import { findIngestedTable, INGEST_TXNS } from '../../pipeline/ingested-tables';
import { INGEST_RUNS } from '../../pipeline/mysql/ingest-runs';
import { quoteMysqlIdentifier, quoteMysqlTable } from '../../pipeline/mysql/mysql-identifier';
import type { MysqlTable } from '../../pipeline/tables';
import { givenColumns } from '../../pipeline/values/given-columns';
import type { MysqlServer } from '../runtime/ports/mysql-server';
import { withMysqlServer } from '../runtime/with-mysql-server';
import type { OwnData } from './own-items';

/** Schemas of the server, and those that set-up creates. */
const NOBODYS = [
  'mysql',
  'information_schema',
  'performance_schema',
  'sys',
  HEARTBEATS.database,
  INGEST_RUNS.database,
];

/** Counts by table; tables without such rows are left out. A row of the seed that was changed counts. */
export function countOwnRows(server: MysqlServer, seeds: readonly ByteStream[]): Promise<OwnData[]> {
  return withMysqlServer(server, async (connection) => {
    const found: OwnData[] = [];
    const txns = findIngestedTable(INGEST_TXNS);
    for (const table of await readTables(connection)) {
      const isSeeded = table.database === txns?.database && table.name === txns.name;
      const count = await (isSeeded ? countUnseeded(connection, txns, seeds) : countAll(connection, table));
      if (count > 0) found.push({ table: `${table.database}.${table.name}`, count, what: 'rows' });
    }
    return found;
  });
}

interface TableName {
  readonly database: string;
  readonly name: string;
}

async function readTables(connection: Connection): Promise<TableName[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT table_schema AS db, table_name AS name
     FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN (?)
     ORDER BY table_schema, table_name`,
    [NOBODYS],
  );
  return rows.map(({ db, name }) => ({ database: String(db), name: String(name) }));
}

async function countAll(connection: Connection, table: TableName): Promise<number> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT COUNT(*) AS n FROM ${quoteMysqlTable(table)}`,
  );
  return Number(rows[0]?.n);
}

/** Each ingest appends the seed again, so that equal rows are read once. */
async function countUnseeded(
  connection: Connection,
  table: MysqlTable,
  seeds: readonly ByteStream[],
): Promise<number> {
  const seeded = new Set<string>();
  for (const seed of seeds) {
    for await (const { rows } of readCsvRows(seed, table))
      for (const row of rows) seeded.add(JSON.stringify(row));
  }
  const names = givenColumns(table).map(({ name }) => name);
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT DISTINCT ${names.map(quoteMysqlIdentifier).join(', ')} FROM ${quoteMysqlTable(table)}`,
  );
  const textOf = (value: unknown): string | null => (value === null ? null : String(value));
  return rows.filter((row) => !seeded.has(JSON.stringify(names.map((name) => textOf(row[name]))))).length;
}
