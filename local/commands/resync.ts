/** `npm run resync -- shop.orders`: a new copy of tables of MySQL, of a running pipeline or of a stopped one. */

import { callControlServer } from '../runtime/control-server';
import { findRuntime } from '../state/state-folder';
import type { DataDirFlag, Given } from './given';
import { type ResyncedTable, resyncTables } from './resync-tables';
import { withStoppedPipeline } from './stopped-pipeline';

export async function command({ words, flags }: Given<DataDirFlag>): Promise<number> {
  for (const { table, rows } of await resync(flags.dataDir, words))
    console.log(`${table}: a new copy of ${rows} rows`);
  return 0;
}

async function resync(dataDir: string, tables: readonly string[]): Promise<readonly ResyncedTable[]> {
  const running = findRuntime(dataDir);
  if (running !== undefined)
    return (await callControlServer(running, 'resync', { tables })) as ResyncedTable[];
  return withStoppedPipeline({ dataDir, drains: false }, ({ runtime }, signals) =>
    signals.during(resyncTables(runtime, tables)),
  );
}
