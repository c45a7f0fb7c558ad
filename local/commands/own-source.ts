/**
 * What `npm start -- --mysql …` and `--dynamodb …` do before synthesis: check the sources, read their tables, and write
 * entries and settings into the data folder. Nothing is written anywhere else, and nothing at a source.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findOwnSource, ownTablesFolder, writeOwnSource } from '../state/own-source';
import { StateFolder } from '../state/state-folder';
import type { Given, StartFlags } from './given';
import { checkOwnDynamodb } from './own-dynamodb';
import { type OwnDynamodbFlags, parseOwnDynamodb } from './own-dynamodb-address';
import { entryOfDynamodb, entryOfMysql, prepareOwnEntries } from './own-entries';
import { checkOwnMysql } from './own-mysql';
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
    prepareOwnEntries(ownTablesFolder(dataDir), [
      ...(server?.tables ?? []).map(entryOfMysql),
      ...(items?.tables ?? []).map(entryOfDynamodb),
    ]);
    const mysql = server === undefined ? undefined : await checkOwnMysql(server, state);
    const dynamodb = items === undefined ? undefined : await checkOwnDynamodb(items, dataDir);
    refuseProblems([mysql ?? [], dynamodb ?? []].flat());
    writeOwnSource(dataDir, {
      ...(mysql === undefined ? {} : { mysql: mysql.source }),
      ...(dynamodb === undefined ? {} : { dynamodb: dynamodb.source }),
    });
    writeOwnSettings(dataDir, { mysql, dynamodb });
    return 0;
  } finally {
    state.release();
  }
}

/** @throws Error with every problem of every source */
function refuseProblems(
  sources: readonly { readonly place: string; readonly problems: readonly string[] }[],
): void {
  const refused = sources.filter(({ problems }) => problems.length > 0);
  if (refused.length === 0) return;
  const parts = refused.map(
    ({ place, problems }) =>
      `${place} cannot be replicated yet; nothing was changed there:\n${problems.map((one) => `  - ${one}`).join('\n')}`,
  );
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
