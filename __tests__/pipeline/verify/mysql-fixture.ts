/** A MySQL server with tables of the catalogue, for the tests of the comparison. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { startMysqlServer } from '../../../local/services/rds/mysql-server';
import { type MysqlConnectionOptions, withMysqlConnection } from '../../../pipeline/mysql/mysql-connection';
import { buildCreateDatabase, buildMysqlTable } from '../../../pipeline/mysql/mysql-ddl';
import { quoteMysqlIdentifier, quoteMysqlTable } from '../../../pipeline/mysql/mysql-identifier';
import type { MysqlSecret } from '../../../pipeline/secrets';
import type { MysqlTable } from '../../../pipeline/tables';
import type { CanonicalValue } from '../../../pipeline/verify/canonical-text';

export interface MysqlFixture {
  readonly secret: MysqlSecret;
  readonly options: MysqlConnectionOptions;
  readonly caFile: string;
  run<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result>;
  query(sql: string, values?: readonly unknown[]): Promise<void>;
  /** Replaces all rows of the table. */
  fill(table: MysqlTable, rows: readonly (readonly CanonicalValue[])[]): Promise<void>;
  stop(): Promise<void>;
}

const ROWS_A_STATEMENT = 1_000;

export async function startMysqlFixture(tables: readonly MysqlTable[]): Promise<MysqlFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-verify-mysql-'));
  const server = await startMysqlServer({ folder });
  const { host, port, adminUser: username, adminPassword: password } = server;
  const secret: MysqlSecret = { arn: 'arn:test', read: async () => ({ username, password, host, port }) };
  const options = { ca: readFileSync(server.caFile, 'utf8') };
  const run: MysqlFixture['run'] = (work) => withMysqlConnection(secret, work, options);
  const query: MysqlFixture['query'] = (sql, values = []) =>
    run(async (connection) => void (await connection.query(sql, [...values])));
  for (const table of tables) {
    await query(buildCreateDatabase(table.database));
    await query(buildMysqlTable(table));
  }
  return {
    secret,
    options,
    caFile: server.caFile,
    run,
    query,
    fill: (table, rows) =>
      run(async (connection) => {
        const columns = table.columns.map(({ name }) => quoteMysqlIdentifier(name)).join(', ');
        await connection.query(`TRUNCATE TABLE ${quoteMysqlTable(table)}`);
        for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
          const some = rows.slice(at, at + ROWS_A_STATEMENT);
          await connection.query(`INSERT INTO ${quoteMysqlTable(table)} (${columns}) VALUES ?`, [some]);
        }
      }),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
