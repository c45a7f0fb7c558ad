/**
 * What `npm start -- --mysql …` and `--dynamodb …` do before synthesis: check the sources, read their tables, and write
 * entries and settings into the data folder. Nothing is written anywhere else, and nothing at a source.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findOwnSource, ownTablesFolder, writeOwnSource } from '../state/own-source';
import { StateFolder } from '../state/state-folder';
import type { Given, StartFlags } from './given';
import { describeLeftOut } from './left-out-tables';
import { checkOwnDynamodb } from './own-dynamodb';
import { type OwnDynamodbFlags, parseOwnDynamodb } from './own-dynamodb-address';
import { entryOfDynamodb, keepOwnEntries, makeOwnEntries } from './own-entries';
import { type CheckedMysql, checkOwnMysql } from './own-mysql';
import { writeOwnSettings } from './own-settings';
import { type OwnSourceFlags, parseOwnSource } from './own-source-url';
import { UsageError } from './usage-error';

export async function command({
  flags,
}: Given<StartFlags & OwnSourceFlags & OwnDynamodbFlags>): Promise<number> {
  const { dataDir, fresh } = flags;
  const server = flags.mysql === undefined ? undefined : parseOwnSource(flags);
  const items = flags.dynamodb === undefined ? undefined : parseOwnDynamodb(flags);
  refuseOtherPipeline(dataDir);
  const state = await StateFolder.open(dataDir, { fresh });
  try {
    makeOwnEntries(ownTablesFolder(dataDir));
    const itemEntries = (items?.tables ?? []).map(entryOfDynamodb);
    const checked = server === undefined ? undefined : await checkOwnMysql(server, state, itemEntries);
    if (server === undefined) keepOwnEntries(ownTablesFolder(dataDir), [], itemEntries);
    const checkedItems = items === undefined ? undefined : await checkOwnDynamodb(items, dataDir);
    refuseProblems([checked ?? [], checkedItems ?? []].flat());
    const leftOut = [...(checked?.leftOut ?? []), ...(checkedItems?.leftOut ?? [])];
    // A source of which no table can be replicated stops nothing else.
    const mysql = checked?.tableCount === 0 ? undefined : checked;
    const dynamodb = checkedItems?.tableCount === 0 ? undefined : checkedItems;
    writeOwnSource(dataDir, {
      leftOut,
      ...(mysql === undefined ? {} : { mysql: mysql.source }),
      ...(dynamodb === undefined ? {} : { dynamodb: dynamodb.source }),
      without: {
        ...(checked !== undefined && mysql === undefined ? { mysql: checked.source } : {}),
        ...(checkedItems !== undefined && dynamodb === undefined ? { dynamodb: checkedItems.source } : {}),
      },
    });
    writeOwnSettings(dataDir, { mysql, dynamodb });
    return 0;
  } finally {
    state.release();
  }
}

type CheckedOwn = Pick<CheckedMysql, 'place' | 'problems' | 'leftOut' | 'tableCount'>;

/** @throws Error with every problem of every source, when one is of a server, or no table of any is left */
function refuseProblems(sources: readonly CheckedOwn[]): void {
  const isAnyLeft = sources.some(({ tableCount }) => tableCount > 0);
  if (isAnyLeft && sources.every(({ problems }) => problems.length === 0)) return;
  const parts = sources.flatMap(({ place, problems, leftOut }) => {
    const lines = [...problems, ...leftOut.map(describeLeftOut)];
    return lines.length === 0
      ? []
      : [
          `${place} cannot be replicated yet; nothing was changed there:\n${lines.map((one) => `  - ${one}`).join('\n')}`,
        ];
  });
  throw new Error(parts.join('\n'));
}

/** A folder has one source: rows of another one would be taken for this one's. */
function refuseOtherPipeline(dataDir: string): void {
  const warehouse = join(resolve(dataDir), 'warehouse');
  const hasOther = existsSync(warehouse) && readdirSync(warehouse).length > 0;
  if (hasOther && findOwnSource(dataDir) === undefined)
    throw new UsageError(
      `${dataDir} has the pipeline of the demo. Name another folder: --data-dir .local-own (the other commands take the same flag)`,
    );
}
