/** A MySQL server that is really there, in the place of a stand-in: reached through a relay, and never changed or ended. */

import { startTlsRelay, type TlsRelay } from '../../protocol/mysql/tls-relay';
import type { MysqlServer } from '../../runtime/ports/mysql-server';
import type { OwnMysql } from '../../state/own-source';
import { ensureTlsIdentity } from './tls-identity';

export interface OwnServer extends MysqlServer {
  readonly relay: TlsRelay;
}

/** @param folder where the laptop's own authority is, or is made */
export async function reachOwnServer(source: OwnMysql, folder: string, password: string): Promise<OwnServer> {
  const { host, port, sslMode: mode, sslCa } = source;
  const identity = await ensureTlsIdentity(folder);
  const relay = await startTlsRelay({
    ...identity,
    server: { host, port, mode, ...(sslCa === undefined ? {} : { caFile: sslCa }) },
  });
  const notOurs = async (): Promise<void> => {
    throw new Error(
      `the MySQL server at ${host}:${port} is somebody else's: it is neither ended nor started here`,
    );
  };
  return {
    relay,
    host: '127.0.0.1',
    port: relay.port,
    adminUser: source.user,
    adminPassword: password,
    caFile: identity.caFile,
    flavour: source.flavour,
    isReadOnly: true,
    isUp: () => true,
    end: notOurs,
    startAgain: notOurs,
    stop: relay.stop,
  };
}
