/** kill -9 of the whole runtime, or of its database server, at the moments that matter, then a run that must end equal. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { waitUntil } from '../../local/runtime/wait-until';
import { openWarehouse } from '../../local/services/redshift/storage/open-warehouse';
import { readMysqlAccess } from '../../scripts/soak/source-access';
import { type EditableDeployment, synthesize } from '../support/deployment';
import { hostileCsv, hostileTrades } from '../support/hostile-seed';
import { LaptopRun, type Place, runOnce, sql } from '../support/laptop-run';
import { waitUntilGone } from '../support/process-table';

jest.setTimeout(300_000);

const CSV = hostileCsv(3_000);
const ITEMS = hostileTrades(600);

const smallBatches = (deployment: EditableDeployment): void =>
  deployment.edit('pipeline', (json) => {
    const mapping = json.resource.aws_lambda_event_source_mapping.trades_stream;
    mapping.batch_size = 10;
    mapping.maximum_batching_window_in_seconds = 0;
  });

const storedObjects = (place: Place, prefix: string): number => {
  const folder = join(place.dataDir, 's3', 'buckets');
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true }).filter(
    (path) => `/${path}`.includes(`/${prefix}/trades/`) && /json\.gz/.test(String(path)),
  ).length;
};

/**
 * One pipeline that is killed again and again: each test starts with what the kill before has left. It is the setting set
 * whose warehouse is Redshift Serverless; the other tests have a cluster.
 */
describe('kill -9', () => {
  const deployment = synthesize('serverless');
  const place = { deployment: deployment.folder, dataDir: mkdtempSync(join(tmpdir(), 'cdc-kill-')) };
  deployment.replaceSeed('txns', CSV.content);
  deployment.replaceSeed('trades', ITEMS.content);
  smallBatches(deployment);
  let running: LaptopRun;
  let isGood = false;
  afterAll(() => {
    // The folder of a failed test is kept; its message names it.
    if (isGood) rmSync(place.dataDir, { recursive: true, force: true });
    deployment.remove();
  });

  it('of the runtime between the commit of a load and the move of its files, then while changes stream, loses and doubles nothing', async () => {
    const loading = LaptopRun.start(place, '--fresh', '--every', '3');
    await waitUntil(() => storedObjects(place, 'loaded') > 0, {
      what: `the first file to move in ${place.dataDir}`,
      timeoutMs: 90_000,
      everyMs: 2,
      lastState: () => loading.lines.slice(-1_000),
    });
    await loading.killHard();
    expect(storedObjects(place, 'incoming')).toBeGreaterThan(0);
    // Its servers see that it is gone, and end.
    await waitUntilGone(place.dataDir, 45_000);

    const streaming = LaptopRun.start(place, '--every', '2');
    await streaming.waitForLine(/captured +bank.txns/);
    await streaming.killHard();
    running = LaptopRun.start(place, '--every', '3600');
    await running.waitForLine(/every table is equal/, 120_000);
    const [doubled] = await sql(place, 'select count(*) - count(distinct id) as n from market.trades');
    expect(doubled?.n).toBe('0');
  });

  it('of its database server is said immediately, with exit code 1 and nothing left running', async () => {
    const mysql = await createConnection({ ...readMysqlAccess(place.dataDir), database: 'bank' });
    const columns = 'account_no, date, transaction_details, balance_amt, ingested_at';
    for (let round = 0; round < 2; round += 1) {
      await mysql.query(`INSERT INTO txns (${columns}) SELECT ${columns} FROM txns`);
    }
    mysql.destroy();
    process.kill(Number(readFileSync(join(place.dataDir, 'mysql', 'server.pid'), 'utf8')), 'SIGKILL');
    await running.waitForLine(
      /failed +MySQL server +MySQL server ended \(signal SIGKILL\); log .*server\.log/,
    );
    await expect(running.exitCode()).resolves.toBe(1);
    await waitUntilGone(place.dataDir, 45_000);
  });

  it('of the runtime during the snapshot of a table is made good by the next run', async () => {
    await forgetCopiedTable(place);

    const snapshot = LaptopRun.start(place, '--every', '3600');
    await snapshot.waitForLine(/start-replication/);
    await snapshot.killHard();
    expect(snapshot.lines).not.toMatch(/snapshot of/);
    await expectEqualAfterwards();
    isGood = true;
  });

  async function expectEqualAfterwards(): Promise<void> {
    const tables = await runOnce(place);
    expect(tables.map(({ mismatches }) => mismatches)).toEqual([0, 0]);
    for (const { sourceRows, targetRows } of tables) expect(targetRows).toBe(sourceRows);
  }
});

/** Leaves the warehouse as it is before the first copy, no rows and no checkpoint, and with the lease of a dead run. */
async function forgetCopiedTable({ dataDir }: Place): Promise<void> {
  const folder = join(dataDir, 'warehouse');
  const file = readdirSync(folder).find((name) => name.endsWith('.duckdb')) ?? '';
  const fetchObject = (): Promise<never> => Promise.reject(new Error('nothing is copied here'));
  const warehouse = await openWarehouse({
    file: join(folder, file),
    database: file.replace('.duckdb', ''),
    fetchObject,
  });
  const session = await warehouse.openSession();
  await session.run('TRUNCATE bank.txns');
  await session.run('TRUNCATE cdc_heartbeat.heartbeats');
  const { rows } = await session.run(
    "select table_name from information_schema.tables where table_schema = 'dms_control'",
  );
  for (const [table] of rows) await session.run(`DROP TABLE dms_control.${String(table)}`);
  // What a reconciliation leaves that is killed: the next run must not wait until it expires.
  await session.run(
    "INSERT INTO cdc.leases (name, holder, expires_at) SELECT 'reconcile', 'killed', DATEADD(hour, 1, GETDATE())",
  );
  await session.close();
  await warehouse.close();
}
