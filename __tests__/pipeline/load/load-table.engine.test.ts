import { BatchStore } from '../../../pipeline/load/batch-store';
import { DataApi } from '../../../pipeline/warehouse/data-api';
import { statementError } from '../../../pipeline/warehouse/statement-error';
import { BUCKET } from '../../support/warehouse-bed';
import { trade, useLoadBed } from './load-bed';
import { Stopped, StoppingDataApi, stoppingStore } from './stopping-ports';

const bed = useLoadBed();
const { load, stage, list, targetRows } = bed;

const ledgerBatches = (): Promise<unknown> =>
  bed.dataApi.readRows('SELECT batch_id, COUNT(*) AS entries FROM cdc.load_ledger GROUP BY batch_id');

it('staged inserts, updates and deletes become live rows, tombstones and one ledger entry', async () => {
  await stage([trade(1, 'a', '1.5'), trade(2, 'b', '2'), trade(3, 'a', '1.75')]);
  await stage([trade(4, 'b')]);
  expect(await load()).toMatchObject({
    table: 'trades',
    files: 2,
    rows: 4,
    upserted: 1,
    deleted: 1,
    rejected: [],
    newestChangedAtMs: 1_700_000_000_000,
  });
  expect(await targetRows()).toEqual([expect.stringMatching(/^a\|1\.75\|/)]);
  expect(await bed.dataApi.readRows('SELECT id FROM cdc.trades_tombstones')).toEqual([{ id: 'b' }]);
  expect(await list('incoming/')).toEqual([]);
  expect(await list('manifests/')).toEqual([]);
  expect(await list('loaded/trades/')).toHaveLength(2);
});

it('nothing to load is no error and writes nothing', async () => {
  expect(await load()).toMatchObject({ files: 0, rows: 0, lastBatchId: undefined });
  expect(await ledgerBatches()).toEqual([]);
});

it('batches are kept to their limit, and all of them are loaded in one run', async () => {
  for (let sequence = 1; sequence <= 5; sequence++) await stage([trade(sequence, `k${sequence}`, '1')]);
  expect(await load({}, 2)).toMatchObject({ files: 5, rows: 5 });
  expect(await ledgerBatches()).toHaveLength(3);
});

it('an older change never replaces a newer one, and never brings back a deleted item', async () => {
  await stage([trade(5, 'a', '5'), trade(6, 'b')]);
  await load();
  await stage([trade(1, 'a', '1'), trade(2, 'b', '2'), trade(3, 'a')]);
  expect(await load()).toMatchObject({ rows: 3, upserted: 0, deleted: 0 });
  expect(await targetRows()).toEqual([expect.stringMatching(/^a\|5\|/)]);
  await stage([trade(7, 'b', '7')]);
  await load();
  expect(await targetRows()).toEqual([expect.stringMatching(/^a\|5\|/), expect.stringMatching(/^b\|7\|/)]);
  expect(await bed.dataApi.readRows('SELECT id FROM cdc.trades_tombstones')).toEqual([]);
});

it('a tombstone expires by the time it was written', async () => {
  await stage([trade(1, 'a'), trade(2, 'b')]);
  await load();
  await bed.dataApi.execute(
    "UPDATE cdc.trades_tombstones SET recorded_at = GETDATE() - INTERVAL '31 days' WHERE id = 'a'",
  );
  await stage([trade(3, 'c', '1')]);
  await load();
  expect(await bed.dataApi.readRows('SELECT id FROM cdc.trades_tombstones')).toEqual([{ id: 'b' }]);
});

it('a delivery that comes again after its load changes nothing', async () => {
  const delivery = [trade(1, 'a', '1'), trade(2, 'b', '2'), trade(3, 'b')];
  await stage(delivery);
  await load();
  const rows = await targetRows();
  await stage(delivery);
  await load();
  expect(await targetRows()).toEqual(rows);
  expect(await list('incoming/')).toEqual([]);
  expect(await ledgerBatches()).toHaveLength(1);
});

it('a row whose version is greater than any change’s ignores them, and follows again once it was removed with its tombstone', async () => {
  await stage([trade(1, 'a', '1')]);
  await load();
  await bed.dataApi.execute(`UPDATE market.trades SET _cdc_version = '${'9'.repeat(40)}'`);
  await stage([trade(2, 'a', '2')]);
  await load();
  expect(await targetRows()).toEqual([expect.stringMatching(/^a\|1\|/)]);
  // As docs/operate.md says.
  await bed.dataApi.execute(`DELETE FROM market.trades WHERE id = 'a'`);
  await bed.dataApi.execute(`DELETE FROM cdc.trades_tombstones WHERE id = 'a'`);
  await stage([trade(3, 'a', '3')]);
  await load();
  expect(await targetRows()).toEqual([expect.stringMatching(/^a\|3\|/)]);
});

