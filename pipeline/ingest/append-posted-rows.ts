/** The rows of a request into a MySQL table: all of them or none, once for a key. */
import type { Connection } from 'mysql2/promise';
import { forgetApiRequests, readApiRequest, recordApiRequest } from '../mysql/api-requests';
import { type MysqlConnectionOptions, withMysqlConnection } from '../mysql/mysql-connection';
import { commitRows, RowInserter } from '../mysql/row-inserter';
import type { MysqlSecret } from '../secrets';
import type { MysqlTable } from '../tables';
import { ingestedColumns } from '../values/given-columns';
import { type Idempotency, keyReused } from './api-request';
import { utcMicroseconds } from './ingest-txns';
import type { PostedRow } from './posted-rows';

export interface AppendPostedRowsOptions extends MysqlConnectionOptions {
  readonly secret: MysqlSecret;
  readonly table: MysqlTable;
  readonly rows: readonly PostedRow[];
  readonly idempotency: Idempotency;
  /** Goes into `ingested_at` of every row. */
  readonly startedAt: Date;
}

/** A request of the same key that is under way is waited for, well within the 29 seconds of API Gateway. */
const LOCK_WAIT_SECONDS = 10;

/** How often one process forgets old requests. */
const FORGET_EVERY_MS = 60_000;
let forgottenAtMs = 0;

/**
 * In one transaction:
 *
 * 1. BEGIN, and record the request. If its key is recorded already, it was added before.
 * 2. INSERT the rows.
 * 3. COMMIT
 *
 * Stopped before 3, the server keeps nothing. When the connection is lost during 3, the rows may be there: sent again
 * with the same key, the request finds its record and adds nothing.
 *
 * @returns whether the rows were added now; false for a request that was added before.
 * @throws ApiProblem KEY_REUSED; PipelineError SOURCE_UNAVAILABLE, SOURCE_NOT_READY or SOURCE_REFUSED.
 */
export function appendPostedRows(options: AppendPostedRowsOptions): Promise<boolean> {
  const { secret, idempotency } = options;
  return withMysqlConnection(
    secret,
    async (connection) => {
      await connection.query(`SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`);
      await connection.beginTransaction();
      if (!(await recordApiRequest(connection, idempotency))) {
        await connection.rollback();
        await demandSameBody(connection, idempotency);
        return false;
      }
      await insertRows(connection, options);
      await forgetSometimes(connection);
      return true;
    },
    options,
  );
}

async function insertRows(
  connection: Connection,
  { table, rows, startedAt }: AppendPostedRowsOptions,
): Promise<void> {
  const columns = ingestedColumns(table);
  const inserter = new RowInserter(connection, table, columns);
  const ingestedAt = utcMicroseconds(startedAt);
  for (const row of rows) await inserter.add([...row, ingestedAt]);
  await inserter.finish();
  await commitRows(connection, table);
}

async function demandSameBody(connection: Connection, { keyHash, bodyHash }: Idempotency): Promise<void> {
  const recorded = await readApiRequest(connection, keyHash);
  if (recorded !== undefined && recorded !== bodyHash) throw keyReused();
}

/** The rows are committed: what fails here is tried again by a later request. */
async function forgetSometimes(connection: Connection): Promise<void> {
  if (Date.now() - forgottenAtMs < FORGET_EVERY_MS) return;
  forgottenAtMs = Date.now();
  await forgetApiRequests(connection).catch(() => undefined);
}
