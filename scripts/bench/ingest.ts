/** A CSV file of transactions into MySQL, next to the same rows, already parsed, in plain multi-row INSERTs. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import type { Connection } from 'mysql2/promise';
import type { MysqlServer } from '../../local/runtime/ports/mysql-server';
import { startMysqlServer } from '../../local/services/rds/mysql-server';
import { readCsvRows } from '../../pipeline/files/csv-rows';
import { RejectedFile } from '../../pipeline/files/rejected-file';
import { ingestTxns, utcMicroseconds } from '../../pipeline/ingest/ingest-txns';
import { buildIngestRunsTable, INGEST_RUNS } from '../../pipeline/mysql/ingest-runs';
import { withMysqlConnection } from '../../pipeline/mysql/mysql-connection';
import { buildCreateDatabase, buildMysqlTable } from '../../pipeline/mysql/mysql-ddl';
import { buildInsert } from '../../pipeline/mysql/row-inserter';
import type { MysqlSecret } from '../../pipeline/secrets';
import { ingestedColumns } from '../../pipeline/values/given-columns';
import { BENCH_TXNS } from './bench-tables';
import { type BenchResult, measured } from './result';

const ROWS = 100_000;
const ROWS_PER_INSERT = 1000;
const CHUNK_BYTES = 64 * 1024;

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-'));
  const server = await startMysqlServer({ folder, parameters: { binlog_format: 'ROW' } });
  try {
    return [await measureIngest(server)];
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureIngest(server: MysqlServer): Promise<BenchResult> {
  const ca = readFileSync(server.caFile, 'utf8');
  const secret = secretOf(server);
  const file = buildFile();
  const rows = await parseRows(file);
  return withMysqlConnection(
    secret,
    async (connection) => {
      for (const database of [BENCH_TXNS.database, INGEST_RUNS.database]) {
        await connection.query(buildCreateDatabase(database));
      }
      await connection.query(buildIngestRunsTable());
      const emptyTable = async (): Promise<void> => {
        await connection.query(`DROP TABLE IF EXISTS ${BENCH_TXNS.database}.${BENCH_TXNS.name}`);
        await connection.query(buildMysqlTable(BENCH_TXNS));
      };
      return measured({
        name: 'ingest-txns',
        shape: `CSV of 8 columns, ${Math.round(file.length / ROWS)} bytes per row, one transaction`,
        rows: ROWS,
        floor: `INSERT of ${ROWS_PER_INSERT} parsed rows at a time`,
        run: async () => {
          await emptyTable();
          const rejected = new RejectedFile(new S3Client({}), {
            bucket: '',
            table: BENCH_TXNS.name,
            runId: '',
          });
          const runKey = randomUUID();
          await ingestTxns({
            secret,
            table: BENCH_TXNS,
            seed: chunksOf(file),
            rejected,
            runKey,
            startedAt: new Date(),
            ca,
          });
        },
        runFloor: async () => {
          await emptyTable();
          await insertAll(connection, rows);
        },
      });
    },
    { ca },
  );
}

async function insertAll(connection: Connection, rows: readonly (string | null)[][]): Promise<void> {
  const columns = ingestedColumns(BENCH_TXNS);
  const sql = buildInsert(BENCH_TXNS, columns, ROWS_PER_INSERT);
  await connection.beginTransaction();
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await connection.execute(sql, rows.slice(start, start + ROWS_PER_INSERT).flat());
  }
  await connection.commit();
}

async function parseRows(file: Buffer): Promise<(string | null)[][]> {
  const ingestedAt = utcMicroseconds(new Date());
  const rows: (string | null)[][] = [];
  for await (const batch of readCsvRows(chunksOf(file), BENCH_TXNS)) {
    for (const row of batch.rows) rows.push([...row, ingestedAt]);
  }
  return rows;
}

function buildFile(): Buffer {
  const lines = [
    'Account No,DATE,TRANSACTION DETAILS,CHIP USED,VALUE DATE, WITHDRAWAL AMT , DEPOSIT AMT ,BALANCE AMT',
  ];
  for (let row = 0; row < ROWS; row += 1) {
    const amount = `"  ${1 + (row % 999)},${String(row % 1000).padStart(3, '0')}.50 "`;
    const [withdrawal, deposit] = row % 2 === 0 ? [amount, ''] : ['', amount];
    lines.push(
      `40900061107${row % 10}',29-Jun-17,"Transfer ${row}, branch ${row % 97}",TRUE,30-Jun-17,${withdrawal},${deposit},${amount}`,
    );
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

const chunksOf = (file: Buffer): AsyncIterable<Uint8Array> =>
  Readable.from(
    (function* () {
      for (let start = 0; start < file.length; start += CHUNK_BYTES) {
        yield file.subarray(start, start + CHUNK_BYTES);
      }
    })(),
  );

const secretOf = (server: MysqlServer): MysqlSecret => ({
  arn: 'the admin of the benchmark',
  read: async () => ({
    username: server.adminUser,
    password: server.adminPassword,
    host: server.host,
    port: server.port,
  }),
});
