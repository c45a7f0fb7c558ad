/** A connection to a MySQL server as its administrator, past the secrets of the pipeline's own users. */
import { readFileSync } from 'node:fs';
import type { Connection } from 'mysql2/promise';
import { withMysqlConnection } from '../../pipeline/mysql/mysql-connection';
import type { MysqlServer } from './ports/mysql-server';

export type ReachedServer = Pick<
  MysqlServer,
  'host' | 'port' | 'adminUser' | 'adminPassword' | 'caFile' | 'isReadOnly'
>;

/** Opens it, and always closes it; a server of somebody else refuses what writes. @throws as `withMysqlConnection` does */
export function withMysqlServer<Result>(
  server: ReachedServer,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const { host, port, adminUser: username, adminPassword: password, caFile, isReadOnly = false } = server;
  return withMysqlConnection(
    { arn: `mysql://${username}@${host}:${port}`, read: async () => ({ host, port, username, password }) },
    async (connection) => {
      if (isReadOnly) await connection.query('SET SESSION TRANSACTION READ ONLY');
      return work(connection);
    },
    { ca: readFileSync(caFile, 'utf8') },
  );
}
