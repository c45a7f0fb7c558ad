/** A CSV file into a MySQL table: all of its rows that can be taken, or none. */
import type { Connection } from 'mysql2/promise';
import { readCsvRows } from '../files/csv-rows';
import type { RejectedFile } from '../files/rejected-file';
import type { ByteStream } from '../files/seed-file';
import { lockIngest, recordIngestRun } from '../mysql/ingest-runs';
import { type MysqlConnectionOptions, withMysqlConnection } from '../mysql/mysql-connection';
import { commitRows, RowInserter } from '../mysql/row-inserter';
import type { MysqlSecret } from '../secrets';
import type { MysqlTable } from '../tables';
import { ingestedColumns } from '../values/given-columns';
import type { Ingested } from './report-ingested';

export interface IngestTxnsOptions extends MysqlConnectionOptions {
  readonly secret: MysqlSecret;
  /** The CSV file. It is read as fast as MySQL takes the rows, in bounded memory. */
  readonly seed: ByteStream;
  readonly rejected: RejectedFile;
  /** Names the event that this run is for: a second run for the same one appends nothing. */
  readonly runKey: string;
  /** Goes into `ingested_at` of every row. */
  readonly startedAt: Date;
  readonly table: MysqlTable;
}

/**
 * Appends the rows of the file (decision D7: a run for another event appends them again), in one transaction:
 *
 * 1. Take the lock that every append to the table takes. If another run has it, end as skipped.
 * 2. BEGIN, and record the event. If it is already recorded, end as skipped.
 * 3. Read and INSERT; reject what cannot be taken.
 * 4. Write the rejected rows to S3.
 * 5. COMMIT
 *
 * Stopped before 5, the server keeps no row; rejected rows may already lie in S3, and the next run writes them again
 * under its own id. When the connection is lost during 5, the rows may be there although the run failed.
 *
 * @throws PipelineError SEED_UNREADABLE (also when too many rows are rejected), SOURCE_UNAVAILABLE, SOURCE_NOT_READY or SOURCE_REFUSED.
 */
export async function ingestTxns(options: IngestTxnsOptions): Promise<Ingested> {
  const { secret, table } = options;
  return withMysqlConnection(
    secret,
    async (connection) => {
      if (!(await lockIngest(connection, table))) {
        return nothing(options, 'another run is under way, and appends the same file');
      }
      await connection.beginTransaction();
      if (!(await recordIngestRun(connection, table, options.runKey))) {
        await connection.rollback();
        return nothing(options, 'this event was delivered before, and its rows are there');
      }
      const rows = await insertRows(connection, table, options);
      const rejected = await options.rejected.finish();
      await commitRows(connection, table);
      return { rows, rejected };
    },
    options,
  );
}

const nothing = async ({ rejected }: IngestTxnsOptions, skipped: string): Promise<Ingested> => ({
  rows: 0,
  rejected: await rejected.finish(),
  skipped,
});

async function insertRows(
  connection: Connection,
  table: MysqlTable,
  { seed, rejected, startedAt }: IngestTxnsOptions,
): Promise<number> {
  const columns = ingestedColumns(table);
  const inserter = new RowInserter(connection, table, columns);
  const ingestedAt = utcMicroseconds(startedAt);
  let count = 0;
  for await (const batch of readCsvRows(seed, table)) {
    rejected.accept(batch.rows.length);
    for (const rejection of batch.rejections) await rejected.add(rejection);
    for (const row of batch.rows) await inserter.add([...row, ingestedAt]);
    count += batch.rows.length;
  }
  await inserter.finish();
  return count;
}

/** `2017-06-29 10:11:12.345000`: the clock gives milliseconds, the column holds microseconds. */
export function utcMicroseconds(time: Date): string {
  return `${time.toISOString().replace('T', ' ').replace('Z', '')}000`;
}
