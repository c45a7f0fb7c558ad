/** What a backfill scanned, loaded beside what the stream brought. */
import { gzipSync } from 'node:zlib';
import type { DynamoDBRecord } from 'aws-lambda';
import { loadTable } from '../../../pipeline/load/load-table';
import { replayFiles } from '../../../pipeline/load/replay-files';
import { BackfillFileBuilder } from '../../../pipeline/stage/backfill-file';
import { buildStagedLine } from '../../../pipeline/stage/staged-line';
import type { DynamodbTable } from '../../../pipeline/tables';
import { buildTargetCounts } from '../../../pipeline/verify/seen-rows';
import { buildAdditions } from '../../../pipeline/warehouse/additive-changes';
import { checkTables, readExistingTables } from '../../../pipeline/warehouse/table-check';
import { targetDefinition } from '../../../pipeline/warehouse/table-definitions';
import { buildWarehouseDdl } from '../../../pipeline/warehouse/warehouse-ddl';
import { streamRecord } from '../../support/stream-records';
import { TRADES } from '../../support/tables';
import { BUCKET } from '../../support/warehouse-bed';
import { commit, useLoadBed } from './load-bed';

const bed = useLoadBed();
const { load, stage, list, targetRows } = bed;

describe('a backfill', () => {
  const base = 1_700_000_000;
  const runId = `0000${base * 1000}000`;
  /** One change of the stream, so many seconds before or after the backfill's beginning. */
  const change = (sequence: number, id: string, seconds: number, price?: string): DynamoDBRecord =>
    streamRecord({
      sequence,
      id,
      at: base + seconds,
      ...(price === undefined ? {} : { after: { price: { N: price } } }),
    });
  const scanned = (id: string, price: string): string =>
    JSON.stringify({
      _cdc_operation: 'insert',
      _cdc_version: runId,
      _cdc_changed_at: new Date(base * 1000).toISOString().replace('T', ' ').replace('Z', '000'),
      _cdc_digest: 'd'.repeat(64),
      id,
      price,
      item: null,
    });
  const writeScan = async (name: string, ...lines: readonly string[]): Promise<void> => {
    const text = lines.map((each) => `${each}\n`).join('');
    await bed.store.writeBytes(`incoming/trades/backfill-${runId}/${name}.json.gz`, gzipSync(text));
  };
  const writeEnd = (): Promise<void> =>
    bed.store.writeText(`incoming/trades/backfill-${runId}/end.json`, '{}\n');
  const prices = async (): Promise<Record<string, number>> => {
    const rows = await bed.dataApi.readRows('SELECT id, CAST(price AS VARCHAR) AS price FROM market.trades');
    return Object.fromEntries(rows.map(({ id, price }) => [id ?? '', Number(price)]));
  };

  it('brings what the stream lost, never over a newer row, and deletes what is gone', async () => {
    await stage([
      change(1, 'lost-update', -9000, '1'),
      change(2, 'gone', -9000, '1'),
      change(3, 'newer', 10, '5'),
      change(4, 'deleted-after', -50, '1'),
      change(5, 'deleted-after', 20),
      change(6, 'put-again', -60),
    ]);
    await load();
    await writeScan('0-a', scanned('lost-update', '2'), scanned('never-seen', '3'), scanned('newer', '4'));
    await writeScan('1-b', scanned('deleted-after', '1'), scanned('put-again', '6'));
    await writeEnd();
    // An older change that was under way, and a newer one, come after the scan was loaded.
    expect(await load()).toMatchObject({ rejected: [], deleted: 1 });
    const after = { 'lost-update': 2, 'never-seen': 3, newer: 5, 'put-again': 6 };
    expect(await prices()).toEqual(after);
    await stage([
      change(7, 'never-seen', -5, '1'),
      change(8, 'lost-update', 30, '9'),
      change(9, 'gone', -8000, '1'),
    ]);
    await load();
    expect(await prices()).toEqual({ ...after, 'lost-update': 9 });
    expect(await bed.dataApi.readRows('SELECT id FROM cdc.trades_tombstones ORDER BY id')).toEqual([
      { id: 'deleted-after' },
      { id: 'gone' },
    ]);
    expect(await list('incoming/')).toEqual([]);
    await stage([change(10, 'gone', 40, '7')]);
    await load();
    expect(await prices()).toMatchObject({ gone: 7 });
  });

  it('repairs a row and a tombstone whose versions are greater than any that will come', async () => {
    await stage([change(1, 'row', -9000, '1'), change(2, 'gone', -9000, '1'), change(3, 'gone', -8000)]);
    await load();
    await bed.dataApi.execute("UPDATE market.trades SET _cdc_version = REPEAT('9', 40)");
    await bed.dataApi.execute("UPDATE cdc.trades_tombstones SET _cdc_version = REPEAT('9', 40)");
    await stage([change(4, 'row', -200, '2'), change(5, 'gone', -200, '3')]);
    await load();
    expect(await prices()).toEqual({ row: 1 });
    await writeScan('0-a', scanned('row', '2'), scanned('gone', '3'));
    await writeEnd();
    await load();
    expect(await prices()).toEqual({ row: 2, gone: 3 });
    await stage([change(6, 'row', 30, '4'), change(7, 'gone', 30)]);
    await load();
    expect(await prices()).toEqual({ row: 4 });
  });

  it('of which a file was rejected takes nothing for deleted', async () => {
    await stage([change(1, 'a', -9000, '1'), change(2, 'b', -9000, '1')]);
    await load();
    await writeScan('0-a', scanned('a', '2'));
    await writeScan('1-b', scanned('b', 'no number'));
    await writeEnd();
    const { rejected } = await load();
    expect(rejected.map(({ key }) => key.split('/').at(-1)).sort()).toEqual(['1-b.json.gz', 'end.json']);
    expect(await prices()).toEqual({ a: 2, b: 1 });
    expect(await list('incoming/')).toEqual([]);
  });

  it('of a table that was created again: its new stream is newer, whatever its numbers and roundings', async () => {
    await stage([change(900, 'kept', -5, '1'), change(901, 'gone', -5, '1')]);
    await load();
    const again = (sequence: number, id: string, seconds: number, price: string): DynamoDBRecord => ({
      ...change(sequence, id, seconds, price),
      eventSourceARN: `arn:aws:dynamodb:eu-central-1:123456789012:table/cdc-dev-trades/stream/${new Date(base * 1000).toISOString().slice(0, 23)}`,
    });
    // Rounded to before the stream was made.
    await stage([again(1, 'kept', -30, '2'), again(2, 'new', -30, '3')]);
    await load();
    expect(await prices()).toEqual({ kept: 2, new: 3, gone: 1 });
    await writeScan('0-a', scanned('kept', '2'), scanned('new', '3'));
    await writeEnd();
    await load();
    expect(await prices()).toEqual({ kept: 2, new: 3 });
    await stage([again(3, 'kept', 5, '4')]);
    await load();
    expect(await prices()).toEqual({ kept: 4, new: 3 });
  });

  it('and the stream are replayed to the same rows, also when rows were lost, and nothing deleted comes back', async () => {
    await stage([
      change(1, 'a', -9000, '1'),
      change(2, 'gone', -8000, '2'),
      change(3, 'gone', -7000),
      change(4, 'a', 10, '4'),
    ]);
    await load();
    await writeScan('0-a', scanned('a', '3'), scanned('b', '5'));
    await writeEnd();
    await load();
    const expected = await prices();
    expect(expected).toEqual({ a: 4, b: 5 });
    await stage([change(5, 'c', 20, '6')]);
    await load();
    await bed.dataApi.execute("DELETE FROM market.trades WHERE id = 'b'");
    await bed.dataApi.execute("UPDATE market.trades SET price = 0, _cdc_version = '0' WHERE id = 'a'");
    const replay = (id: string, range = { fromMs: 0, toMs: Date.now() + 1_000 }) =>
      replayFiles(bed.s3, { bucket: BUCKET, table: 'trades', range, id });
    expect(await replay('x', { fromMs: 0, toMs: 1 })).toBe(0);
    expect(await replay('1')).toBe(3);
    await load();
    expect(await prices()).toEqual({ ...expected, c: 6 });
    expect(await replay('2')).toBe(3);
    await load();
    expect(await prices()).toEqual({ ...expected, c: 6 });
    expect(await list('incoming/')).toEqual([]);
  });

  it('leaves a row that is kept after its expiry, until the catalogue no longer keeps it', async () => {
    const expiry = (sequence: number, id: string, seconds: number, price: string): DynamoDBRecord => ({
      ...streamRecord({ sequence, id, at: base + seconds, before: { price: { N: price } } }),
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as never,
    });
    const state = async () => ({
      rows: (await targetRows()).map((row) => row.replace(/[0-9a-f]{64}/, '')),
      tombstones: await bed.dataApi.readRows(
        'SELECT id, CASE WHEN _cdc_expired_at IS NULL THEN 0 ELSE 1 END AS expired FROM cdc.trades_tombstones ORDER BY id',
      ),
      compared: (await bed.dataApi.readRows(buildTargetCounts(bed.table)))[0]?.target_rows,
    });
    bed.table = { ...TRADES, keepsExpired: true };
    await stage([
      change(1, 'asked', -9000, '1'),
      change(2, 'expired', -9000, '2'),
      change(3, 'asked', -8000),
      expiry(4, 'expired', -8000, '2'),
    ]);
    await load();
    await writeScan('0-a', scanned('live', '3'));
    await writeEnd();
    await load();
    // Its record was still under way when the backfill ended.
    await stage([expiry(5, 'late', -200, '4')]);
    await load();
    const gone = { id: 'asked', expired: '0' };
    const kept = ['expired|2||expired', 'late|4||expired', 'live|3||'];
    expect(await state()).toEqual({ rows: kept, tombstones: [gone], compared: '1' });
    await stage([change(6, 'late', 30, '5')]);
    bed.table = TRADES;
    await stage([expiry(7, 'live', 40, '3')]);
    await load();
    await bed.store.writeText('incoming/trades/backfill-00001700001000000000/end.json', '{}\n');
    await load();
    expect(await state()).toEqual({
      rows: [],
      tombstones: [
        gone,
        { id: 'expired', expired: '0' },
        { id: 'late', expired: '0' },
        { id: 'live', expired: '1' },
      ],
      compared: '0',
    });
  });

  it('fills a new and a wider column that set-up added to the target, with their flags', async () => {
    const narrow: DynamodbTable = {
      ...TRADES,
      columns: TRADES.columns.flatMap((column) => {
        if (column.name === 'lag') return [];
        return column.name === 'ticker'
          ? [{ ...column, type: { kind: 'text' as const, characters: 1 } }]
          : [column];
      }),
    };
    const items = [
      { id: { S: 'a' }, ticker: { S: 'wide ticker' }, details: { M: { lag: { N: '5' } } } },
      { id: { S: 'b' }, ticker: { S: 'wide ticker' }, details: { M: { lag: { S: 'late' } } } },
    ];
    const backfillOf = async (table: DynamodbTable, atSeconds: number): Promise<void> => {
      const position = `0000${atSeconds * 1000}000`;
      const changedAt = new Date(atSeconds * 1000).toISOString();
      const file = new BackfillFileBuilder(table, position, 0);
      for (const after of items) {
        const event = { table: 'trades', operation: 'insert', after, position, changedAt } as const;
        file.add(buildStagedLine({ table, eventId: '', isExpiry: false, event }).text);
      }
      for (const { key, body } of file.build()) await bed.store.writeBytes(key, body);
      const ports = { dataApi: bed.dataApi, store: bed.store, commit };
      const limits = { maxFiles: 100, maxBytes: 1e9 };
      expect(await loadTable(ports, table, { limits, remainingMs: () => 60_000 })).toMatchObject({
        rejected: [],
      });
    };
    const rows = (columns: string) =>
      bed.dataApi.readRows(
        `SELECT id, ticker, ${columns} _cdc_flags AS flags FROM market.trades ORDER BY id`,
      );
    await bed.dataApi.executeBatch(['DROP TABLE market.trades', ...buildWarehouseDdl([narrow])]);
    await backfillOf(narrow, base);
    expect(await rows('')).toEqual([
      { id: 'a', ticker: null, flags: 'ticker' },
      { id: 'b', ticker: null, flags: 'ticker' },
    ]);
    const wanted = [targetDefinition(TRADES)];
    for (const statement of buildAdditions(wanted, await readExistingTables(bed.dataApi, wanted)))
      await bed.dataApi.execute(statement);
    expect(await checkTables(bed.dataApi, wanted)).toEqual([]);
    await backfillOf(TRADES, base + 60);
    expect(await rows('CAST(CAST(lag AS INTEGER) AS VARCHAR) AS lag,')).toEqual([
      { id: 'a', ticker: 'wide ticker', lag: '5', flags: null },
      { id: 'b', ticker: 'wide ticker', lag: null, flags: 'lag' },
    ]);
  });
});
