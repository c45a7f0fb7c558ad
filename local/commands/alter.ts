/** `npm run alter -- bank.txns`: brings a target to what the catalogue says, of a stopped pipeline. */
import { TABLES } from '../../pipeline/tables';
import { changeTable } from '../../pipeline/warehouse/change-table';
import { findRuntime, StateFolderError } from '../state/state-folder';
import { startCommand } from '../state/typed-command';
import type { DataDirFlag, Given } from './given';
import { sessionWarehouse } from './session-warehouse';
import { withStoppedWarehouse } from './stopped-warehouse';

interface ChangeTableFlags extends DataDirFlag {
  /** Earlier names of columns, each with that of the catalogue. */
  readonly rename: readonly (readonly [string, string])[];
  readonly empty: boolean;
  readonly yes: boolean;
}

export async function command({ words: [table = ''], flags }: Given<ChangeTableFlags>): Promise<number> {
  // Its task writes by the columns that it knows.
  if (findRuntime(flags.dataDir) !== undefined)
    throw new StateFolderError(
      'the pipeline is running: stop it first (Ctrl-C), change the table, and start it again',
    );
  const { plan, done } = await change(table, flags);
  console.log(`${table}:\n${plan.map((line) => `  - ${line}`).join('\n')}`);
  if (done) console.log(`done; ${startCommand(flags.dataDir)} continues with it`);
  else if (plan.length > 1) console.log('nothing was changed: add --yes to do it');
  return 0;
}

const change = (table: string, { dataDir, rename, empty, yes }: ChangeTableFlags) =>
  withStoppedWarehouse(dataDir, (warehouse) =>
    sessionWarehouse(warehouse, (session) =>
      changeTable(session, TABLES, {
        table,
        renamed: Object.fromEntries(rename),
        isEmpty: empty,
        confirmed: yes,
      }),
    ),
  );
