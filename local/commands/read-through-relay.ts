/** `SHOW CREATE TABLE` of a server by TLS as a person said, which says why a certificate is not taken. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SslMode } from '../protocol/mysql/tls-modes';
import { reachOwnServer } from '../services/rds/own-server';
import { readCreateTable, type TablePlace } from './read-create-table';

interface RelayedLogin {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly caFile?: string;
  readonly sslMode: SslMode;
}

export async function readThroughRelay(login: RelayedLogin, place: TablePlace): Promise<string> {
  const { host, port, username: user, password, caFile, sslMode } = login;
  const folder = mkdtempSync(join(tmpdir(), 'cdc-relay-'));
  const source = { host, port, user, sslMode, ...(caFile === undefined ? {} : { sslCa: caFile }) };
  try {
    const server = await reachOwnServer({ ...source, tables: '', flavour: 'mysql' }, folder, password);
    try {
      return await readCreateTable(server, place);
    } catch (error) {
      const reason = server.relay.lastFailure();
      if (reason === undefined) throw error;
      throw new Error(`cannot connect to ${host}:${port} (--ssl-mode ${sslMode}): ${reason}`, {
        cause: error,
      });
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
