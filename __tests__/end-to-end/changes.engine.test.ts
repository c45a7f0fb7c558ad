/** Inserts, updates and deletes that an application makes while the pipeline runs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Connection, createConnection } from 'mysql2/promise';
import { waitUntil } from '../../local/runtime/wait-until';
import { readDynamodbAccess, readMysqlAccess } from '../../scripts/soak/source-access';
import { type EditableDeployment, synthesizeWith } from '../support/deployment';
import {
  compareWholeTable,
  type LiveWriter,
  leaveExistingTable,
  startLiveWriter,
} from '../support/existing-items';
import { LaptopRun, type Place, run as runCommand, sql } from '../support/laptop-run';
import { isProof, proofSeed } from '../support/proof';
import { describeSecondUser } from '../support/second-user';

jest.setTimeout(240_000);

const EXISTING_ITEMS = isProof ? 100_000 : 500;
/** 100,000 items take minutes to write on a busy machine. */
const HOOK_TIMEOUT_MS = isProof ? 3_600_000 : 240_000;
const WRITES_PER_SECOND = isProof ? 100 : 25;

describe('a running pipeline', () => {
  let deployment: EditableDeployment;
  let place: Place;
  let run: LaptopRun;
  let mysql: Connection;
  let dynamodb: DynamoDBClient;
  let writer: LiveWriter;
  let catalogue: string;

  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'cdc-changes-'));
    catalogue = await leaveExistingTable(dataDir, EXISTING_ITEMS);
    deployment = synthesizeWith(catalogue, { hasApi: true });
    // The stack's window would hold back single changes for half a minute.
    deployment.edit('pipeline', (json) => {
      for (const mapping of Object.values(json.resource.aws_lambda_event_source_mapping))
        (mapping as Record<string, unknown>).maximum_batching_window_in_seconds = 0;
    });
    place = { deployment: deployment.folder, dataDir };
    run = LaptopRun.start(place, '--every', '3', '--chaos');
    await run.waitForLine(/^up in/m);
    dynamodb = new DynamoDBClient(readDynamodbAccess(place.dataDir));
    writer = startLiveWriter(dynamodb, {
      count: EXISTING_ITEMS,
      perSecond: WRITES_PER_SECOND,
      seed: proofSeed,
    });
    await run.waitForLine(/running every 3 s/);
    mysql = await createConnection({ ...readMysqlAccess(place.dataDir), database: 'bank' });
  }, HOOK_TIMEOUT_MS);

  afterAll(async () => {
    await writer?.stop();
    await mysql?.end();
    dynamodb?.destroy();
    // In order, also after a failed test, so that no server outlives it.
    await run?.interrupt();
    deployment?.remove();
    for (const folder of [place.dataDir, catalogue]) rmSync(folder, { recursive: true, force: true });
  });

  describe('another user of the machine', () => describeSecondUser(() => place));

  const inWarehouse = (
    statement: string,
    expected: Record<string, string | boolean | null>[],
  ): Promise<unknown> => {
    let last: unknown;
    return waitUntil(
      async () => {
        last = await sql(place, statement);
        return JSON.stringify(last) === JSON.stringify(expected);
      },
      {
        what: `the warehouse to answer ${JSON.stringify(expected)}`,
        timeoutMs: 60_000,
        everyMs: 500,
        lastState: () => JSON.stringify(last),
      },
    );
  };

  it('a table that was there without a stream is brought in by its entry, under writes, and is equal', async () => {
    const startedAt = performance.now();
    await run.waitForLine(/backfilled +quotes .*the table was never backfilled/, 600_000);
    const atFirstSight = Math.round(performance.now() - startedAt);
    // Once more, by hand: also over what is there already, nothing newer is replaced.
    const { code, output } = await runCommand(place, 'backfill', 'quotes');
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(/^\d+ items of quotes staged/),
    });
    await writer.stop();
    const stoppedAt = performance.now();
    let wrong: readonly string[] = ['not compared'];
    await waitUntil(
      async () => {
        wrong = await compareWholeTable(dynamodb, place.dataDir);
        return wrong.length === 0;
      },
      {
        what: 'the target to equal the table',
        timeoutMs: 600_000,
        everyMs: 500,
        lastState: () => `${wrong.length} differ: ${wrong.slice(0, 3).join('\n')}`,
      },
    );
    const untilEqual = Math.round(performance.now() - stoppedAt);
    expect(Object.values(writer.counts).every((count) => count > 0)).toBe(true);
    if (!isProof) return;
    const reconciled = await runCommand(place, 'reconcile');
    console.info(JSON.stringify({ atFirstSight, untilEqual, ...writer.counts }), reconciled.output);
    expect(reconciled.code).toBe(0);
  }, 1_200_000);

  it('brings an insert, an update and a delete of MySQL', async () => {
    const insert =
      'INSERT INTO txns (account_no, date, transaction_details, balance_amt, ingested_at) VALUES (?, ?, ?, ?, ?)';
    const at = '2026-01-02 03:04:05.678901';
    await mysql.execute(insert, ['e2e-1', '2024-02-29', 'first', '0.10', at]);
    await mysql.execute(insert, ['e2e-2', '2024-02-29', 'goes away', '9999999999999999.99', at]);
    await mysql.execute(
      "UPDATE txns SET transaction_details = 'second 😀', withdrawal_amt = '12.30' WHERE account_no = 'e2e-1'",
    );
    await mysql.execute("DELETE FROM txns WHERE account_no = 'e2e-2'");
    await inWarehouse(
      "select account_no, date, transaction_details, withdrawal_amt, ingested_at from bank.txns where account_no like 'e2e-%'",
      [
        {
          account_no: 'e2e-1',
          date: '2024-02-29',
          transaction_details: 'second 😀',
          withdrawal_amt: '12.30',
          ingested_at: at,
        },
      ],
    );
  });

  it('leaves out what was rolled back', async () => {
    await mysql.beginTransaction();
    await mysql.execute("UPDATE txns SET transaction_details = 'never' WHERE account_no = 'e2e-1'");
    await mysql.rollback();
    await mysql.execute("UPDATE txns SET chip_used = 1 WHERE account_no = 'e2e-1'");
    await inWarehouse("select transaction_details, chip_used from bank.txns where account_no = 'e2e-1'", [
      { transaction_details: 'second 😀', chip_used: true },
    ]);
  });

  it('brings an insert, an update and a delete of DynamoDB', async () => {
    const TableName = 'cdc-dev-trades';
    const put = (id: string, price: string) =>
      dynamodb.send(
        new PutItemCommand({
          TableName,
          Item: { id: { S: id }, price: { N: price }, tags: { SS: ['b', 'a'] } },
        }),
      );
    await put('e2e-1', '1');
    await put('e2e-2', '2');
    await put('e2e-1', '1.000000000001');
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: { id: { S: 'e2e-2' } } }));
    await inWarehouse(
      "select id, price, json_serialize(item.tags) as tags from market.trades where id like 'e2e-%'",
      [{ id: 'e2e-1', price: '1.000000000001', tags: '["a","b"]' }],
    );
  });

  it('brings what is sent to the API by HTTP, once for its key', async () => {
    const [, url, key = ''] = /the API: (\S+), with the header x-api-key: (\S+)/.exec(run.lines)!;
    const send = async (path: string, body: string, type = 'application/json') => {
      const headers = {
        'x-api-key': key,
        'idempotency-key': `of ${path}`.replace(' ', '-'),
        'content-type': type,
      };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
      return [response.status, response.headers.get('idempotent-replayed'), await response.text()];
    };
    const csv =
      'account_no,date,transaction_details,chip_used,value_date,withdrawal_amt,deposit_amt,balance_amt';
    const row = [csv, 'by API,2026-01-31,"said ""ü"", once",TRUE,,,"1,000.50",'].join('\n');
    const item = '[{"id":"by API","price":110.070000000001}]';
    for (const replayed of [null, 'true']) {
      expect(await send('/txns', row, 'text/csv')).toEqual([201, replayed, '{"table":"txns","rows":1}']);
      expect(await send('/trades', item)).toEqual([201, replayed, '{"table":"trades","rows":1}']);
    }
    await inWarehouse("SELECT transaction_details, deposit_amt FROM bank.txns WHERE account_no = 'by API'", [
      { transaction_details: 'said "ü", once', deposit_amt: '1000.50' },
    ]);
    await inWarehouse("SELECT price FROM market.trades WHERE id = 'by API'", [{ price: '110.070000000001' }]);
    const tables = await fetch(`${url}/tables`, { headers: { 'x-api-key': key } });
    expect(await tables.json()).toMatchObject({
      tables: expect.arrayContaining([
        expect.objectContaining({ table: 'txns', freshnessSeconds: expect.any(Number) }),
        expect.objectContaining({ table: 'trades', lagSeconds: expect.any(Number) }),
      ]),
    });
  });

  it('forgets a deleted item by one command', async () => {
    const { code, output } = await runCommand(place, 'forget', 'trades', 'e2e-2');
    expect(output).toMatch(
      /^removed from trades: rows 0, tombstones 1, incoming \d+, loaded [1-9]\d*, rejected 0, old versions \d+$/m,
    );
    expect(code).toBe(0);
    await inWarehouse("select id from cdc.trades_tombstones where id like 'e2e-%'", []);
  });

  it('makes a dead letter of a key that no column holds, at once and by itself, and keeps attributes of any name', async () => {
    const TableName = 'cdc-dev-trades';
    const odd = { id: { S: 'odd\0key' } };
    await dynamodb.send(new PutItemCommand({ TableName, Item: odd }));
    const names = '{"id":{"S":"names"},"__proto__":{"M":{"constructor":{"S":"c"}}},"toString":{"N":"1"}}';
    await dynamodb.send(new PutItemCommand({ TableName, Item: JSON.parse(names) }));
    await run.waitForLine(/dead letter +trades +STREAM_RECORD_INVALID: an item of trades has a key .*: id /);
    await inWarehouse("select id, json_serialize(item) as item from market.trades where id = 'names'", [
      { id: 'names', item: '{"__proto__":{"constructor":"c"},"id":"names","toString":"1"}' },
    ]);
    const queue = join(place.dataDir, 'queues', 'cdc-dev-stage-stream-records-dead-letters.jsonl');
    const letters = readFileSync(queue, 'utf8').trimEnd().split('\n');
    // With chaos the record may come again, and makes a letter each time.
    for (const line of letters)
      expect(JSON.parse(line)).toMatchObject({
        body: { code: 'STREAM_RECORD_INVALID', table: 'trades', operation: 'insert' },
      });
    expect(letters.join()).not.toContain('odd');
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: odd }));
  });

  it('ends equal after a burst in both sources', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => [
      `burst-${index}`,
      '2024-01-01',
      `${index}`,
      '2024-01-01 00:00:00',
    ]);
    await mysql.query('INSERT INTO txns (account_no, date, balance_amt, ingested_at) VALUES ?', [rows]);
    await mysql.execute(
      "UPDATE txns SET balance_amt = balance_amt * 2 WHERE account_no LIKE 'burst-%' AND txn_id % 3 = 0",
    );
    await mysql.execute("DELETE FROM txns WHERE account_no LIKE 'burst-%' AND txn_id % 3 = 1");
    for (let batch = 0; batch < 20; batch += 1) {
      const puts = Array.from({ length: 25 }, (_, index) => ({
        PutRequest: {
          Item: { id: { S: `burst-${(batch * 25 + index) % 100}-${index}` }, shares: { N: String(batch) } },
        },
      }));
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { 'cdc-dev-trades': puts } }));
    }
    expect(await run.interrupt()).toBe(0);
    const last = LaptopRun.start(place, '--once', '--json');
    // Everything is equal, and the put and the delete of the odd key wait for somebody.
    expect(await last.exitCode()).toBe(3);
    expect(last.lines).toMatch(/^\d+ dead letters stand for records that are not in the warehouse: /m);
    const tables = last.summary();
    expect(tables.map(({ mismatches }) => mismatches)).toEqual([0, 0, 0]);
    const [count] = await sql(place, "select count(*) as n from bank.txns where account_no like 'burst-%'");
    expect(count?.n).toBe('2000');
  });
});
