/** `SHOW CREATE TABLE` of the server of a data folder: the pipeline's own, or the one whose tables it replicates. */
import { callControlServer } from '../runtime/control-server';
import type { MysqlServer } from '../runtime/ports/mysql-server';
import { startMysqlServer } from '../services/rds/mysql-server';
import { reachOwnServer } from '../services/rds/own-server';
import { findOwnSource, type OwnMysql } from '../state/own-source';
import { findRuntime, requireState, StateFolder } from '../state/state-folder';
import { askOwnPassword, ownPassword } from './own-password';
import { readCreateTable, type TablePlace } from './read-create-table';
import { describeUnreached, isUnreached } from './unreached-server';

/** Of a stopped pipeline, in the order of `places`. @throws Error when a table is not there, or the server does not take the login */
export async function readDefinitions(dataDir: string, places: readonly TablePlace[]): Promise<string[]> {
  await askOwnPassword(dataDir);
  const state = await StateFolder.open(dataDir);
  try {
    const own = findOwnSource(state.folder)?.mysql;
    return own === undefined
      ? await readAll(await startMysqlServer({ folder: state.path('mysql') }), places)
      : await readOwn(own, state, places);
  } finally {
    state.release();
  }
}

async function readOwn(own: OwnMysql, state: StateFolder, places: readonly TablePlace[]): Promise<string[]> {
  const server = await reachOwnServer(own, state.path('mysql', 'tls'), await ownPassword(own));
  return readAll(server, places).catch((error: unknown) => {
    if (server.relay.lastFailure() === undefined && !isUnreached(error)) throw error;
    throw new Error(describeUnreached(own, server, error), { cause: error });
  });
}

/** And stops what was started or reached for it. */
async function readAll(server: MysqlServer, places: readonly TablePlace[]): Promise<string[]> {
  try {
    const found: string[] = [];
    for (const place of places) found.push(await readCreateTable(server, place));
    return found;
  } finally {
    await server.stop();
  }
}

/** Whether the pipeline runs or is stopped. */
export async function readFromLaptop(dataDir: string, place: TablePlace): Promise<string> {
  const runtime = findRuntime(dataDir);
  if (runtime !== undefined) return (await callControlServer(runtime, 'createTable', place)) as string;
  requireState(dataDir);
  const [statement = ''] = await readDefinitions(dataDir, [place]);
  return statement;
}
