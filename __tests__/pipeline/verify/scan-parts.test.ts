import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../pipeline/dynamodb/attribute-value';
import { SYSTEM_CLOCK } from '../../../pipeline/verify/follow-differences';
import { itemHasher } from '../../../pipeline/verify/item-hash';
import { ReadPace } from '../../../pipeline/verify/read-pace';
import { scanParts } from '../../../pipeline/verify/scan-parts';
import type { ComparedSide, HashedRow } from '../../../pipeline/verify/side';
import type { DataApi } from '../../../pipeline/warehouse/data-api';
import { TRADES } from '../../support/tables';

const items = Array.from({ length: 2_500 }, (_, at): Item => ({ id: { S: `item ${at}` } }));
const rows = new Map(items.map((item) => itemHasher(TRADES)(item)).map((row) => [row.keyHash, row]));

/** One part over all items, in a warehouse that prints every document in another form. */
async function compareOnePart(rowOf: (row: HashedRow, at: number) => HashedRow | undefined) {
  const looks: number[] = [];
  const target = {
    readKeys: async (keys, take) => {
      looks.push(keys.length);
      for (const { keyHash } of keys) {
        const at = [...rows.keys()].indexOf(keyHash);
        const row = rowOf(rows.get(keyHash) as HashedRow, at);
        if (row !== undefined) take(row);
      }
    },
  } as ComparedSide;
  const warehouse = {
    execute: async () => undefined,
    query: async function* () {
      for (const keyHash of rows.keys()) yield { key_hash: keyHash };
    },
  } as unknown as DataApi;
  const client = {
    send: async ({ input }: { input: object }) => ('Segment' in input ? { Items: items } : { Table: {} }),
  } as unknown as DynamoDBClient;
  const reads = { client, tableName: 'trades', pace: new ReadPace(undefined, SYSTEM_CLOCK) };
  const ports = { warehouse, reads, source: target, target, nowMs: () => 0, followedRows: 100 };
  const part = await scanParts(TRADES, ports).comparePart({
    sweepId: 's',
    startedAtMs: 0,
    cursor: undefined,
    expectedRows: 0n,
    comparedRows: 0n,
    attempts: 0,
    stopReadingAtMs: 1,
  });
  return { ...part, looks };
}

describe('a part of a scan whose rows all differ in print', () => {
  it('is looked at as a whole, and nothing differs when its documents are the same', async () => {
    const part = await compareOnePart((row) => row);
    expect(part).toMatchObject({ sourceRows: 2_500n, differing: [], unfollowedRows: 0 });
    expect(part.looks).toEqual([1_000, 1_000, 500]);
  });

  it('follows the rows that do differ, and counts those that are too many', async () => {
    const few = await compareOnePart((row, at) => (at % 500 === 0 ? undefined : row));
    expect(few.differing).toHaveLength(5);
    expect(few.unfollowedRows).toBe(0);
    const many = await compareOnePart(() => undefined);
    expect(many.differing).toHaveLength(100);
    // A look that found too many was the last one.
    expect(many.looks).toEqual([1_000]);
    expect(many.unfollowedRows).toBe(2_400);
  });
});
