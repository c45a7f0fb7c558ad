/** `SHOW CREATE TABLE` of the server of a data folder: the pipeline's own, or the one whose tables it replicates. */
import { callControlServer } from '../runtime/control-server';
import type { MysqlServer } from '../runtime/ports/mysql-server';
import { startMysqlServer } from '../services/rds/mysql-server';
import { reachOwnServer } from '../services/rds/own-server';
import { findOwnSource } from '../state/own-source';
import { findRuntime, requireState, StateFolder } from '../state/state-folder';
import { askOwnPassword, ownPassword } from './own-password';
import { readCreateTable, type TablePlace } from './read-create-table';

/** Of a stopped pipeline, in the order of `places`. @throws Error when a table is not there, or the server does not take the login */
export async function readDefinitions(dataDir: string, places: readonly TablePlace[]): Promise<string[]> {
  await askOwnPassword(dataDir);
  const state = await StateFolder.open(dataDir);
  try {
    const server = await reachServer(state);
    try {
      const found: string[] = [];
      for (const place of places) found.push(await readCreateTable(server, place));
      return found;
    } finally {
      await server.stop();
    }
  } finally {
    state.release();
  }
}

async function reachServer(state: StateFolder): Promise<MysqlServer> {
  const own = findOwnSource(state.folder)?.mysql;
  return own === undefined
    ? startMysqlServer({ folder: state.path('mysql') })
    : reachOwnServer(own, state.path('mysql', 'tls'), await ownPassword(own));
}

/** Whether the pipeline runs or is stopped. */
export async function readFromLaptop(dataDir: string, place: TablePlace): Promise<string> {
  const runtime = findRuntime(dataDir);
  if (runtime !== undefined) return (await callControlServer(runtime, 'createTable', place)) as string;
  requireState(dataDir);
  const [statement = ''] = await readDefinitions(dataDir, [place]);
  return statement;
}
