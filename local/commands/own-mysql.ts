/** Somebody's own MySQL server: reached and checked, and entries written for its tables. Nothing is written there. */
import type { Connection } from 'mysql2/promise';
import { readCatalogueFiles } from '../../pipeline/catalogue-files';
import { isSameName, readFolding } from '../../pipeline/mysql/folded-name';
import { lookAtSourceTables } from '../../pipeline/mysql/refused-table';
import { mysqlName, mysqlTables } from '../../pipeline/tables';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { withMysqlServer } from '../runtime/with-mysql-server';
import { type OwnServer, reachOwnServer } from '../services/rds/own-server';
import { type LeftOutTable, type OwnMysql, ownTablesFolder } from '../state/own-source';
import type { StateFolder } from '../state/state-folder';
import { adoptOwnTables, findAskedTables } from './adopt-own-tables';
import { checkOwnPrivileges, checkOwnServer } from './check-own-source';
import { keepOwnEntries, nameOwnEntries, setEntryAside } from './own-entries';
import { ownPassword } from './own-password';
import { type OwnSourceAddress, tableText } from './own-source-url';
import { describeUnreached, isUnreached } from './unreached-server';

export interface CheckedMysql {
  readonly place: string;
  /** Of the server and the login: nothing can start. */
  readonly problems: readonly string[];
  /** The others start without them. */
  readonly leftOut: readonly LeftOutTable[];
  readonly tableCount: number;
  readonly source: OwnMysql;
  readonly caFile: string;
}

/**
 * Entries are new, or read again; every problem is found at once.
 * @param otherEntries of the other source, which stay
 */
export async function checkOwnMysql(
  address: OwnSourceAddress,
  state: StateFolder,
  otherEntries: readonly string[],
): Promise<CheckedMysql> {
  const { host, port, tables: asked, ...rest } = address;
  const tables = asked
    .map(({ database, table }) => `${tableText(database)}.${table === undefined ? '*' : tableText(table)}`)
    .join(',');
  const source: OwnMysql = { ...rest, host, port, tables, flavour: 'mysql' };
  const server = await reachOwnServer(source, state.path('mysql', 'tls'), await ownPassword(source));
  try {
    const { flavour, ...found } = await checkAndAdopt(server, address, state.folder, otherEntries);
    return { place: `${host}:${port}`, ...found, source: { ...source, flavour }, caFile: server.caFile };
  } finally {
    await server.stop();
  }
}

type Found = Pick<CheckedMysql, 'problems' | 'leftOut' | 'tableCount'> & Pick<OwnMysql, 'flavour'>;

async function checkAndAdopt(
  server: OwnServer,
  address: OwnSourceAddress,
  dataDir: string,
  otherEntries: readonly string[],
): Promise<Found> {
  const { host } = address;
  const { adminUser: username, adminPassword: password, caFile } = server;
  const login = { host: server.host, port: server.port, username, password, caFile };
  const folder = ownTablesFolder(dataDir);
  let isConnected = false;
  const work = async (connection: Connection): Promise<Found> => {
    isConnected = true;
    const { flavour, problems } = await checkOwnServer(connection, host);
    const { places, empty } = await findAskedTables(connection, address.tables);
    const named = nameOwnEntries(folder, places);
    keepOwnEntries(folder, named, otherEntries);
    const folding = await readFolding(connection);
    const leftOut = await adoptOwnTables(login, named, { dataDir, folding });
    const adopted = mysqlTables(parseCatalogue(readCatalogueFiles(folder)));
    const { refused } = await lookAtSourceTables(connection, adopted);
    for (const { table } of refused)
      for (const { database, table: name, entry } of named)
        if (isSameName(`${database}.${name}`, table, folding)) setEntryAside(folder, entry);
    const tables = adopted.filter((table) => !refused.some((one) => one.table === mysqlName(table)));
    const missing = await checkOwnPrivileges(connection, tables);
    return {
      flavour,
      problems: [...problems, ...missing],
      leftOut: [...empty, ...leftOut, ...refused],
      tableCount: tables.length,
    };
  };
  return withMysqlServer(server, work).catch((error: unknown) => {
    if (isConnected && !isUnreached(error)) throw error;
    const problem = describeUnreached(address, server, error);
    return { flavour: server.flavour, problems: [problem], leftOut: [], tableCount: 0 };
  });
}
