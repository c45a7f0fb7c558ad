/** Somebody's own MySQL server: reached and checked, and entries written for its tables. Nothing is written there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { readCatalogueFiles } from '../../pipeline/catalogue-files';
import { type Folding, isSameName, readFolding } from '../../pipeline/mysql/folded-name';
import { lookAtSourceTables } from '../../pipeline/mysql/refused-table';
import { mysqlName, mysqlTables } from '../../pipeline/tables';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { withMysqlServer } from '../runtime/with-mysql-server';
import { type OwnServer, reachOwnServer } from '../services/rds/own-server';
import { type LeftOutTable, type OwnMysql, ownTablesFolder } from '../state/own-source';
import type { StateFolder } from '../state/state-folder';
import { adoptIntoCatalogue } from './adopt-into-catalogue';
import { checkOwnPrivileges, checkOwnServer } from './check-own-source';
import { bringEntryBack, entryOfMysql, entryTaken, keepOwnEntries, setEntryAside } from './own-entries';
import { type AskedTable, type OwnSourceAddress, tableText } from './own-source-url';
import type { TablePlace } from './read-create-table';

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
  const server = await reachOwnServer(source, state.path('mysql', 'tls'), process.env.MYSQL_PWD ?? '');
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
  const { host, port, user, sslMode } = address;
  const { adminUser: username, adminPassword: password, caFile } = server;
  const login = { host: server.host, port: server.port, username, password, caFile };
  const folder = ownTablesFolder(dataDir);
  const work = async (connection: Connection): Promise<Found> => {
    const { flavour, problems } = await checkOwnServer(connection, host);
    const { places, empty } = await findAskedTables(connection, address.tables);
    keepOwnEntries(folder, [...places.map(entryOfMysql), ...otherEntries]);
    const folding = await readFolding(connection);
    const leftOut = await adoptAll(login, places, { dataDir, folding });
    const adopted = mysqlTables(parseCatalogue(readCatalogueFiles(folder)));
    const { refused } = await lookAtSourceTables(connection, adopted);
    for (const { table } of refused)
      for (const place of places)
        if (isSameName(`${place.database}.${place.table}`, table, folding))
          setEntryAside(folder, entryOfMysql(place));
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
    const reason = server.relay.lastFailure() ?? reasonOf(error, host);
    const problem = `cannot connect to ${host}:${port} as ${user} (--ssl-mode ${sslMode}): ${reason}`;
    return { flavour: server.flavour, problems: [problem], leftOut: [], tableCount: 0 };
  });
}

/** `shop.*` is what the login sees of it today. */
async function findAskedTables(
  connection: Connection,
  asked: readonly AskedTable[],
): Promise<{ readonly places: readonly TablePlace[]; readonly empty: readonly LeftOutTable[] }> {
  const places = new Map<string, TablePlace>();
  const empty: LeftOutTable[] = [];
  for (const { database, table } of asked) {
    const names = table === undefined ? await readTableNamesOf(connection, database) : [table];
    for (const name of names) places.set(`${database}.${name}`, { database, table: name });
    if (names.length === 0)
      empty.push({ table: `${database}.*`, reason: 'the login sees no table in that database' });
  }
  return { places: [...places.values()], empty };
}

async function readTableNamesOf(connection: Connection, database: string): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT TABLE_NAME AS name FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME",
    [database],
  );
  return rows.map(({ name }) => String(name));
}

function reasonOf(error: unknown, host: string): string {
  const text = error instanceof Error ? error.message : String(error);
  if (!text.includes('ER_ACCESS_DENIED_ERROR')) return text;
  const refused = 'the server does not take this user with this password, which is asked for or in MYSQL_PWD';
  return LOCAL.includes(host) ? `${refused}. ${ANONYMOUS}` : refused;
}

const LOCAL = ['localhost', '127.0.0.1', '::1'];
/** MariaDB knowledge base, "Troubleshooting Connection Issues"; MySQL manual, "Access Control, Stage 1". */
const ANONYMOUS =
  "From this machine itself a user @'%' is refused where the server has the anonymous user ''@'localhost', as a fresh MariaDB does: DROP USER ''@'localhost', or create the user as …@'localhost' as well";

/** An entry for each table, new ones and those from before; each table that cannot have one, with the reason. */
async function adoptAll(
  server: { host: string; port: number; username: string; password: string; caFile: string },
  places: readonly TablePlace[],
  { dataDir, folding }: { readonly dataDir: string; readonly folding: Folding },
): Promise<LeftOutTable[]> {
  const tablesFolder = ownTablesFolder(dataDir);
  const leftOut: LeftOutTable[] = [];
  /** Entries of this start, by name. */
  const taken = new Map<string, string>();
  for (const { database, table } of places) {
    const name = entryOfMysql({ database, table });
    const place = `${database}.${table}`;
    const other = taken.get(name) ?? place;
    if (!isSameName(place, other, folding)) {
      leftOut.push({ table: place, reason: entryTaken(name, other) });
      continue;
    }
    bringEntryBack(tablesFolder, name);
    const isUpdate = existsSync(join(tablesFolder, `${name}.json`));
    // What foreign keys change is asked of the server itself, afterwards.
    const given = {
      database,
      table,
      server,
      name,
      logsCascades: true,
      leaveOut: [],
      booleans: [],
      isUpdate,
      isDryRun: false,
    };
    try {
      await adoptIntoCatalogue({ ...given, tablesFolder, dataDir }, (text) => {
        if (text.startsWith('\nwarning: ')) console.error(text.trimStart());
      });
      taken.set(name, place);
    } catch (error) {
      setEntryAside(tablesFolder, name);
      leftOut.push({
        table: place,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return leftOut;
}
