/** `npm run resync -- shop.orders`: a new copy of tables of MySQL, of a running pipeline or of a stopped one. */

import { callControlServer } from '../runtime/control-server';
import { listenForStop } from '../runtime/stop-signals';
import { findRuntime, requireState } from '../state/state-folder';
import { parseResyncArguments, type ResyncArguments, START_HELP } from './arguments';
import { openPipelineSession } from './pipeline-session';
import { type ResyncedTable, resyncTables } from './resync-tables';
import { runCommand } from './run-command';

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
  requireState(dataDir);
  const signals = listenForStop(console.error);
  const session = await signals.during(openPipelineSession({ dataDir, print: console.error }));
  try {
    return await signals.during(resyncTables(session.runtime, tables));
  } finally {
    await session.stop({ drain: false });
  }
}

runCommand(main);
