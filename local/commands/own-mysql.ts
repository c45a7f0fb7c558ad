/** Somebody's own MySQL server: reached and checked, and entries written for its tables. Nothing is written there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { readCatalogueFiles } from '../../pipeline/catalogue-files';
import { mysqlTables } from '../../pipeline/tables';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { withMysqlServer } from '../runtime/with-mysql-server';
import { type OwnServer, reachOwnServer } from '../services/rds/own-server';
import { type OwnMysql, ownTablesFolder } from '../state/own-source';
import type { StateFolder } from '../state/state-folder';
import { adoptIntoCatalogue } from './adopt-into-catalogue';
import { checkOwnPrivileges, checkOwnServer } from './check-own-source';
import { entryOfMysql } from './own-entries';
import type { OwnSourceAddress } from './own-source-url';

export interface CheckedMysql {
  readonly place: string;
  readonly problems: readonly string[];
  readonly source: OwnMysql;
  readonly caFile: string;
}

/** Entries are new, or read again; every problem is found at once. */
export async function checkOwnMysql(address: OwnSourceAddress, state: StateFolder): Promise<CheckedMysql> {
  const { host, port } = address;
  const tables = address.tables.map(({ database, table }) => `${database}.${table}`);
  const source: OwnMysql = { ...address, tables, flavour: 'mysql' };
  const server = await reachOwnServer(source, state.path('mysql', 'tls'), process.env.MYSQL_PWD ?? '');
  try {
    const { flavour, problems } = await checkAndAdopt(server, address, state.folder);
    return { place: `${host}:${port}`, problems, source: { ...source, flavour }, caFile: server.caFile };
  } finally {
    await server.stop();
  }
}

type Found = Pick<CheckedMysql, 'problems'> & Pick<OwnMysql, 'flavour'>;

async function checkAndAdopt(server: OwnServer, address: OwnSourceAddress, dataDir: string): Promise<Found> {
  const { host, port, user, sslMode } = address;
  const { adminUser: username, adminPassword: password, caFile } = server;
  const login = { host: server.host, port: server.port, username, password, caFile };
  const work = async (connection: Connection): Promise<Found> => {
    const { flavour, problems } = await checkOwnServer(connection, host);
    const refused = await adoptAll(login, address, dataDir);
    const tables = mysqlTables(parseCatalogue(readCatalogueFiles(ownTablesFolder(dataDir))));
    const missing = await checkOwnPrivileges(connection, tables);
    return { flavour, problems: [...problems, ...refused, ...missing] };
  };
  return withMysqlServer(server, work).catch((error: unknown) => {
    const reason = server.relay.lastFailure() ?? reasonOf(error);
    const problem = `cannot connect to ${host}:${port} as ${user} (--ssl-mode ${sslMode}): ${reason}`;
    return { flavour: server.flavour, problems: [problem] };
  });
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.includes('ER_ACCESS_DENIED_ERROR')
    ? 'the server does not take this user with this password, which is asked for or in MYSQL_PWD'
    : text;
}

/** An entry for each table, new ones and those from before; what is wrong with a table, in a line. */
async function adoptAll(
  server: { host: string; port: number; username: string; password: string; caFile: string },
  { tables }: OwnSourceAddress,
  dataDir: string,
): Promise<string[]> {
  const tablesFolder = ownTablesFolder(dataDir);
  const problems: string[] = [];
  for (const { database, table } of tables) {
    const name = entryOfMysql({ database, table });
    const isUpdate = existsSync(join(tablesFolder, `${name}.json`));
    const warnings: string[] = [];
    const given = { database, table, server, name, leaveOut: [], booleans: [], isUpdate, isDryRun: false };
    try {
      await adoptIntoCatalogue({ ...given, tablesFolder, dataDir }, (text) => warnings.push(text));
      for (const text of warnings) if (text.startsWith('\nwarning: ')) console.error(text.trimStart());
    } catch (error) {
      problems.push(`${database}.${table}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}
