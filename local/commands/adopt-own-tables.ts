/** Entries of the tables of somebody's own MySQL server that were asked for: found, named, written, or left out with a reason. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { type Folding, isSameName } from '../../pipeline/mysql/folded-name';
import { type LeftOutTable, ownTablesFolder } from '../state/own-source';
import { adoptIntoCatalogue } from './adopt-into-catalogue';
import { bringEntryBack, entryTaken, type NamedEntry, setEntryAside } from './own-entries';
import type { AskedTable } from './own-source-url';
import type { TablePlace } from './read-create-table';

/** `shop.*` is what the login sees of it today. */
export async function findAskedTables(
  connection: Connection,
  asked: readonly AskedTable[],
): Promise<{ readonly places: readonly TablePlace[]; readonly empty: readonly LeftOutTable[] }> {
  const places = new Map<string, TablePlace>();
  const empty: LeftOutTable[] = [];
  for (const { database, table } of asked) {
    const names = table === undefined ? await readTableNamesOf(connection, database) : [table];
    for (const name of names) places.set(JSON.stringify([database, name]), { database, table: name });
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

/** An entry for each table, new ones and those from before. @returns each table that cannot have one, with the reason */
export async function adoptOwnTables(
  server: { host: string; port: number; username: string; password: string; caFile: string },
  places: readonly NamedEntry[],
  { dataDir, folding }: { readonly dataDir: string; readonly folding: Folding },
): Promise<LeftOutTable[]> {
  const tablesFolder = ownTablesFolder(dataDir);
  const leftOut: LeftOutTable[] = [];
  /** Entries of this start, by name. */
  const taken = new Map<string, string>();
  for (const { database, table, entry: name } of places) {
    const place = `${database}.${table}`;
    const reason = findTaken({ name, place }, taken, folding);
    if (reason !== undefined) {
      leftOut.push({ table: place, reason });
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

/** Why a table cannot come beside one that has an entry already. */
function findTaken(
  { name, place }: { readonly name: string; readonly place: string },
  taken: ReadonlyMap<string, string>,
  folding: Folding,
): string | undefined {
  const other = taken.get(name) ?? place;
  if (!isSameName(place, other, folding)) return entryTaken(name, other);
  // The binlog's names are joined by a dot: `a.b`.`c` and `a`.`b.c` are written alike.
  const isWrittenAlike = [...taken].some(
    ([another, written]) => another !== name && isSameName(place, written, folding),
  );
  return isWrittenAlike
    ? 'another table is written as it is, database, dot and table: only one of the two is replicated into one data folder. Start another with --data-dir'
    : undefined;
}
