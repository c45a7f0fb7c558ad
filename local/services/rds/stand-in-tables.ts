/** The tables of the catalogue in a server that stands in for somebody else's: there before this deployment, with rows. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { readCsvRows } from '../../../pipeline/files/csv-rows';
import { ingestedTables } from '../../../pipeline/ingested-tables';
import { buildCreateDatabase, buildMysqlTable } from '../../../pipeline/mysql/mysql-ddl';
import { isThere } from '../../../pipeline/mysql/prepare-mysql';
import { RowInserter } from '../../../pipeline/mysql/row-inserter';
import { type MysqlTable, mysqlTables } from '../../../pipeline/tables';
import { ingestedColumns } from '../../../pipeline/values/given-columns';
import type { MysqlServer } from '../../runtime/ports/mysql-server';
import { withMysqlServer } from '../../runtime/with-mysql-server';

const SEED_FOLDER = join(__dirname, '..', '..', '..', 'seed-data');

/** Makes what is missing, as its owner did; a table that is there keeps its rows. */
export async function fillStandIn(server: MysqlServer): Promise<void> {
  await withMysqlServer(server, async (connection) => {
    for (const table of mysqlTables()) {
      if (await isThere(connection, table)) continue;
      await connection.query(buildCreateDatabase(table.database));
      await connection.query(buildMysqlTable(table));
      await fillWithSeed(connection, table);
    }
  });
}

/** Rows of the seed file, where the table has one. Whole or not at all: a run that was killed finds an empty table. */
async function fillWithSeed(connection: Connection, table: MysqlTable): Promise<void> {
  const seed = ingestedTables().find(({ name, source }) => source === 'mysql' && name === table.name);
  if (seed === undefined) return;
  const columns = ingestedColumns(table);
  await connection.beginTransaction();
  const inserter = new RowInserter(connection, table, columns);
  for await (const { rows } of readCsvRows(createReadStream(join(SEED_FOLDER, seed.seedFile)), table))
    for (const row of rows) await inserter.add([...row, FILLED_AT]);
  await inserter.finish();
  await connection.commit();
}

/** Long before this deployment. */
const FILLED_AT = '2020-01-01 00:00:00.000000';
