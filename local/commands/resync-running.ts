/** A new copy of tables of a running pipeline: refused where their structure at the source is no longer what it knows. */
import { TABLES_FOLDER } from '../../pipeline/catalogue-files';
import { mysqlName, mysqlTables, sourcePlace } from '../../pipeline/tables';
import { STATE } from '../runtime/ports/host';
import { MYSQL_SERVERS } from '../runtime/ports/mysql-server';
import type { Runtime } from '../runtime/runtime';
import { startCommand, typedCommand } from '../state/typed-command';
import { readCreateTable } from './read-create-table';
import { renewEntry } from './renew-entry';
import { type ResyncedTable, resyncTables } from './resync-tables';

/** @throws as `resyncTables` does, and Error that says what to do where only a stopped pipeline can be resynced */
export async function resyncRunning(runtime: Runtime, tables: readonly string[]): Promise<ResyncedTable[]> {
  await refuseChanged(runtime, tables);
  return resyncTables(runtime, tables);
}

/**
 * Functions and stacks that run know the structure of their start; whether NULL is taken is no matter of theirs.
 * @throws Error that names the differences of the first such table, and the command for a stopped pipeline
 */
async function refuseChanged({ registry }: Runtime, tables: readonly string[]): Promise<void> {
  const [server] = registry.of(MYSQL_SERVERS).values();
  if (server === undefined) return;
  const { folder } = registry.the(STATE);
  for (const known of mysqlTables()) {
    const [name, place] = [mysqlName(known), sourcePlace(known)];
    if (!tables.includes(name)) continue;
    const { changes = [] } =
      renewEntry(TABLES_FOLDER, place, await readCreateTable(server, place), known) ?? {};
    const different = changes.filter(({ isOfNull }) => !isOfNull).map(({ text }) => text);
    if (different.length > 0)
      throw new Error(
        `${name} has another structure at the source than this run knows: ${different.join('; ')}. Stop the pipeline (Ctrl-C); ${typedCommand(folder, 'resync', name)} then does all of it: the entry, the new target, the copy. ${startCommand(folder)} continues with it`,
      );
  }
}
