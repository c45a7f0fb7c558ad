/** `npm run resync -- shop.orders`: a new copy of tables of MySQL, of a running pipeline or of a stopped one. */

import { mysqlName, mysqlTables, sourcePlace } from '../../pipeline/tables';
import { callControlServer } from '../runtime/control-server';
import { UnknownTableError } from '../runtime/ports/replication-task';
import { findRuntime, requireState } from '../state/state-folder';
import type { DataDirFlag, Given } from './given';
import type { TablePlace } from './read-create-table';
import { renewEntries } from './renew-entries';
import { adviseBackfill, type ResyncedTable, resyncTables } from './resync-tables';
import { withStoppedPipeline } from './stopped-pipeline';
import { whileWaiting } from './while-waiting';

export async function command({ words, flags }: Given<DataDirFlag>): Promise<number> {
  for (const { table, rows, taken } of await resync(flags.dataDir, words)) {
    if (taken !== undefined) console.error(`${table} has changed at the source: ${taken}`);
    console.log(`${table}: a new copy of ${rows} rows`);
  }
  return 0;
}

async function resync(dataDir: string, tables: readonly string[]): Promise<readonly ResyncedTable[]> {
  const running = findRuntime(dataDir);
  if (running !== undefined)
    return (await whileWaiting(
      { dataDir, doing: 'copying' },
      callControlServer(running, 'resync', { tables }),
    )) as ResyncedTable[];
  requireState(dataDir);
  await renewEntries(dataDir, findPlaces(dataDir, tables), (text) => console.error(text));
  return withStoppedPipeline({ dataDir, drains: false }, ({ runtime }, signals) =>
    signals.during(resyncTables(runtime, tables)),
  );
}

/** Before anything is started. @throws UnknownTableError */
function findPlaces(dataDir: string, tables: readonly string[]): TablePlace[] {
  const known = mysqlTables();
  const unknown = tables.filter((name) => !known.some((table) => mysqlName(table) === name));
  if (unknown.length > 0)
    throw new UnknownTableError(
      `no entry has the table ${unknown.join(', ')} of MySQL; there are ${known.map(mysqlName).sort().join(', ') || 'none'}${adviseBackfill(dataDir, unknown)}`,
    );
  return known.filter((table) => tables.includes(mysqlName(table))).map(sourcePlace);
}
