/** A new copy of tables of a running pipeline: refused where it cannot take their structure at the source. */
import { TABLES_FOLDER } from '../../pipeline/catalogue-files';
import { type MysqlTable, mysqlName, mysqlTables, sourcePlace } from '../../pipeline/tables';
import { STATE } from '../runtime/ports/host';
import { MYSQL_SERVERS, type MysqlServer } from '../runtime/ports/mysql-server';
import type { Registry } from '../runtime/registry';
import type { Runtime } from '../runtime/runtime';
import { startCommand, typedCommand } from '../state/typed-command';
import { readCreateTable } from './read-create-table';
import { type RenewedEntry, renewEntry } from './renew-entry';
import { type ResyncedTable, resyncTables } from './resync-tables';
import { isReadAlike, takeWider } from './wider-table';

/** @throws as `resyncTables` does, and Error that says what to do where only a stopped pipeline can be resynced */
export async function resyncRunning(runtime: Runtime, tables: readonly string[]): Promise<ResyncedTable[]> {
  const { registry } = runtime;
  const changed = await findChanged(registry, tables);
  for (const one of changed) if (!isReadAlike(one.known, one.renewed.table)) throw refusal(registry, one);
  for (const one of changed) if (!(await takeWider(registry, one.renewed))) throw refusal(registry, one);
  const taken = new Map(changed.map(({ known, texts }) => [mysqlName(known), texts]));
  return (await resyncTables(runtime, tables)).map((one) => {
    const texts = taken.get(one.table);
    return texts === undefined ? one : { ...one, taken: texts };
  });
}

interface ChangedTableOfRun {
  /** As functions and stacks of this run have it. */
  readonly known: MysqlTable;
  readonly renewed: RenewedEntry;
  readonly texts: string;
}

/** Whether NULL is taken is no matter of functions and stacks. */
async function findChanged(registry: Registry, tables: readonly string[]): Promise<ChangedTableOfRun[]> {
  const [server] = registry.of(MYSQL_SERVERS).values();
  if (server === undefined) return [];
  const asked = mysqlTables().filter((known) => tables.includes(mysqlName(known)));
  const found: ChangedTableOfRun[] = [];
  for (const known of asked) found.push(...(await changeOf(server, known)));
  return found;
}

async function changeOf(server: MysqlServer, known: MysqlTable): Promise<ChangedTableOfRun[]> {
  const place = sourcePlace(known);
  const renewed = renewEntry(TABLES_FOLDER, place, await readCreateTable(server, place), known);
  const different = renewed?.changes.filter(({ isOfNull }) => !isOfNull).map(({ text }) => text) ?? [];
  return renewed === undefined || different.length === 0
    ? []
    : [{ known, renewed, texts: different.join('; ') }];
}

function refusal(registry: Registry, { known, texts }: ChangedTableOfRun): Error {
  const { folder } = registry.the(STATE);
  const name = mysqlName(known);
  return new Error(
    `${name} has another structure at the source than this run knows: ${texts}. Its functions would read and compare the former one. Stop the pipeline (Ctrl-C); ${typedCommand(folder, 'resync', name)} then does all of it: the entry, the new target, the copy. ${startCommand(folder)} continues with it`,
  );
}