describe('a run that is stopped', () => {
  const records = [trade(1, 'a', '1'), trade(2, 'b', '2'), trade(3, 'a')];
  const resume = async (): Promise<void> => {
    await load();
    expect(await targetRows()).toEqual([expect.stringMatching(/^b\|2\|/)]);
    expect(await list('incoming/')).toEqual([]);
    expect(await list('manifests/')).toEqual([]);
    expect(await list('loaded/trades/')).toHaveLength(records.length);
    expect(await ledgerBatches()).toMatchObject([{ entries: '1' }]);
  };

  beforeEach(async () => {
    for (const record of records) await stage([record]);
  });

  it('before the manifest is written is resumed to the same end', async () => {
    await expect(load({ store: stoppingStore(bed.s3, 'writeText') })).rejects.toThrow(Stopped);
    await resume();
  });

  it('after the manifest is written is resumed with the same batch, even when new files arrived', async () => {
    await expect(load({ dataApi: new StoppingDataApi(bed.dataApiOptions) })).rejects.toThrow(Stopped);
    const [manifest] = await list('manifests/');
    expect(manifest).toMatch(/^manifests\/trades\/[0-9a-f]{32}\.json$/);
    await resume();
    const [entry] = await bed.dataApi.readRows('SELECT manifest FROM cdc.load_ledger');
    expect(entry).toEqual({ manifest });
  });

  it('after the commit, before the files are moved, is resumed without loading again', async () => {
    await expect(load({ store: stoppingStore(bed.s3, 'moveToLoaded') })).rejects.toThrow(Stopped);
    expect(await list('incoming/')).toHaveLength(records.length);
    await resume();
  });

  it.each([1, 2])('in the middle of the move, after %i copies, is resumed to the same end', async (calls) => {
    await expect(load({ store: stoppingStore(bed.s3, 'copy', calls) })).rejects.toThrow(Stopped);
    expect(await list('incoming/')).toHaveLength(records.length);
    await resume();
  });

  it('while moved files are deleted, after the first of them, is resumed to the same end', async () => {
    await expect(load({ store: stoppingStore(bed.s3, 'removeTogether') })).rejects.toThrow(Stopped);
    const [first = ''] = await list('incoming/');
    await new BatchStore(bed.s3, BUCKET).remove(first);
    await resume();
  });

  it('before the manifest is deleted is resumed to the same end', async () => {
    await expect(load({ store: stoppingStore(bed.s3, 'remove') })).rejects.toThrow(Stopped);
    expect(await list('incoming/')).toEqual([]);
    await resume();
  });

  it('while its transaction runs is waited for by the next run', async () => {
    const impatient = new DataApi({ ...bed.dataApiOptions, remainingMs: shrinking() });
    await expect(load({ dataApi: impatient })).rejects.toMatchObject({ code: 'LOAD_TIMED_OUT' });
    await resume();
  });
});

/** Enough time for the questions before the transaction, none for its end. */
function shrinking(): () => number {
  let waits = 0;
  return () => (waits++ < 1 ? 60_000 : 1_000);
}

it('a conflict with another transaction is retried under a new token', async () => {
  await stage([trade(1, 'a', '1')]);
  const tokens: (string | undefined)[] = [];
  class Conflicting extends DataApi {
    override async executeBatch(...[sqls, options]: Parameters<DataApi['executeBatch']>) {
      tokens.push(options?.clientToken);
      if (tokens.length < 3) {
        const verdict = { code: 'WAREHOUSE_BUSY', disposition: 'retry' } as const;
        throw statementError({ id: 'x', name: options?.name ?? '', text: 'ERROR: 1023', verdict });
      }
      return super.executeBatch(sqls, options);
    }
  }
  expect(await load({ dataApi: new Conflicting(bed.dataApiOptions) })).toMatchObject({ upserted: 1 });
  expect(new Set(tokens).size).toBe(3);
});

it('two runs at once load every file exactly once', async () => {
  for (let sequence = 1; sequence <= 6; sequence++)
    await stage([trade(sequence, `k${sequence % 2}`, `${sequence}`)]);
  await Promise.allSettled([load({}, 3), load({}, 3)]);
  await load();
  expect(await targetRows()).toEqual([expect.stringMatching(/^k0\|6\|/), expect.stringMatching(/^k1\|5\|/)]);
  expect(await list('incoming/')).toEqual([]);
});

it('a file that a person removed does not hold up the others of its batch', async () => {
  await stage([trade(1, 'a', '1')]);
  await stage([trade(2, 'b', '2')]);
  await expect(load({ dataApi: new StoppingDataApi(bed.dataApiOptions) })).rejects.toThrow(Stopped);
  const [first] = await list('incoming/');
  await bed.store.remove(first ?? '');
  await load();
  expect(await targetRows()).toHaveLength(1);
  expect(await list('incoming/')).toEqual([]);
  expect(await list('manifests/')).toEqual([]);
});
