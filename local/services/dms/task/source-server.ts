/** What the source says of itself: flavour, settings that replication needs, and how far its binlog goes. */
import type { Connection } from 'mysql2';
import { PipelineError } from '../../../../pipeline/errors';
import {
  CASCADE_SERVER_SQL,
  logsCascades,
  type ServerVariable,
} from '../../../../pipeline/mysql/foreign-key-cascades';
import { checkVariables, NEEDED_VARIABLES } from '../../../../pipeline/mysql/needed-variables';
import { flavourOf, type ServerFlavour } from '../../../../pipeline/mysql/server-flavour';
import {
  type BinlogFilters,
  binlogStatusSql,
  checkBinlogFilters,
  replicaProblems,
} from '../../../../pipeline/mysql/source-log';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import { queryRows } from '../binlog/binlog-stream';

export interface SourceServer {
  readonly flavour: ServerFlavour;
  readonly version: string;
  /** MySQL's own name of the server; for MariaDB, which has none, its id among servers that replicate: `server_id 1`. */
  readonly uuid: string | null;
}

export async function readServer(connection: Connection): Promise<SourceServer> {
  const [row] = (await queryRows(connection, 'SELECT VERSION() AS version')) as { version: string }[];
  const version = row?.version ?? '';
  if (flavourOf(version) === 'mariadb') {
    const [one] = (await queryRows(connection, 'SELECT @@GLOBAL.server_id AS id')) as { id: number }[];
    return { flavour: 'mariadb', version, uuid: `server_id ${one?.id}` };
  }
  const [named] = (await queryRows(connection, 'SELECT @@GLOBAL.server_uuid AS uuid')) as { uuid: string }[];
  return { flavour: 'mysql', version, uuid: named?.uuid ?? null };
}

/** @throws PipelineError SOURCE_NOT_READY (halt) that lists every wrong setting. */
export async function checkSourceSettings(connection: Connection): Promise<void> {
  const names = Object.keys(NEEDED_VARIABLES)
    .map((name) => `'${name}'`)
    .join(', ');
  const rows = (await queryRows(connection, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`)) as {
    Variable_name: string;
    Value: string;
  }[];
  const found = new Map(rows.map(({ Variable_name: name, Value: value }) => [name, value]));
  const problems = [
    ...checkVariables(found, NEEDED_VARIABLES),
    ...(found.get('log_bin') === 'OFF' ? [] : checkBinlogFilters(await readBinlogStatus(connection))),
    ...(await replicaProblems((sql) => queryRows(connection, sql) as Promise<object[]>)),
  ];
  if (problems.length === 0) return;
  throw new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: `the source's binlog cannot be replicated: ${problems.join('; ')}. These are parameters of the database's parameter group in the storage stack.`,
    context: { problemCount: problems.length },
  });
}

/**
 * `foldsNames`: it takes `T` and `t` for one table (lower_case_table_names). `logsCascades`: what its foreign keys
 * change is in the binlog.
 */
export async function readTraits(
  connection: Connection,
): Promise<{ readonly foldsNames: boolean; readonly logsCascades: boolean }> {
  const [row] = (await queryRows(connection, 'SELECT @@GLOBAL.lower_case_table_names AS folds')) as {
    folds: number;
  }[];
  const variables = (await queryRows(connection, CASCADE_SERVER_SQL)) as ServerVariable[];
  return { foldsNames: Number(row?.folds) !== 0, logsCascades: logsCascades(variables) };
}

interface BinlogStatus extends BinlogFilters {
  readonly File: string;
  readonly Position: number;
}

/** Where the binlog ends: all that was committed before the call is before it. */
export async function readBinlogEnd(connection: Connection): Promise<SourcePosition> {
  const { File: file, Position: offset } = await readBinlogStatus(connection);
  return { file, offset: Number(offset) };
}

async function readBinlogStatus(connection: Connection): Promise<BinlogStatus> {
  const { flavour, version } = await readServer(connection);
  const [row] = (await queryRows(connection, binlogStatusSql(flavour, version))) as BinlogStatus[];
  if (row !== undefined) return row;
  throw new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message:
      'the source has no binlog. On RDS the binlog exists once automatic backups are on (backup_retention_period above 0).',
  });
}

export interface BinlogFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/** Oldest first. */
export async function readBinlogFiles(connection: Connection): Promise<BinlogFile[]> {
  const rows = (await queryRows(connection, 'SHOW BINARY LOGS')) as { Log_name: string; File_size: number }[];
  return rows.map((row) => ({ name: row.Log_name, sizeBytes: Number(row.File_size) }));
}

/**
 * The transactions that are committed, where a server of MySQL names all of them. Read before a position, it has none
 * that lies behind it.
 */
export async function readExecutedGtids(connection: Connection): Promise<string | null> {
  const [row] = (await queryRows(
    connection,
    'SELECT @@GLOBAL.gtid_mode AS mode, @@GLOBAL.gtid_executed AS gtids',
  )) as { mode: string; gtids: string }[];
  return row?.mode === 'ON' ? row.gtids.replaceAll(/\s/g, '') : null;
}

/**
 * The GTIDs of the last transactions at or before a position, where the server can tell: MariaDB, one for each
 * domain, comma-separated.
 */
export async function readGtidAt(connection: Connection, position: SourcePosition): Promise<string | null> {
  const { flavour } = await readServer(connection);
  if (flavour !== 'mariadb') return null;
  const [row] = (await queryRows(
    connection,
    `SELECT BINLOG_GTID_POS(${connection.escape(position.file)}, ${position.offset}) AS gtid`,
  )) as { gtid: string | null }[];
  return row?.gtid ?? null;
}
