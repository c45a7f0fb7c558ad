/** A MySQL server as the set-up function leaves it, with its secrets. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import type { MysqlServer } from '../../local/runtime/ports/mysql-server';
import { startMysqlServer } from '../../local/services/rds/mysql-server';
import { withMysqlConnection } from '../../pipeline/mysql/mysql-connection';
import { type PrepareMysqlOptions, prepareMysql } from '../../pipeline/mysql/prepare-mysql';
import { type MysqlSecret, mysqlSecret } from '../../pipeline/secrets';
import { type SecretStore, secretArn, startSecretStore } from './secret-store';

export const USER_SECRETS = {
  cdc_ingest: secretArn('ingest'),
  cdc_reconcile: secretArn('reconcile'),
  cdc_dms: secretArn('dms'),
};
export const ADMIN_SECRET = secretArn('admin');

export interface MysqlBed {
  readonly server: MysqlServer;
  readonly store: SecretStore;
  /** PEM of the server's authority. */
  readonly ca: string;
  readonly options: PrepareMysqlOptions;
  readonly admin: MysqlSecret;
  login(user: keyof typeof USER_SECRETS): MysqlSecret;
  /** Runs one statement, as the admin unless told otherwise. */
  query(sql: string, secret?: MysqlSecret): Promise<RowDataPacket[]>;
  stop(): Promise<void>;
}

/** @param given `isPrepared: false` leaves the set-up to the test; `hasApi`: the source takes requests of the API. */
export async function startMysqlBed(
  given: { readonly isPrepared?: boolean; readonly hasApi?: boolean } = {},
): Promise<MysqlBed> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-mysql-bed-'));
  const server = await startMysqlServer({ folder, parameters: { binlog_format: 'ROW' } });
  const ca = readFileSync(server.caFile, 'utf8');
  const store = await startSecretStore();
  const { adminUser: username, adminPassword: password, host, port } = server;
  store.values.set(ADMIN_SECRET, JSON.stringify({ username, password }));
  for (const arn of Object.values(USER_SECRETS)) store.values.set(arn, undefined);
  const options: PrepareMysqlOptions = {
    address: { host, port },
    adminSecretArn: ADMIN_SECRET,
    userSecretArns: USER_SECRETS,
    binlogRetentionHours: 72,
    hasApi: given.hasApi === true,
    ca,
  };
  if (given.isPrepared !== false) await prepareMysql(store.client, options);
  const admin = mysqlSecret(store.client, ADMIN_SECRET, { host, port });
  return {
    server,
    store,
    ca,
    options,
    admin,
    login: (user) => mysqlSecret(store.client, USER_SECRETS[user]),
    query: (sql, secret = admin) =>
      withMysqlConnection(secret, async (connection) => (await connection.query<RowDataPacket[]>(sql))[0], {
        ca,
      }),
    stop: async () => {
      await store.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
