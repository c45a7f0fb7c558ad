/** `npm run change-table -- bank.txns`: brings a target to what the catalogue says, of a stopped pipeline. */
import { TABLES } from '../../pipeline/tables';
import { changeTable } from '../../pipeline/warehouse/change-table';
import { findRuntime, StateFolderError } from '../state/state-folder';
import { type ChangeTableArguments, parseChangeTableArguments, START_HELP } from './arguments';
import { runCommand } from './run-command';
import { sessionWarehouse } from './session-warehouse';
import { withStoppedWarehouse } from './stopped-warehouse';

async function main(args: readonly string[]): Promise<number> {
  const given = parseChangeTableArguments(args);
  if (given.help) {
    console.log(START_HELP);
    return 0;
  }
  // Its task writes by the columns that it knows.
  if (findRuntime(given.dataDir) !== undefined)
    throw new StateFolderError(
      'the pipeline is running: stop it first (Ctrl-C), change the table, and start it again',
    );
  const { plan, done } = await change(given);
  console.log(`${given.table}:\n${plan.map((line) => `  - ${line}`).join('\n')}`);
  if (done) console.log('done; npm start continues with it');
  else if (plan.length > 1) console.log('nothing was changed: add --yes to do it');
  return 0;
}

const change = ({ dataDir, table, renamed, yes }: ChangeTableArguments) =>
  withStoppedWarehouse(dataDir, (warehouse) =>
    sessionWarehouse(warehouse, (session) =>
      changeTable(session, TABLES, { table, renamed, confirmed: yes }),
    ),
  );

runCommand(main);
