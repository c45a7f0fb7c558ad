/** `npm run resync -- shop.orders`: a new copy of tables of MySQL, of a running pipeline or of a stopped one. */

import { callControlServer } from '../runtime/control-server';
import { findRuntime } from '../state/state-folder';
import { parseResyncArguments, type ResyncArguments, START_HELP } from './arguments';
import { type ResyncedTable, resyncTables } from './resync-tables';
import { runCommand } from './run-command';
import { withStoppedPipeline } from './stopped-pipeline';

async function main(args: readonly string[]): Promise<number> {
  const given = parseResyncArguments(args);
  if (given.help) {
    console.log(START_HELP);
    return 0;
  }
  for (const { table, rows } of await resync(given)) console.log(`${table}: a new copy of ${rows} rows`);
  return 0;
}

async function resync({ dataDir, tables }: ResyncArguments): Promise<readonly ResyncedTable[]> {
  const running = findRuntime(dataDir);
  if (running !== undefined)
    return (await callControlServer(running, 'resync', { tables })) as ResyncedTable[];
  return withStoppedPipeline({ dataDir, drains: false }, ({ runtime }, signals) =>
    signals.during(resyncTables(runtime, tables)),
  );
}

runCommand(main);
